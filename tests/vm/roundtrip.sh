# shellcheck shell=dash disable=SC2034,SC2154 # a part of a script: variables come from others, and go to them
# The whole way of the RFC: the archive leaves the running kernel, a module that was built from it alone comes back.
file=/proc/kheaders.tgz

# give FILE: its size and checksum on a line, then the file, through the channel.
give() {
  echo "$(stat -c %s "$1") $(sum <"$1")" >&3
  cat "$1" >&3
}
# take FILE: asks for the next one and waits for it.
take() {
  local size want
  echo next >&3
  read -r size want <&3
  head -c "$size" <&3 >"$1"
  is "$want" "$(sum <"$1")"
}
# used: kheaders use gives the headers, and leaves nothing loaded.
used() {
  local dir
  mkdir -p /var/cache
  dir=$(/kheaders use --from=/kheaders.ko --print) || return 1
  is "/var/cache/kheaders/$(uname -r)-$(sum </archive)" "$dir" && says "" is_loaded kheaders && tar -cf /used.tar -C "$dir" .
}
disagrees() {
  says "invalid module format" insmod "$1" && dmesg | grep -E "extmod: (disagrees about version of symbol|version magic)"
}

# The kernel makes the port a moment after the driver is there, and its file a moment before it can be opened.
until (exec 3<>/dev/vport0p1) 2>/dev/null; do :; done
exec 3<>/dev/vport0p1
if [ -e /kheaders ]; then
  check "kheaders use" used
  check "what it has unpacked goes out" give /used.tar
  check "clean" /kheaders use clean
  check "nothing is left" gone /var/cache/kheaders
fi
check "insmod kheaders" insmod /kheaders.ko
[ -e /kheaders ] || check "the archive goes out" give $file
check "a module for another kernel comes in" take /other.ko
check "the module comes in" take /extmod.ko
check "the kernel refuses that for another one" disagrees /other.ko
check "insmod extmod" insmod /extmod.ko start=41
check "it works" is "cat 42" "$(cat /proc/extmod)"
check "it exports" grep -q "extmod_next.*\[extmod\]" /proc/kallsyms
check "rmmod extmod" rmmod extmod
check "rmmod kheaders" rmmod kheaders
check "the files are gone" gone $file
