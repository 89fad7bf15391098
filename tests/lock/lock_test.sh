#!/usr/bin/env bash
# Makes an apt archive in a directory and a workspace whose kernels come from there, and checks what the workspace's owner
# would see of the lock file: who writes it, that packages are those it names, and what is said when they cannot be.
# usage: lock_test.sh MODULE_FILE
set -euo pipefail

rules=$(dirname "$(readlink -f "$1")")
work=$(mktemp -d "$TEST_TMPDIR/workspace.XXXXXX")
archive=$work.archive
mkdir "$archive"
cd "$work"
unset TEST_TMPDIR
export LC_ALL=C.UTF-8

# Caches are the test's own. Flags of tools/bazel would win over a .bazelrc, and the update calls Bazel itself: so both
# run this.
export CACHE=$archive/cache BAZEL=$archive/bazel
cat >"$BAZEL" <<EOF
#!/bin/sh
command=\$1
shift
exec "$rules/tools/bazel" "\$command" --repository_cache="\$CACHE" --repo_env=RULES_KHEADERS_APT_CACHE= --repo_env=APT_CONFIG="$work/apt.conf" "\$@"
EOF
chmod +x "$BAZEL"
trap '"$BAZEL" clean --expunge >/dev/null 2>&1 || true; rm -rf "$work" "$archive"' EXIT

failed() {
  echo "FAILED: $*" >&2
  exit 1
}

run() { "$BAZEL" "$@" >log 2>&1; }
must() { run "$@" || { cat log >&2; failed "bazel $*"; }; }

# fails TARGET MESSAGE...: the build fails, and says each of the messages.
fails() {
  local target=$1 message
  shift
  # shellcheck disable=SC2086 # flags before the target
  ! run build $target || failed "$target was built, instead of: $*"
  for message in "$@"; do
    grep -qF -- "$message" log || { cat log >&2; failed "$target fails without saying: $message"; }
  done
}

# has FILE TEXT / has_not FILE TEXT
has() { grep -qF -- "$2" "$1" || { cat "$1" >&2; failed "$1 has no: $2"; }; }
has_not() { ! grep -qF -- "$2" "$1" || { cat "$1" >&2; failed "$1 has: $2"; }; }

# package NAME VERSION ARCH KIB [DEPENDS]
package() {
  local dir=$archive/tree
  mkdir -p "$dir/DEBIAN" "$archive/pool"
  printf 'Package: %s\nVersion: %s\nArchitecture: %s\nMaintainer: nobody\nInstalled-Size: %s\nDescription: test\n' "$1" "$2" "$3" "$4" >"$dir/DEBIAN/control"
  [[ -z ${5:-} ]] || echo "Depends: $5" >>"$dir/DEBIAN/control"
  dpkg-deb --build --root-owner-group -Znone "$dir" "$archive/pool/$1_$2_$3.deb" >/dev/null
  rm -r "$dir"
}

# kernel VERSION RELEASE: the packages of a kernel, as Debian has them.
kernel() {
  local host
  package linux-headers-amd64 "$1" amd64 10 "linux-headers-$2-amd64 (= $1)"
  package "linux-headers-$2-amd64" "$1" amd64 5000 "linux-headers-$2-common (= $1), linux-kbuild-$2, linux-image-$2-amd64"
  package "linux-headers-$2-common" "$1" all 5000
  for host in amd64 arm64; do package "linux-kbuild-$2" "$1" "$host" 1000; done
  package "linux-image-$2-amd64" "$1" amd64 5000
  package linux-source "$1" all 10 "linux-source-$2 (= $1)"
  package "linux-source-$2" "$1" all 5000
}

# publish: the lists of what lies in the pool.
publish() {
  local arch dir deb
  rm -rf "$archive/dists"
  for arch in amd64 arm64; do
    dir=$archive/dists/mini/main/binary-$arch
    mkdir -p "$dir"
    for deb in "$archive"/pool/*_{"$arch",all}.deb; do
      [[ -e $deb ]] || continue
      dpkg-deb --field "$deb"
      printf 'Filename: pool/%s\nSize: %s\nSHA256: %s\n\n' "${deb##*/}" "$(stat -c %s "$deb")" "$(sha256sum "$deb" | cut -c 1-64)"
    done >"$dir/Packages"
  done
  {
    printf 'Suite: mini\nCodename: mini\nArchitectures: amd64 arm64\nComponents: main\nDate: %s\nSHA256:\n' "$(date -Ru)"
    (cd "$archive/dists/mini" && find main -name Packages -exec sh -c 'for f; do echo " $(sha256sum "$f" | cut -c 1-64) $(stat -c %s "$f") $f"; done' sh {} +)
  } >"$archive/dists/mini/Release"
}

# sources TRANSPORT: where this workspace's apt gets packages.
sources() { echo "deb [trusted=yes] $1:$archive mini main" >sources.list; }

cat >apt.conf <<EOF
Dir::Etc::sourcelist "$work/sources.list";
Dir::Etc::sourceparts "/dev/null";
EOF
cat >.bazelrc <<'EOF'
startup --max_idle_secs=60
common --color=no --curses=no --noshow_progress
EOF
cat >MODULE.bazel <<EOF
bazel_dep(name = "rules_kheaders", version = "0.1.0")
local_path_override(
    module_name = "rules_kheaders",
    path = "$rules/rules",
)

kheaders = use_extension("@rules_kheaders//:extensions.bzl", "kheaders")
kheaders.lock(file = "//:kheaders.lock")
kheaders.debian_kernel(
    name = "linux",
    image = True,
    suite = "mini",
)
kheaders.debian_package(
    name = "source",
    metapackage = True,
    package = "linux-source",
    suite = "mini",
)
use_repo(kheaders, "kheaders_lock", "linux", "linux_image", "source")
EOF
cat >BUILD.bazel <<'EOF'
[
    genrule(
        name = name,
        srcs = [package],
        outs = [name + ".txt"],
        cmd = "sha256sum $(SRCS) | sed 's@ .*/@ @' >$@",
    )
    for name, package in {
        "kernel": "@linux//:packages",
        "image": "@linux_image//:package",
        "sources": "@source//:package",
    }.items()
]
EOF
all=(//:kernel //:image //:sources)

kernel 6.1-1 6.1
publish
sources file
: >kheaders.lock

fails :kernel 'linux: kheaders.lock does not have it; run bazel run @kheaders_lock//:update'

# Written, and written again: the same.
must run @kheaders_lock//:update
has log 'linux: linux-headers-6.1-amd64 (amd64) 6.1-1, new'
cp kheaders.lock first.lock
must run @kheaders_lock//:update
has log 'kheaders.lock is up to date'
cmp kheaders.lock first.lock
for deb in linux-headers-6.1-amd64_6.1-1_amd64 linux-headers-6.1-common_6.1-1_all linux-kbuild-6.1_6.1-1_amd64 linux-kbuild-6.1_6.1-1_arm64 linux-image-6.1-amd64_6.1-1_amd64 linux-source-6.1_6.1-1_all; do
  has kheaders.lock "\"path\": \"pool/$deb.deb\""
  has kheaders.lock "\"sha256\": \"$(sha256sum "$archive/pool/$deb.deb" | cut -c 1-64)\""
done
has_not kheaders.lock linux-headers-amd64_6.1

# The archive goes on; the workspace has what is locked.
kernel 6.10-1 6.10
publish
must build "${all[@]}"
has bazel-bin/kernel.txt linux-headers-6.1-amd64_6.1-1_amd64.deb
has bazel-bin/image.txt linux-image-6.1-amd64_6.1-1_amd64.deb
has bazel-bin/sources.txt linux-source-6.1_6.1-1_all.deb
has_not bazel-bin/kernel.txt 6.10
cp bazel-bin/kernel.txt first.txt

# Another tag than the one that was locked.
sed -i 's/image = True,/&\n    package = "linux-headers-6.10-amd64",/' MODULE.bazel
fails :kernel 'linux: package = "linux-headers-6.10-amd64" in MODULE.bazel, and "" in kheaders.lock; run bazel run @kheaders_lock//:update'
sed -i '/linux-headers-6.10-amd64/d' MODULE.bazel

# What is read of the packages is not locked.
sed -i 's/image = True,/&\n    max_tree_bytes = "8589934592",\n    max_tree_files = 500000,/' MODULE.bazel
must query --output=build @linux//:tree
has log 'max_tree_bytes = "8589934592"'
has log 'max_tree_files = 500000'

# Packages of before left the archive. They are in Bazel's repository cache; without that, an error says so.
rm "$archive"/pool/*_6.1-1_*
publish
must build --repo_env=RULES_KHEADERS_APT_CACHE="$archive/apt-1" "${all[@]}"
cmp bazel-bin/kernel.txt first.txt
CACHE=$archive/empty
for repository in linux:kernel source:sources; do
  fails "--repo_env=RULES_KHEADERS_APT_CACHE=$archive/apt-2 :${repository#*:}" "${repository%:*}: linux-"
done
has log 'source: linux-source-6.1 6.1-1 of the lock file is not in suite "mini" any more; to lock what is there, run bazel run @kheaders_lock//:update'

# Until it is written anew, which says what is other.
must run @kheaders_lock//:update
has log 'linux: linux-headers-6.1-amd64 (amd64) 6.1-1, gone'
has log 'linux_image: linux-image-6.10-amd64 (amd64) 6.10-1, new'
has_not kheaders.lock 6.1-1
must build "${all[@]}"
has bazel-bin/kernel.txt linux-headers-6.10-amd64_6.10-1_amd64.deb
cp bazel-bin/kernel.txt second.txt

# By a transport that Bazel does not know apt-get fetches the same files, and under the same names.
sources copy
must build --repo_env=RULES_KHEADERS_APT_CACHE="$archive/apt-3" "${all[@]}"
cmp bazel-bin/kernel.txt second.txt

# A file that is not the one that was locked, of the same version.
package linux-source-6.10 6.10-1 all 5001
publish
fails "--repo_env=RULES_KHEADERS_APT_CACHE=$archive/apt-4 :sources" 'source: the SHA-256 of linux-source-6.10 6.10-1 is not that of the lock file'

echo '<<<<<<< ours' >>kheaders.lock
fails :kernel 'kheaders.lock is not a lock file of kheaders'
echo ok
