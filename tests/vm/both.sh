# shellcheck shell=dash disable=SC2034,SC2154 # a part of a script: variables come from others, and go to them
# Checks of a module with both files, over one copy of the archive: each is right, and they come and go together.
proc=/proc/kheaders.tgz
for file in $files; do
  case $file in /sys/*) sys=$file ;; esac
done

# A read in /sys gives a page at most.
reader() { is "$pieces" "$(pieces "$1" iflag=fullblock)" && is "$want" "$(dd if="$1" bs=10007 2>/dev/null | sum)"; }

check "insmod" insmod /kheaders.ko
for file in $sys $proc; do
  check "$file: an ordinary user reads it" is "$want" "$(su user -c "cat $file" | sum)"
  check "$file: an ordinary user cannot write to it" says "Permission denied" su user -c "echo x >$file"
done
check "root cannot write to $sys" says "Permission denied" sh -c "echo x >$sys"
check "four at once seek and read in odd sizes" together reader $sys $proc $sys $proc
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
for i in 1 2 3; do check "rmmod while $sys is read, $i" rmmod_while_read $sys "No such device"; done
check "it was in the middle of a file" were_cut
check "nothing stays" is "" "$(ls $sys $proc 2>/dev/null)"
