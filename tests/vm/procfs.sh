# Checks of /proc/kheaders.tgz: what it says, who may do what with it, and how it comes and goes.
file=/proc/kheaders.tgz
size=$(stat -c %s /archive)
want=$(sum </archive)
mkfifo /passes
uname -r

# pieces FILE: the checksums of what is read from it after seeking, of its end, and of what is behind that.
pieces() {
  local p
  for p in "1 0 40" "7 13 90" "511 $((size / 511 - 3)) 9" "4097 $((size / 8000)) 50" "65537 $((size / 70000)) 3"; do
    set -- "$1" $p
    dd if="$1" bs="$2" skip="$3" count="$4" 2>/dev/null | sum
  done
  tail -c 101 "$1" | sum
  dd if="$1" bs="$size" skip=1 2>/dev/null | wc -c
}
# reader N: reads pieces, and the whole in steps of an odd size.
reader() {
  is "$pieces" "$(pieces $file)" && is "$want" "$(dd if=$file bs=$(($1 * 10007)) 2>/dev/null | sum)"
}
# together N COMMAND: the command N times at once, with its number.
together() {
  local n=$1 i=0 pids= bad=0
  while [ $i -lt "$n" ]; do
    i=$((i + 1))
    "$2" $i &
    pids="$pids $!"
  done
  for i in $pids; do wait "$i" || bad=1; done
  return $bad
}
fits_in_memory() {
  local name bytes rest
  while read -r name bytes rest; do
    [ "$name" = kheaders ] || continue
    echo "$bytes of memory for $size"
    [ "$bytes" -le $((size + 32768)) ]
    return
  done </proc/modules
  return 1
}
# The reader tells when it has read all once, and goes on until there is nothing.
rmmod_while_read() {
  local status
  insmod /kheaders.ko || return 1
  (while cat $file >/dev/null; do echo pass; done) >/passes &
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
  while [ $i -lt 100 ]; do
    insmod /kheaders.ko && [ -r $file ] && rmmod kheaders && [ ! -e $file ] || { echo "round $i"; return 1; }
    i=$((i + 1))
  done
}

pieces=$(pieces /archive)
check "insmod" insmod /kheaders.ko
check "size, mode, owner" is "$size 444 0 0" "$(stat -c '%s %a %u %g' $file)"
check "sha256 is the archive's" is "$want" "$(sum <$file)"
check "an ordinary user reads it" is "$want" "$(su user -c "cat $file" | sum)"
check "an ordinary user cannot write to it" says "Permission denied" su user -c "echo x >$file"
check "root cannot write to it" says "error" sh -c "echo x >$file"
check "no more memory than the archive and 32 KiB" fits_in_memory
check "four at once seek and read in odd sizes" together 4 reader
check "the module again is refused" says "File exists" insmod /kheaders.ko
check "another module for the same file is refused" says "resource busy" insmod /other.ko
check "the refused one is not there" says "" is_loaded kheadera
check "what is there still reads the same" is "$want" "$(sum <$file)"

exec 3<$file
head -c 1000 <&3 >/dev/null
check "rmmod while it is open" rmmod kheaders
check "the open file reads no further" says "" cat <&3
exec 3<&-
check "the file is gone" gone $file

check "the other module, alone" insmod /other.ko
check "its file" is "$want" "$(sum <$file)"
check "rmmod of the other" rmmod kheadera
for i in 1 2 3 4 5; do check "rmmod while it is read, $i" rmmod_while_read; done
check "a hundred times insmod and rmmod" rounds
check "nothing stays" gone $file
