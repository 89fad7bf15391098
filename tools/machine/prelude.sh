# shellcheck shell=dash disable=SC2034,SC2154 # a part of a script: variables come from others, and go to them
# What every guest script begins with: the file systems, busybox's programs, and how to say what a check found.
/bin/busybox --install -s /bin
export PATH=/bin HOME=/ LC_ALL=C
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
# Keeps the kernel's messages off the console, where they would cut ours in two. They are printed at the end.
dmesg -n 1

checks=0
# check NAME COMMAND...: a check, passed if the command succeeds. The log tells when it was done, in seconds since the boot.
check() {
  local name=$1 verdict=ok now
  shift
  "$@" >/tmp/said 2>&1 || verdict="not ok"
  checks=$((checks + 1))
  [ "$verdict" = ok ] || { echo "# $*"; head -c 2000 /tmp/said; echo; }
  read -r now </proc/uptime
  echo "# ${now% *}"
  echo "$verdict $name"
}
# says WORDS COMMAND...: the command fails, and says so in these words.
says() {
  local words=$1 said
  shift
  said=$("$@" 2>&1) && { echo "succeeds"; return 1; }
  case $said in
    *"$words"*) ;;
    *) echo "says: $said"; return 1 ;;
  esac
}
# is WANT GOT
is() { [ "$1" = "$2" ] || { echo "want: $1"; echo "got:  $2"; return 1; }; }
is_loaded() { grep -q "^$1 " /proc/modules; }
gone() { [ ! -e "$1" ]; }
sum() { sha256sum | cut -c 1-64; }
for driver in /drivers/*.ko; do
  [ ! -e "$driver" ] || insmod "$driver"
done
