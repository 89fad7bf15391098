# shellcheck shell=bash
# prepare.sh LLVM SOURCE_DEB CONFIG CFI OUTPUT GEN_KHEADERS PACKAGE...: unpacks a kernel's source and prepares it for external modules, with
# LLVM and the options that Android's kernels have, as far as Debian's source knows them. LLVM is a directory of programs, CFI the name of one more option. OUTPUT is a tar
# of the tree, GEN_KHEADERS what the kernel's own script makes of it. What a full build writes, Module.symvers, comes from Debian's
# packages of that kernel, with one name in the namespace that it has in Android's.
set -euo pipefail
llvm=$PWD/$1 deb=$PWD/$2 config=$PWD/$3 cfi=$4 output=$PWD/$5 made=$PWD/$6
shift 6
packages=("${@/#/$PWD/}")
export TMPDIR=${TMPDIR:-/tmp} LC_ALL=C KBUILD_BUILD_USER=kheaders KBUILD_BUILD_HOST=kheaders KBUILD_BUILD_TIMESTAMP=1970-01-01
export ARCH=arm64 LLVM=1 PATH=$llvm:/usr/bin:/bin
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
mkdir linux bin
loud() { "$@" >"$work/log" 2>&1 || { tail -n 50 "$work/log" >&2; exit 1; }; }

# Without sources that neither `make modules_prepare` nor the headers' archive looks at: they are four fifths of the tree.
top=${deb##*/} without=()
top=${top%%_*}
for dir in 'arch/[!a]*' arch/alpha arch/arc Documentation block crypto drivers fs io_uring ipc mm net samples security sound tools/{perf,testing}; do
  without+=(--exclude="$top/$dir/*.[chS]" --exclude="$top/$dir/*.dts*" --exclude="$top/$dir/*.rst")
done
dpkg-deb --fsys-tarfile "$deb" | tar -xO --wildcards './usr/src/linux-source-*.tar.xz' |
  tar -xJ -C linux --strip-components=1 --wildcards --anchored "${without[@]}"
cd linux

{ cat "$config" && echo "$cfi=y"; } >"$work/options"
cat "arch/$ARCH/configs/defconfig" "$work/options" >.config
loud make -s olddefconfig
while IFS= read -r line; do
  [[ $line != *=[ym] ]] || grep -qxF "$line" .config || { echo "not in the configuration: $line" >&2; exit 1; }
done <"$work/options"
loud make -s -j2 modules_prepare
for package in "${packages[@]}"; do
  dpkg-deb --fsys-tarfile "$package" | tar -xO --wildcards '*/Module.symvers' 2>/dev/null || true
done | sed 's/^\(0x[0-9a-f]*\tkern_path\tvmlinux\tEXPORT_SYMBOL[A-Z_]*\)\t.*/\1\tVFS_internal_I_am_really_a_filesystem_and_am_NOT_a_driver/' >Module.symvers
# Checksums of symbols want one of the module's own layout, which a kernel without them does not export.
grep -q '\bmodule_layout\b' Module.symvers || printf '0x00000001\tmodule_layout\tvmlinux\tEXPORT_SYMBOL\t\n' >>Module.symvers
grep -q 'kern_path.*VFS_internal' Module.symvers || { echo "Module.symvers has no kern_path" >&2; exit 1; }

# The script strips comments by perl and compresses; of what it makes the list is wanted, and files as they are.
printf '#!/bin/sh\n' >"$work/bin/perl"
printf '#!/bin/sh\nexec cat\n' >"$work/bin/store"
chmod +x "$work"/bin/*
loud env PATH="$work/bin:$PATH" make -f scripts/Makefile.build obj=kernel srctree=. srcroot=. objtree=. SRCARCH=arm64 \
  CONFIG_SHELL=sh TAR=tar XZ="$work/bin/store" kernel/kheaders_data.tar.xz
cp kernel/kheaders_data.tar.xz "$made"
tar -C "$work" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -cf "$output" linux
