# shellcheck shell=dash disable=SC2034,SC2154 # a part of a script: variables come from others, and go to them
# bpftrace takes the headers where it is told to. The kernel is one without BTF, as far as it can see: all types come from
# the headers.
mount -t tmpfs none $debian/sys/kernel/btf
trace() { debian "$@" bpftrace -c "/usr/bin/python3 /doing.py" /events.bt >/out 2>&1 || { tail -n 30 /out; return 1; }; }
said() { grep -qxF "$1" /out || { cat /out; return 1; }; }

check "no headers, no module" no_headers
check "without headers the script does not compile" says "linux/sched.h" trace
cp /kheaders.ko "$debian/lib/modules/$release/extra/"
check "depmod" debian depmod
check "still no headers: bpftrace loads nothing by itself" says "linux/sched.h" trace

check "modprobe" debian modprobe kheaders
mkdir $debian/tmp/headers
check "tar" debian tar -xf /sys/kernel/kheaders.tar.xz -C /tmp/headers
check "rmmod" debian rmmod kheaders
check "what the module held is there" as_archive tmp/headers
check "bpftrace compiles the script with it" trace BPFTRACE_KERNEL_SOURCE=/tmp/headers
check "macros" said "PF_KTHREAD 200000 CHRDEV_MAJOR_MAX 512 SK_FORCE_REUSE 2"
check "linux/sched.h" said "fork of python3, a child of it: 1"
check "linux/fs.h" said "open marker"
check "net/sock.h" said "connect TCP 2 6"
check "linux/blkdev.h" said "bio ram0 8388608"
