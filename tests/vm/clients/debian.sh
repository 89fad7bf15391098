# shellcheck shell=dash disable=SC2034,SC2154 # a part of a script: variables come from others, and go to them
# A Debian system in /debian: the programs of the one that the test runs in, and not one header.
release=$(uname -r)
debian=/debian
mkdir -p $debian/usr $debian/proc $debian/sys $debian/dev $debian/tmp $debian/etc $debian/run $debian/lib
mount -t 9p -o ro,trans=virtio,version=9p2000.L,msize=524288,cache=loose share $debian/usr || mount -t 9p
ln -s usr/bin usr/sbin usr/lib64 $debian
ln -s /usr/lib/x86_64-linux-gnu $debian/lib
mkdir -p $debian/lib/modules/"$release"/extra
for dir in include src lib/modules; do
  [ ! -d $debian/usr/$dir ] || mount -t tmpfs none $debian/usr/$dir
done
mount --bind /proc $debian/proc
mount --bind /sys $debian/sys
mount --bind /dev $debian/dev
ln -s /proc/self/fd /dev/fd
mount -t tracefs tracefs $debian/sys/kernel/tracing
mount -t debugfs debugfs $debian/sys/kernel/debug
cp /etc/passwd /etc/group $debian/etc/
ip link set lo up

# debian COMMAND...: runs it there.
debian() { chroot $debian /usr/bin/env -i PATH=/usr/sbin:/usr/bin HOME=/root LC_ALL=C "$@"; }
# no_headers: there are none where a program may look for them, nor those of our own module.
no_headers() {
  local dir
  for dir in usr/include usr/src usr/lib/modules "lib/modules/$release/build" "lib/modules/$release/source" "tmp/kheaders-$release" sys/kernel/kheaders.tar.xz; do
    is "" "$(ls -A "$debian/$dir" 2>/dev/null)" || { echo "in $dir"; return 1; }
  done
}
# as_archive DIR: the directory there is what the archive holds.
as_archive() {
  mkdir -p /want && [ -e /want/include ] || xz -dc /archive | tar -xf - -C /want
  diff -r /want "$debian/$1"
}
