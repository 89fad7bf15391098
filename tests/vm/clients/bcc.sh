# shellcheck shell=dash disable=SC2034,SC2154 # a part of a script: variables come from others, and go to them
# bcc finds kheaders.ko by itself, compiles its tools with what it hands out, and unloads it; or it gets the headers by
# kheaders use. The module has an archive of the format and by the name that the kernel's own has.

# tool COMMAND...: its output is in /out.
tool() { debian "$@" >/out 2>&1 || { tail -n 30 /out; return 1; }; }
# said LINE: the tool said so.
said() { grep -qxF "$1" /out || { cat /out; return 1; }; }
# watch_exec: execsnoop tells of a program that is run once it watches, which it does after its first line.
watch_exec() {
  local line found=1
  mkfifo /watched
  debian PYTHONUNBUFFERED=1 /kheaders use execsnoop-bpfcc -n true >/watched 2>&1 &
  exec 4</watched
  while read -r line <&4; do
    echo "$line"
    case $line in
      COMM*) (until [ -e /seen ]; do debian true; done) & ;;
      true*/usr/bin/true) found=0; break ;;
    esac
  done
  touch /seen
  killall execsnoop-bpfcc
  cat <&4
  exec 4<&-
  wait
  return $found
}

check "no headers, no module" no_headers
check "without the module the tool does not compile" says "Unable to find kernel headers" debian python3 /events.py

cp /kheaders.ko "$debian/lib/modules/$release/extra/"
check "depmod" debian depmod
check "no headers but in the module" no_headers
check "nobody has loaded it" says "" is_loaded kheaders
check "bcc loads it and compiles the tool" tool python3 /events.py
for header in "linux/sched.h and linux/fs.h" net/sock.h linux/blkdev.h; do
  check "the tool sees what it must by $header" said "seen by $header"
done
check "the kernel tells that the module was loaded" sh -c "dmesg | grep 'kheaders: loading out-of-tree module'"
check "bcc has unpacked it" as_archive "tmp/kheaders-$release"
check "into a directory of root's, which nobody else writes to" is "0 0 755" "$(stat -c '%u %g %a' "$debian/tmp/kheaders-$release")"
check "bcc has unloaded it" says "" is_loaded kheaders
check "no probe stays" is "" "$(cat $debian/sys/kernel/tracing/kprobe_events)"

chown 1000 "$debian/tmp/kheaders-$release"
check "bcc takes none of another user's" says "Unable to find kernel headers" debian python3 /events.py
check "it has not loaded the module for that" says "" is_loaded kheaders

rm -r "$debian/tmp/kheaders-$release"
check "no headers but in the module, again" no_headers
check "execsnoop, as Debian has it, by kheaders use" watch_exec
check "it had the headers of that" as_archive "var/cache/kheaders/$release-$(sum </archive)"
check "and none of its own" gone "$debian/tmp/kheaders-$release"
check "nobody has left the module" says "" is_loaded kheaders
