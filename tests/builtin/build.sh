# shellcheck shell=bash
# build.sh PREPARED BZIMAGE VMLINUX SYMVERS COMMANDS SOURCE...: builds a kernel from a tree that prepare.sh made, as the
# documentation says. Bazel has built the sources, of kheaders_module_source, already.
set -euo pipefail
prepared=$PWD/$1 bzimage=$PWD/$2 vmlinux=$PWD/$3 symvers=$PWD/$4 commands=$PWD/$5
shift 5
export TMPDIR=${TMPDIR:-/tmp} LC_ALL=C KBUILD_BUILD_USER=kheaders KBUILD_BUILD_HOST=kheaders KBUILD_BUILD_TIMESTAMP=1970-01-01
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tar -C "$work" -xf "$prepared"
mkdir -p "$work/linux/bazel-bin/kheaders.module_source"
cp -L "$@" "$work/linux/bazel-bin/kheaders.module_source/"
# The kernel's own sources are older than the compiler, but ours may not give a warning.
chmod u+w "$work/linux/bazel-bin/kheaders.module_source/Kbuild"
echo 'CFLAGS_kheaders.o += -Werror' >>"$work/linux/bazel-bin/kheaders.module_source/Kbuild"
cd "$work/linux"
bazel() { [[ $* == "build //:kheaders.module_source" ]]; }
export -f bazel
MAKEFLAGS="-j2 WERROR=0" bash -ex "$commands" >"$work/log" 2>&1 || { tail -n 100 "$work/log" >&2; exit 1; }
grep -q -- -Werror kernel/kheaders_proc/.kheaders.o.cmd || { echo "kheaders.o was compiled without -Werror" >&2; exit 1; }
cp arch/x86/boot/bzImage "$bzimage"
cp vmlinux "$vmlinux"
cp Module.symvers "$symvers"
