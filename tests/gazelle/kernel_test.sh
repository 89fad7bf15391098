#!/usr/bin/env bash
# Unpacks a distribution's kernel sources and headers into a workspace of its own, builds archives from targets written by
# hand, then lets Gazelle write the targets, and compares the archives.
# usage: kernel_test.sh GAZELLE KHEADERS BUILDIFIER MODULE_FILE PAGE LINUX_SOURCE_DEB HEADERS_DEB ...
set -euo pipefail

gazelle=$PWD/$1 kheaders=$PWD/$2 buildifier=$PWD/$3 rules=$(dirname "$(readlink -f "$4")") page=$PWD/$5 source=$PWD/$6
packages=("${@:7}")
packages=("${packages[@]/#/$PWD/}")
bazel=$(type -P bazelisk || type -P bazel) || {
  echo "neither bazelisk nor bazel is on PATH ($PATH): the workspace needs a Bazel of its own" >&2
  exit 1
}
USE_BAZEL_VERSION=$(cat "$rules/.bazelversion")
export USE_BAZEL_VERSION

work=$(mktemp -d "${TEST_TMPDIR:-/tmp}/gazelle.XXXXXX")
cd "$work"
bazel=("$bazel" --max_idle_secs=10)
flags=(--experimental_convenience_symlinks=ignore --color=no --curses=no --noshow_progress)
trap '"${bazel[@]}" shutdown; cd /; rm -rf "$work"' EXIT
fail() {
  echo "$*" >&2
  exit 1
}

# The kernel, the objtree that the distribution built from it, and the program that is tested elsewhere.
mkdir linux prebuilt unpacked out
dpkg-deb --fsys-tarfile "$source" | tar -xO --wildcards './usr/src/linux-source-*.tar.xz' |
  tar -xJ -C linux --strip-components=1
for package in "${packages[@]}"; do dpkg-deb -x "$package" unpacked; done
cp -rL unpacked/usr/src/linux-headers-*-amd64 objtree
chmod -R u+w unpacked && rm -rf unpacked
cp "$kheaders" prebuilt/kheaders
# step NUMBER: the block that the page has after the step of that number.
step() {
  awk -v step="**$1.**" 'index($0, step) == 1 { on = 1 } on && /^```/ { if (inside) exit; inside = 1; next } inside { print; n++ } END { exit !n }' "$page" ||
    fail "$page has no block after step $1"
}
# As the page has it, with the clone that it stands for; the program that is tested elsewhere is not built from source once more.
step 1 | sed -e "s|/path/to/clone|$rules|" -e 's|^register_toolchains(.*|register_toolchains("//prebuilt:toolchain")|' >MODULE.bazel
grep -qF "\"$rules/rules\"" MODULE.bazel || fail "step 1 of the page names no clone"
cat >prebuilt/BUILD.bazel <<'END'
load("@rules_kheaders//:toolchain.bzl", "kheaders_toolchain")

kheaders_toolchain(
    name = "prebuilt",
    tool = "kheaders",
)

toolchain(
    name = "toolchain",
    toolchain = ":prebuilt",
    toolchain_type = "@rules_kheaders//:toolchain_type",
)
END

# What the page tells a user to write can be loaded and analysed from another module. Building it again would
# only take time.
step 2 >BUILD.bazel
"${bazel[@]}" build "${flags[@]}" --nobuild //:gazelle

# products TREE: the archives of every profile.
products() {
  echo 'load("@rules_kheaders//:defs.bzl", "kernel_tree", "kheaders")'
  for profile in headers modules rfc; do
    printf 'kheaders(name = "%s", profile = "%s", tree = "%s", strip = "comments", module = False)\n' $profile $profile "$1"
  done
}
build() {
  "${bazel[@]}" build "${flags[@]}" "$@"
}

# By hand: the two directories as they are.
{
  products :tree
  echo 'kernel_tree(name = "tree", srcs = ["linux"], generated = ["objtree"], arch = "x86")'
  echo 'kheaders(name = "kheaders_x86", tree = ":tree", module = False)'
} >BUILD.bazel
build //:{headers,modules,rfc,kheaders_x86}.archive
bin=$("${bazel[@]}" info "${flags[@]}" bazel-bin)
for name in headers modules rfc kheaders_x86; do cp "$bin/$name.archive.tgz" "out/$name.tgz"; done
rm BUILD.bazel

# By Gazelle, with a package below the tree and one that Gazelle must not change.
mkdir -p linux/include/net/bluetooth linux/include/linux/usb
: >linux/include/net/bluetooth/BUILD.bazel
{
  echo '# gazelle:ignore'
  printf 'exports_files([\n'
  (cd linux/include/linux/usb && find . -type f -name '*.h' | sort | sed 's|^\./|    "|; s|$|",|')
  printf '], visibility = ["//visibility:public"])\n'
} >linux/include/linux/usb/BUILD.bazel
export BUILD_WORKSPACE_DIRECTORY=$work
"$gazelle" || fail "gazelle failed"
sums() { find . -name BUILD.bazel -print0 | sort -z | xargs -0 sha256sum; }
sums >out/first
"$gazelle" || fail "gazelle failed when it ran again"
sums >out/second
cmp out/first out/second || fail "a second run changed something"
"$gazelle" -mode=diff || fail "there is a difference left after two runs"
for written in linux objtree linux/include/net/bluetooth; do
  [[ -s $written/BUILD.bazel ]] || fail "gazelle wrote no $written/BUILD.bazel"
  said=$("$buildifier" --mode=check --lint=warn "$written/BUILD.bazel" 2>&1) ||
    fail "gazelle wrote another $written/BUILD.bazel than buildifier would: $said"
done
[[ $(wc -l <out/first) == 5 ]] || fail "there are more BUILD files than there should be: $(cat out/first)"

mkdir check
products //linux:tree_x86 >check/BUILD.bazel
build //check:{headers,modules,rfc}.archive //linux:kheaders_x86.archive
for name in headers modules rfc; do
  cmp "$bin/check/$name.archive.tgz" "out/$name.tgz" || fail "profile $name: the generated tree gives other bytes than the one written by hand"
done
cmp "$bin/linux/kheaders_x86.archive.tgz" out/kheaders_x86.tgz || fail "the generated archive has other bytes than the one written by hand"

# A budget that the user sets survives, and gates the archive.
size=$(stat -c %s out/kheaders_x86.tgz)
sed -i "s/^    name = \"kheaders_x86\",/&\n    max_bytes = $size,/" linux/BUILD.bazel
"$gazelle"
grep -qx "    max_bytes = $size," linux/BUILD.bazel || fail "gazelle took the budget away"
"${bazel[@]}" test "${flags[@]}" --test_output=errors //linux:kheaders_x86.size_test
sed -i "s/max_bytes = $size,/max_bytes = $((size - 1)),/" linux/BUILD.bazel
if "${bazel[@]}" test "${flags[@]}" //linux:kheaders_x86.size_test; then
  fail "an archive one byte over its budget passed"
fi
