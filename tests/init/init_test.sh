#!/usr/bin/env bash
# Unpacks a real kernel's header packages as a machine has them installed, runs `kheaders init` on it in a workspace that
# has something in it already, and builds what came out. Then loads.sh.
# usage: init_test.sh MODULE_FILE KHEADERS KBUILD BUILDIFIER ARCHIVE PACKAGE ...
set -euo pipefail

rules=$(dirname "$(readlink -f "$1")")
program=$(readlink -f "$2")
kbuild=$(readlink -f "$3")
buildifier=$(readlink -f "$4")
archive=$(readlink -f "$5")
mapfile -t packages < <(readlink -f "${@:6}")
work=$(mktemp -d "$TEST_TMPDIR/init.XXXXXX")
mkdir "$work/workspace" "$work/machine"
cd "$work/workspace"

# Without these Bazel takes the test's directory for its own, and cannot read some of the tree's file names.
unset TEST_TMPDIR
export LC_ALL=C.UTF-8

bazel=("$rules/tools/bazel" --max_idle_secs=10)
finished() {
  local dir
  for dir in "$work/loads" "$work/workspace"; do
    (cd "$dir" && "${bazel[@]}" clean --expunge) >/dev/null 2>&1 || true
  done
  chmod -R u+w "$work"
  rm -rf "$work"
}
trap finished EXIT

failed() {
  echo "FAILED: $*" >&2
  exit 1
}

run_bazel() {
  "${bazel[@]}" "$1" --color=no --curses=no --noshow_progress "${@:2}" >log 2>&1 || { cat log >&2; failed "bazel $*"; }
}

for package in "${packages[@]}"; do
  dpkg-deb -x "$package" "$work/machine"
done
# On the machine itself the links of /lib/modules/RELEASE lead to /usr/src; here they must not leave the directory.
link=$(echo "$work"/machine/lib/modules/*/build)
release=$(basename "$(dirname "$link")")
[[ $(readlink "$link") == "/usr/src/linux-headers-$release" ]] || failed "$link leads to $(readlink "$link")"
for name in build source; do
  ln -sfn "../../..$(readlink "${link%build}$name")" "${link%build}$name"
done

cat >.bazelrc <<'END'
build --spawn_strategy=linux-sandbox
build --sandbox_default_allow_network=false
build --incompatible_strict_action_env
END
cat >MODULE.bazel <<'END'
# Mine.
module(name = "mine")  # as I like

register_toolchains("//:toolchain")  # what is built already
END
cat >BUILD.bazel <<'END'
# Mine, too.
load("@rules_kheaders//:toolchain.bzl", "kheaders_toolchain")

kheaders_toolchain(name="prebuilt", tool="program", kbuild="kbuild")  # in my own format

toolchain(
    name = "toolchain",
    toolchain = ":prebuilt",
    toolchain_type = "@rules_kheaders//:toolchain_type",
)
END
cp "$program" program
cp "$kbuild" kbuild
cp MODULE.bazel "$work/module"
cp BUILD.bazel "$work/build"

# The change is shown, written when that is asked for, and is the one that was shown.
! ./program init "$link" --rules="$rules/rules" >"$work/shown" 2>log || failed "without --yes init ends as if it had written"
cmp MODULE.bazel "$work/module"
cmp BUILD.bazel "$work/build"
./program init "$link" --rules="$rules/rules" --yes >"$work/written"
[[ $(cat "$work/written") == "$(cat "$work/shown")"$'\n'"Wrote MODULE.bazel and BUILD.bazel in $work/workspace. Next: bazel build //:kheaders" ]] ||
  failed "init writes something else than it shows: $(diff "$work/shown" "$work/written")"
lost=$(diff "$work/module" MODULE.bazel | grep '^<' || true)$(diff "$work/build" BUILD.bazel | grep '^<' || true)
[[ -z $lost ]] || failed "init takes lines out: $lost"
[[ $(cat MODULE.bazel) == *"objtree = \"$link\","* ]] || failed "MODULE.bazel does not name $link: $(cat MODULE.bazel)"
cp MODULE.bazel "$work/module"
cp BUILD.bazel "$work/build"
./program init "$link" --rules="$rules/rules" --yes >"$work/written"
[[ $(cat "$work/written") == "Nothing to change: $work/workspace has this kernel and //:kheaders already." ]] ||
  failed "a second run changes something: $(cat "$work/written")"
cmp MODULE.bazel "$work/module"
cmp BUILD.bazel "$work/build"

# A second target takes the kernel that is there.
./program init "$link" --name=for_modules --profile=modules --no-module --max-bytes=9000000 --yes >/dev/null
cmp MODULE.bazel "$work/module"

# A machine that runs a kernel whose packages are installed, whatever this one has: /usr/src and /lib/modules as they would
# be there, for the command alone. The kernel that runs is this machine's, so its name leads to those packages.
running=$(uname -r)
mkdir -p "$work/libs/modules/$running" "$work/libs/modules/$release" "$work/usr"
cp -R "$work/machine/usr/src" "$work/usr/src"
for name in build source; do
  ln -s "$(readlink "${link%build}$name" | sed 's|^\.\./\.\./\.\.||')" "$work/libs/modules/$release/$name"
  [[ $running == "$release" ]] || ln -s "../$release/$name" "$work/libs/modules/$running/$name"
done
[[ -d /usr/src && $(readlink -f /lib) == /usr/lib ]] && command -v busybox >/dev/null ||
  failed "a machine with packages needs /usr/src, a /lib that is /usr/lib, and busybox: run this by tools/bazel"
installed() {
  # shellcheck disable=SC2016
  unshare --map-root-user --mount sh -euc '
    busybox mount --bind "$1/usr/src" /usr/src
    # What is in /usr/lib may be mounts of their own, of which there is no overlay.
    for name in /usr/lib/* "$1"/machine/usr/lib/*; do
      here=$1/libs/${name##*/}
      if [ "${name##*/}" = modules ]; then
        continue
      elif [ -L "$name" ]; then
        cp -Pf "$name" "$here"
      elif [ -d "$name" ]; then
        mkdir -p "$here"
        busybox mount -o rbind "$name" "$here"
      else
        cp -f "$name" "$here"
      fi
    done
    busybox mount -o rbind "$1/libs" /usr/lib
    shift
    exec "$@"' sh "$work" "$@"
}
names() {
  mkdir "$work/$1"
  installed ./program init "${@:4}" --workspace="$work/$1" --rules="$rules/rules" --yes >/dev/null
  [[ $(cat "$work/$1/MODULE.bazel") == *"objtree = \"$2\","*"srctree = \"$3\","* ]] ||
    failed "init ${*:4} on a machine that has the packages writes: $(cat "$work/$1/MODULE.bazel")"
}
names running "/lib/modules/$running/build" "/lib/modules/$running/source"
names by_release "/lib/modules/$release/build" "/lib/modules/$release/source" "/lib/modules/$release"
names by_package "/usr/src/linux-headers-$release" "/usr/src/$(basename "$(readlink "${link%build}source")")" "/usr/src/linux-headers-$release"

# There, too, packages that were unpacked elsewhere have their own source tree.
names unpacked "$link" "${link%build}source" "$link"

# Where nothing is the user's own, buildifier has nothing to change or to say: for each kind of kernel, with all the flags.
mkdir "$work/fresh"
./program init "$link" --workspace="$work/fresh" --rules="$rules/rules" --yes >/dev/null
./program init --suite=sid --arch=arm64 --package=linux-headers-rt-arm64 --workspace="$work/fresh" --repo=another --name=a \
  --profile=rfc --format=tar.zst --strip=minify --max-bytes=9000000 --no-module --yes >/dev/null
for file in MODULE BUILD; do
  said=$("$buildifier" --mode=check --lint=warn "$work/fresh/$file.bazel" 2>&1) ||
    failed "init writes another $file.bazel than buildifier would: $said"
done

# What came out builds, and has the bytes that the packages themselves give.
run_bazel build //:kheaders
cmp "$archive" bazel-bin/kheaders.archive.tgz || failed "the archive is another than that of the packages"
./program inspect bazel-bin/kheaders.module/kheaders.ko >"$work/inspected"
grep -q "^kernel release: *$release " "$work/inspected" || failed "kheaders.ko is not of $release: $(cat "$work/inspected")"
run_bazel test //:for_modules.size_test

# shellcheck source=tests/init/loads.sh
. "$rules/tests/init/loads.sh"
echo ok
