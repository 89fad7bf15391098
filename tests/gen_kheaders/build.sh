# shellcheck shell=bash
# build.sh KHEADERS LINUX_SOURCE_DEB OUTPUT: builds kernel/kheaders_data.tar.xz and kheaders.ko of a kernel by make, with its
# own kernel/gen_kheaders.sh and with kheaders gen-kheaders in its place. OUTPUT gets an archive, a module and a log for each
# way, and times: wall and CPU time of the first build and of one in which nothing has changed, in seconds.
set -euo pipefail
kheaders=$1 deb=$2 output=$3
export LC_ALL=C KBUILD_BUILD_TIMESTAMP=2026-01-31 KBUILD_BUILD_USER=kheaders KBUILD_BUILD_HOST=kheaders
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/src" "$work/obj"
dpkg-deb --fsys-tarfile "$deb" | tar -xO --wildcards './usr/src/linux-source-*.tar.xz' |
  tar -xJ -C "$work/src" --strip-components=1 --wildcards --exclude='*/Documentation/*.rst' --exclude='*/drivers/*/*.c' --exclude='*.dts*' --exclude='*/sound/*.c'
cd "$work/obj"
make -s -C ../src O="$PWD" tinyconfig
../src/scripts/config -e 64BIT -e MODULES -e SYSFS -m IKHEADERS
make -s olddefconfig
grep -qx CONFIG_IKHEADERS=m .config || { echo "IKHEADERS is not in the configuration" >&2; exit 1; }
make -s -j2 modules_prepare

# built WAY STEP: builds the archive, and says what that took.
built() {
  local TIMEFORMAT="$1 $2 %R %U %S"
  { time make kernel/kheaders.o >"$output/$1-$2.log" 2>&1; } 2>>"$output/times" || { cat "$output/$1-$2.log" >&2; exit 1; }
}
for way in script program; do
  if [[ $way == program ]]; then
    printf '#!/bin/sh\nexec "%s" gen-kheaders "$@"\n' "$kheaders" >../src/kernel/gen_kheaders.sh
    chmod +x ../src/kernel/gen_kheaders.sh
  fi
  rm -f kernel/kheaders_data.tar.xz kernel/kheaders.md5
  built $way first
  cp kernel/kheaders_data.tar.xz "$output/$way.tar.xz"
  built $way again
  # No vmlinux says which symbols the kernel has: newer ones take their lack for an error unless told.
  make KBUILD_MODPOST_WARN=1 kernel/kheaders.ko >>"$output/$way-first.log" 2>&1 || { cat "$output/$way-first.log" >&2; exit 1; }
  cp kernel/kheaders.ko "$output/$way.ko"
done

# Within the minute, and without another size.
sed -i 's/_LINUX_TYPES_H/_LINUX_TYPES_I/' ../src/include/linux/types.h
built program changed
cp kernel/kheaders_data.tar.xz "$output/changed.tar.xz"
make -s clean
[[ ! -e kernel/kheaders_data.tar.xz && ! -e kernel/kheaders.md5 ]] || { echo "make clean leaves the archive" >&2; exit 1; }
