# shellcheck shell=bash
# um.sh SOURCE_DEB OUTPUT: unpacks a kernel's source and prepares it for external modules of user-mode Linux. What a full build writes,
# Module.symvers, is empty.
set -euo pipefail
deb=$PWD/$1 output=$PWD/$2
export TMPDIR=${TMPDIR:-/tmp} LC_ALL=C KBUILD_BUILD_USER=kheaders KBUILD_BUILD_HOST=kheaders KBUILD_BUILD_TIMESTAMP=1970-01-01
export ARCH=um PATH=/usr/bin:/bin
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
mkdir linux
loud() { "$@" >"$work/log" 2>&1 || { tail -n 50 "$work/log" >&2; exit 1; }; }

# Without sources that make does not look at here.
top=${deb##*/} without=()
top=${top%%_*}
for dir in 'arch/[!ux]*' arch/xtensa Documentation block crypto drivers fs io_uring ipc mm net samples security sound tools/{perf,testing}; do
  without+=(--exclude="$top/$dir/*.[cS]" --exclude="$top/$dir/*.dts*" --exclude="$top/$dir/*.rst")
done
dpkg-deb --fsys-tarfile "$deb" | tar -xO --wildcards './usr/src/linux-source-*.tar.xz' |
  tar -xJ -C linux --strip-components=1 --wildcards --anchored "${without[@]}"
cd linux
loud make -s defconfig
loud make -s -j2 modules_prepare
: >Module.symvers
tar -C "$work" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --exclude='*.o' --exclude='.*.cmd' \
  --anchored --exclude='linux/'{Documentation,block,crypto,drivers,fs,io_uring,ipc,kernel,lib,mm,net,samples,security,sound,virt} -cf "$output" linux
