# shellcheck shell=bash
# prepare.sh RUST SOURCE_DEB OUTPUT WHY PACKAGE...: unpacks a kernel's source and prepares it for external modules with the configuration that
# Debian's packages of that kernel have, in which Rust is, and under their name. RUST is a directory of programs. OUTPUT is a tar of the tree, WHY an
# empty file; where Debian's rustc or bindgen is too old for the source, WHY says so, and OUTPUT is empty. What a full build writes,
# Module.symvers, comes from the packages.
set -euo pipefail
rust=$PWD/$1 deb=$PWD/$2 output=$PWD/$3 why=$PWD/$4
shift 4
packages=("${@/#/$PWD/}")
export TMPDIR=${TMPDIR:-/tmp} LC_ALL=C KBUILD_BUILD_USER=kheaders KBUILD_BUILD_HOST=kheaders KBUILD_BUILD_TIMESTAMP=1970-01-01
export ARCH=x86 PATH=$rust:/usr/bin:/bin
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
mkdir linux
loud() { "$@" >"$work/log" 2>&1 || { tail -n 50 "$work/log" >&2; exit 1; }; }
from_packages() {
  for package in "${packages[@]}"; do
    dpkg-deb --fsys-tarfile "$package" | tar -xO --wildcards "$1" 2>/dev/null || true
  done
}

# Without sources that `make prepare` does not look at: they are four fifths of the tree.
top=${deb##*/} without=()
top=${top%%_*}
for dir in 'arch/[!x]*' arch/xtensa Documentation block crypto drivers fs io_uring ipc mm net samples sound tools/{perf,testing}; do
  without+=(--exclude="$top/$dir/*.[cS]" --exclude="$top/$dir/*.dts*" --exclude="$top/$dir/*.rst")
done
for dir in drivers/gpu drivers/net; do
  without+=(--exclude="$top/$dir/*.h")
done
dpkg-deb --fsys-tarfile "$deb" | tar -xO --wildcards './usr/src/linux-source-*.tar.xz' |
  tar -xJ -C linux --strip-components=1 --wildcards --anchored "${without[@]}"
cd linux

: >"$why"
if ! make -s rustavailable >"$work/log" 2>&1; then
  grep -F 'is too old' "$work/log" >"$why" || { cat "$work/log" >&2; exit 1; }
  : >"$output"
  exit
fi
from_packages '*/.config' >.config
loud make -s olddefconfig
grep -qx CONFIG_RUST=y .config || { echo "CONFIG_RUST is not in the configuration" >&2; exit 1; }
release=$(from_packages '*/include/generated/utsrelease.h' | sed -n 's/^#define UTS_RELEASE "\(.*\)"$/\1/p')
loud make -s -j2 LOCALVERSION="${release#"$(make -s kernelversion)"}" modules_prepare
grep -qF "\"$release\"" include/generated/utsrelease.h || { echo "the source is not that of $release" >&2; exit 1; }
from_packages '*/Module.symvers' >Module.symvers

# What no archive is made of stays here.
tar -C "$work" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --exclude='*.o' --exclude='*.a' --exclude='.*.cmd' --exclude='.*.d' \
  --anchored --exclude='linux/'{Documentation,block,crypto,drivers,fs,io_uring,ipc,kernel,lib,mm,net,samples,security,sound,virt} --zstd -cf "$output" linux
