# shellcheck shell=dash disable=SC2034,SC2154 # a part of a script: variables come from others, and go to them
# kheaders use, on a file system without tar, xz and modprobe: bpftrace, and a build of a module, get the headers by it. The
# kernel is one without BTF, as far as bpftrace can see: all types come from the headers.
mount -t tmpfs none $debian/sys/kernel/btf
for program in tar bsdtar xz kmod busybox; do
  [ ! -e $debian/usr/bin/$program ] || mount --bind /dev/null $debian/usr/bin/$program
done
# What is a link into /etc there.
mkdir -p $debian/etc/alternatives
ln -s /usr/bin/mawk $debian/etc/alternatives/awk
cache=$debian/var/cache/kheaders
modules=$debian/lib/modules/$release

use() { debian /kheaders use "$@"; }
# reader N: the directory that use tells, and that it is right.
reader() { use --print >"/printed$1" && is "$(cat /directory)" "$(cat "/printed$1")"; }
# left: what is in the private directory.
left() {
  local file
  for file in $cache/* $cache/.[!.]*; do
    [ ! -e "$file" ] || [ "${file##*/}" = .lock ] || echo "${file##*/}"
  done
}
together() {
  local command=$1 argument pids='' bad=0
  shift
  for argument; do
    "$command" "$argument" &
    pids="$pids $!"
  done
  for argument in $pids; do wait "$argument" || bad=1; done
  return $bad
}
# tool COMMAND...: its output is in /out.
tool() { "$@" >/out 2>&1 || { tail -n 30 /out; return 1; }; }
trace() { tool use bpftrace -c "/usr/bin/python3 /doing.py" /events.bt; }
said() { grep -qxF "$1" /out || { cat /out; return 1; }; }

check "no headers, no module" no_headers
for program in tar xz modprobe; do check "no $program" says "" debian $program --version; done
check "without a module there are no headers" says "no headers of the running kernel \"$release\"" use true
check "and nothing is left" gone $cache

cp /kheaders.ko "$modules/extra/"
echo extra/kheaders.ko: >"$modules/modules.dep"

# What others may have put where it would unpack.
mkdir -p $debian/var/cache $debian/elsewhere
ln -s /elsewhere $cache
check "a link there is not followed" says "symbolic link" use true
rm $cache
mkdir -m 777 $cache
check "a directory that others write to is not used" says "can be written to by other users" use true
chmod 755 $cache
chown 1000 $cache
check "nor one of another user" says "belongs to the user 1000" use true
check "the module was not loaded for that" says "" is_loaded kheaders
check "nothing is in any of them" is "" "$(ls -A $cache)$(ls -A $debian/elsewhere)"
rmdir $cache
mkdir /evil
ln -s ../../etc/passwd /evil/l
tar -cf $debian/evil.tar -C /evil l
check "an archive with a link that leads out is refused" says "leads out" use --from=/evil.tar true
head -c 1000000 /archive >$debian/cut.tgz
check "a cut one too" says "unexpected EOF" use --from=/cut.tgz true
check "nothing is left of them" is "" "$(left)"
check "who may load no modules is told so" says "CAP_SYS_MODULE" debian setpriv --bounding-set=-sys_module /kheaders use true
check "nothing is left of that either" is "" "$(left)"

# Killed while it unpacks, with the module loaded.
(exec chroot $debian /kheaders use true) &
killed=$!
until ls $cache/*.part/include >/dev/null 2>&1; do :; done
kill -9 $killed
wait $killed
check "a call that is killed leaves the module" is_loaded kheaders
use --print >/directory
check "the next one gives the directory" test -e "$debian$(cat /directory)/include/linux/types.h"
check "and has unloaded the module" says "" is_loaded kheaders
check "named by release and SHA-256" is "/var/cache/kheaders/$release-$(sum </archive)" "$(cat /directory)"
check "that alone is left" is "$(basename "$(cat /directory)")" "$(left)"
mv /directory /large

cp /small.ko "$modules/extra/kheaders.ko"
echo "/var/cache/kheaders/$release-$(sum </small)" >/directory
check "eight at once" together reader 1 2 3 4 5 6 7 8
check "none leaves the module" says "" is_loaded kheaders
check "there is one directory of each archive" is "$(cat /directory /large | sed "s|.*/||" | sort)" "$(left | sort)"
mkdir /want
xz -dc /small | tar -xf - -C /want
check "it holds what the archive does" diff -r /want "$debian$(cat /directory)"

# The archive in /sys may go at any time; others load and unload the module meanwhile, a hundred times. Who never ceases may keep
# a call from it for as long as it tries.
churn() {
  local n=0
  while [ $n -lt 100 ] && [ ! -e /wrong ]; do
    insmod /small.ko 2>/dev/null
    rmmod kheaders 2>/dev/null && n=$((n + 1))
  done
  touch /churned
  # A call had it just then.
  rmmod kheaders 2>/dev/null
  echo "# $n unloads" | tee /dev/console
}
call() {
  local want
  want=/run/kheaders/$release-$(sum </small)
  is "$want" "$(use --dir=/run/kheaders --print)" && rm -rf "$debian$want"
}
under_churn() {
  local n=0
  [ ! -e /churned ] || return 1
  until [ -e /churned ] && [ $n -ge 3 ]; do
    call || { touch /wrong; return 1; }
    n=$((n + 1))
  done
  echo "# $n calls" | tee /dev/console
}
churn &
check "every call gets the headers while the module is unloaded a hundred times" under_churn
wait
cp /kheaders.ko "$modules/extra/"

check "the exit status is that of the command" is 7 "$(use sh -c 'exit 7'; echo $?)"
check "bpftrace compiles the script" trace
check "macros" said "PF_KTHREAD 200000 CHRDEV_MAJOR_MAX 512 SK_FORCE_REUSE 2"
check "linux/sched.h" said "fork of python3, a child of it: 1"
check "linux/fs.h" said "open marker"
check "net/sock.h" said "connect TCP 2 6"
check "linux/blkdev.h" said "bio ram0 8388608"

# Twice the time of bpftrace, emulated: not on each kernel.
if [ -e $debian/events.py ]; then
  check "bcc compiles its tool" tool use python3 /events.py
  for header in "linux/sched.h and linux/fs.h" net/sock.h linux/blkdev.h; do
    check "the tool sees what it must by $header" said "seen by $header"
  done
fi

check "what stap wants is there" is "$release" "$(cat "$debian$(cat /large)/include/config/kernel.release")"
# shellcheck disable=SC2016 # KDIR is set by use
check "a module is built" use sh -c 'make -C $KDIR M=/extmod modules'
check "insmod extmod" insmod $debian/extmod/extmod.ko start=41
check "it works" is "cat 42" "$(cat /proc/extmod)"
check "rmmod extmod" rmmod extmod
check "no call has left the module" says "" is_loaded kheaders
check "clean" use clean
check "removes the directory" gone $cache
