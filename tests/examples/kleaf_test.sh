#!/usr/bin/env bash
# Builds a workspace that is shaped as Kleaf's: the rules are a release with programs in external/, nothing is fetched, no
# compiler is looked for, and the kernel's files are those that kernel_build has there.
# usage: kleaf_test.sh MODULE_FILE KHEADERS KBUILD PACKAGE ...
set -euo pipefail

example=$(dirname "$(readlink -f "$1")")
repository=$(readlink -f "$example/../../..")
kheaders=$(readlink -f "$2")
kbuild=$(readlink -f "$3")
shift 3
packages=()
for package in "$@"; do
  packages+=("$(readlink -f "$package")")
done
work=$(mktemp -d "$TEST_TMPDIR/kleaf.XXXXXX")
cd "$work"

# Without these Bazel takes the test's directory for its own, and cannot read some of the tree's file names.
unset TEST_TMPDIR
export LC_ALL=C.UTF-8

# Bazelisk is told the version, which the example leaves to its owner.
USE_BAZEL_VERSION=$(cat "$repository/.bazelversion")
export USE_BAZEL_VERSION

bazel=("$repository/tools/bazel" --max_idle_secs=10)
trap '"${bazel[@]}" clean --expunge >/dev/null 2>&1 || true; rm -rf "$work"' EXIT

failed() {
  echo "FAILED: $*" >&2
  exit 1
}

# Where Bazel's modules are on the machine already, as in Kleaf, all downloads are off.
flags=(--color=no --curses=no --noshow_progress)
! grep -qsF tools/airgap/enter.sh /etc/bazel/bazelrc || flags+=(--repository_disable_download)

run() {
  "${bazel[@]}" "$1" "${flags[@]}" "${@:2}" >log 2>&1
}

must() {
  run "$@" || { cat log >&2; failed "bazel $*"; }
}

# fails TARGET MESSAGE...: the target is not analysed, and Bazel says each of the messages.
fails() {
  local target=$1 message
  shift
  ! run build --nobuild "$target" || failed "$target was analysed, instead of: $*"
  for message in "$@"; do
    grep -qF -- "$message" log || { cat log >&2; failed "$target fails without saying: $message"; }
  done
}

# A release's directory, with its programs.
cp -R "$example/." .
# For speed the archive is of the fastest level.
sed -i 's/^    format = "tar.xz",$/&\n    level = 1,/' common/BUILD.bazel
grep -q 'level = 1' common/BUILD.bazel || failed "the example has another format"
mkdir -p external
cp -R "$repository/rules" external/rules_kheaders
programs=external/rules_kheaders/prebuilt/linux_$(uname -m)
mkdir "$programs"
cp "$kheaders" "$programs/kheaders"
cp "$kbuild" "$programs/kbuild"

# The kernel: Debian's packages, with the sources where Kleaf has them, and what a build made in out/. Without the name of
# Debian's compiler, and for speed without other architectures and the empty file for each of the configuration's options.
for package in "${packages[@]}"; do
  dpkg-deb --extract "$package" unpacked
done
cp -RL unpacked/usr/src/linux-headers-*-common/. common/
cp -RL unpacked/usr/src/linux-headers-*-arm64 common/out
rm -rf unpacked common/out/vmlinux common/out/.kernelvariables common/arch/{alpha,[b-z]*}
find common/out/include/config -type f -empty -delete

targets=(
  //common:kernel_aarch64_bpf
  //common:kernel_aarch64_kheaders
  //common:kheaders_ddk
  //common:kernel_aarch64_bpf_module
)
must build "${targets[@]}"
bin=$("${bazel[@]}" info "${flags[@]}" bazel-bin 2>/dev/null)/common

# Nothing but what the module asks for is in the graph.
must mod graph --output=text
grep -q rules_kheaders@ log || { cat log >&2; failed "bazel mod graph does not show the rules"; }
! grep -E 'rules_go|gazelle|rules_kheaders_tools' log || failed "these modules are in the graph of a Kleaf workspace"

# Two archives of two trees: the module's platform makes no other.
must aquery --output=text "mnemonic(KheadersArchive, deps(//common:kernel_aarch64_bpf + //common:kernel_aarch64_kheaders))"
[[ $(grep -c 'Mnemonic: KheadersArchive' log) == 2 ]] || { cat log >&2; failed "an archive is made more than once"; }

# Each module is for arm64 and has the archive in it.
for module in kernel_aarch64_kheaders.module kheaders_ddk kernel_aarch64_bpf_module.module; do
  archive=kernel_aarch64_kheaders
  [[ $module != *_bpf_* ]] || archive=kernel_aarch64_bpf_module
  [[ $(readelf -h "$bin/$module/kheaders.ko") =~ Machine:\ *AArch64 ]] || failed "$module is not for arm64"
  "$kheaders" extract "$bin/$module/kheaders.ko" --output="$module.tar.xz"
  cmp "$module.tar.xz" "$bin/$archive.archive.tar.xz" || failed "$module has another archive in it"
done

must test --test_output=errors //common:all

# The other shapes: a configuration as a directory, which is of the same build as the headers, and the release by its group.
mkdir shapes
cat >shapes/BUILD.bazel <<'END'
load("@rules_kheaders//:defs.bzl", "kernel_tree", "kheaders")

kernel_tree(
    name = "tree",
    archives = ["//common:kernel_aarch64_headers"],
    arch = "arm64",
    generated = ["//common:kernel_aarch64_config"],
)

kheaders(
    name = "headers",
    module = False,
    strip = "comments",
    tree = ":tree",
)

filegroup(
    name = "release",
    srcs = ["//common:kernel_aarch64"],
    output_group = "include/config/kernel.release",
)
END
must build //shapes:headers.archive //shapes:release
cmp "${bin%common}shapes/headers.archive.tgz" "$bin/kernel_aarch64_bpf.archive.tgz" || failed "with the configuration the archive is another"

# What goes wrong most easily there.
mkdir wrong
cat >wrong/BUILD.bazel <<'END'
load("//build/kernel/kleaf:kernel.bzl", "ddk_module")
load("@rules_kheaders//:defs.bzl", "kernel_tree", "kheaders_module")

kernel_tree(
    name = "two_files",
    archives = ["//common:kernel_aarch64_modules_prepare"],
    arch = "arm64",
)

kheaders_module(
    name = "no_platform",
    source = "//common:kernel_aarch64_kheaders.module_source",
)

ddk_module(
    name = "kbuild",
    srcs = ["//common:kernel_aarch64_kheaders.module_source"],
    out = "kheaders.ko",
    kernel_build = "//common:kernel_aarch64",
)
END
sed -i '1i package(default_visibility = ["//visibility:public"])' common/BUILD.bazel
fails //wrong:two_files 'which is no archive' '"//common:kernel_aarch64_modules_prepare/modules_prepare_outdir.tar.gz"'
fails //wrong:no_platform 'no C/C++ toolchain is registered for the target platform' 'set platform' 'module = False'
fails //wrong:kbuild 'Invalid source' Kbuild

# An archive does not depend on the mode it was built in, so Bazel need not build it again: no path of an output directory
# is in its action.
shared=(--experimental_output_paths=strip --disk_cache="$work/disk" //common:kernel_aarch64_bpf.archive)
must build --execution_log_json_file="$work/first" "${shared[@]}"
must build -c opt --execution_log_json_file="$work/spawns" "${shared[@]}"
runner=$(awk -F '"' '$2 == "mnemonic" { mnemonic = $4 } $2 == "runner" { print mnemonic, $4 }' spawns | sort -u)
grep -qx 'KheadersArchive disk cache hit' <<<"$runner" || {
  cat log >&2
  failed "in another mode the archive is made again: $runner"
}
echo ok
