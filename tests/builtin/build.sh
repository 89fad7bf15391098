# build.sh PREPARED BZIMAGE VMLINUX SOURCE...: builds a kernel from a tree that prepare.sh made, with the sources of
# kheaders_module_source in it.
set -euo pipefail
prepared=$PWD/$1 bzimage=$PWD/$2 vmlinux=$PWD/$3
shift 3
export TMPDIR=${TMPDIR:-/tmp} LC_ALL=C KBUILD_BUILD_USER=kheaders KBUILD_BUILD_HOST=kheaders KBUILD_BUILD_TIMESTAMP=1970-01-01
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tar -C "$work" -xf "$prepared"
cp -L "$@" "$work/linux/kernel/kheaders_proc/"
cd "$work/linux"
make -s -j2 WERROR=0 bzImage >"$work/log" 2>&1 || { tail -n 100 "$work/log" >&2; exit 1; }
cp arch/x86/boot/bzImage "$bzimage"
cp vmlinux "$vmlinux"
