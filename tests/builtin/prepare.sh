# shellcheck shell=bash
# prepare.sh KHEADERS LINUX_SOURCE_DEB CONFIG OUTPUT COMMANDS CERTIFICATE...: unpacks and configures a kernel tree, does what the
# documentation says to give it a place for the archive, and packs it again. The kernel trusts the certificates, which are PEM.
set -euo pipefail
kheaders=$PWD/$1 deb=$PWD/$2 config=$PWD/$3 output=$PWD/$4 commands=$PWD/$5
shift 5
certificates=$(cat -- "$@")
export TMPDIR=${TMPDIR:-/tmp} LC_ALL=C KBUILD_BUILD_USER=kheaders KBUILD_BUILD_HOST=kheaders KBUILD_BUILD_TIMESTAMP=1970-01-01
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# Without most of the sources that such a configuration has nothing of: they are four fifths of the tree.
without=()
for dir in 'arch/[!x]*' Documentation samples sound tools/perf tools/testing \
  drivers/{accel,ata,block,bluetooth,clk,comedi,crypto,gpu,hwmon,i2c,iio,infiniband,input,isdn,leds,md,media,mfd,mtd,net} \
  drivers/{nvme,phy,pinctrl,platform,power,regulator,s390,scsi,soc,spi,staging,target,thermal,usb,watchdog} \
  fs/{btrfs,ceph,cifs,ext4,f2fs,gfs2,jfs,ksmbd,nfs,nfsd,ntfs3,ocfs2,reiserfs,smb,ubifs,xfs}; do
  without+=(--exclude="linux-source-*/$dir/*.[chS]" --exclude="linux-source-*/$dir/*.dts*")
done
mkdir linux
dpkg-deb --fsys-tarfile "$deb" | tar -xO --wildcards './usr/src/linux-source-*.tar.xz' |
  tar -xJ -C linux --strip-components=1 --wildcards --anchored "${without[@]}"
cd linux

printf '%s\n' "$certificates" >certs/kheaders.pem
make -s tinyconfig >"$work/log"
cat "$config" >>.config
make -s olddefconfig >>"$work/log" 2>&1
kheaders() { "$KHEADERS" "$@"; }
export -f kheaders
KHEADERS=$kheaders MAKEFLAGS=-j2 bash -ex "$commands" >>"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
while IFS= read -r line; do
  [[ $line != *=y ]] || grep -qxF "$line" .config || { echo "not in the configuration: $line" >&2; exit 1; }
done <"$config"
make -s modules_prepare >>"$work/log" 2>&1
grep -qx CONFIG_IKHEADERS_PROC=y .config || { echo "IKHEADERS_PROC is not in the configuration" >&2; exit 1; }
tar -C "$work" --zstd -cf "$output" linux
