# Checks of a module with both files, over one copy of the archive: each is right, and they come and go together.
proc=/proc/kheaders.tgz
sys=/sys/kernel/kheaders.tar.xz
size=$(stat -c %s /archive)
want=$(sum </archive)
mkfifo /passes
uname -r

# A read in /sys gives a page at most.
pieces() {
  local p
  for p in "1 0 40" "7 13 90" "511 $((size / 511 - 3)) 9" "4097 $((size / 8000)) 50"; do
    set -- "$1" $p
    dd if="$1" iflag=fullblock bs="$2" skip="$3" count="$4" 2>/dev/null | sum
  done
  tail -c 101 "$1" | sum
  dd if="$1" bs="$size" skip=1 2>/dev/null | wc -c
}
pieces=$(pieces /archive)
reader() { is "$pieces" "$(pieces "$1")" && is "$want" "$(dd if="$1" bs=10007 2>/dev/null | sum)"; }
together() {
  local file pids= bad=0
  for file in $sys $proc $sys $proc; do
    reader $file &
    pids="$pids $!"
  done
  for file in $pids; do wait "$file" || bad=1; done
  return $bad
}
fits_in_memory() {
  local bytes
  bytes=$(grep '^kheaders ' /proc/modules | cut -d ' ' -f 2)
  echo "$bytes of memory for $size"
  [ "$bytes" -le $((size + 32768)) ]
}
# The reader tells when it has read all once, and goes on until there is nothing.
rmmod_while_read() {
  local status
  insmod /kheaders.ko || return 1
  (while cat $sys >/dev/null; do echo pass; done) >/passes &
  exec 5</passes
  read -r status <&5
  rmmod kheaders
  status=$?
  wait $!
  exec 5<&-
  return $status
}
rounds() {
  local i=0
  while [ $i -lt 10 ]; do
    insmod /kheaders.ko && [ -r $sys ] && [ -r $proc ] && rmmod kheaders && [ ! -e $sys ] && [ ! -e $proc ] || { echo "round $i"; return 1; }
    i=$((i + 1))
  done
}

check "insmod" insmod /kheaders.ko
for file in $sys $proc; do
  check "$file: size, mode, owner" is "$size 444 0 0" "$(stat -c '%s %a %u %g' $file)"
  check "$file: sha256 is the archive's" is "$want" "$(sum <$file)"
  check "$file: an ordinary user reads it" is "$want" "$(su user -c "cat $file" | sum)"
  check "$file: an ordinary user cannot write to it" says "Permission denied" su user -c "echo x >$file"
done
check "root cannot write to $sys" says "Permission denied" sh -c "echo x >$sys"
check "four at once seek and read in odd sizes" together
check "no more memory than the archive and 32 KiB" fits_in_memory

exec 3<$sys
head -c 1000 <&3 >/dev/null
check "rmmod while $sys is open" rmmod kheaders
check "the open file reads no further" says "No such device" cat <&3
exec 3<&-
check "$sys is gone" gone $sys
check "$proc is gone" gone $proc

# Each of the names taken by another module.
for file in $sys $proc; do
  other=/sysfs.ko
  [ $file = $sys ] || other=/procfs.ko
  check "another module takes $file" insmod $other
  check "then the module is refused" says "resource busy" insmod /kheaders.ko
  check "the log names $file" sh -c "dmesg | grep -q 'kheaders: $file exists already'"
  check "the refused one is not there" says "" is_loaded kheaders
  check "nothing else is there" is "$file" "$(ls $sys $proc 2>/dev/null)"
  check "what is there still reads the same" is "$want" "$(sum <$file)"
  check "rmmod of the other" rmmod kheadera
done
for i in 1 2; do check "rmmod while $sys is read, $i" rmmod_while_read; done
check "ten times insmod and rmmod" rounds
