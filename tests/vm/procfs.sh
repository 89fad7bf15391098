# shellcheck shell=dash disable=SC2034,SC2154 # a part of a script: variables come from others, and go to them
# Checks of /proc/kheaders.tgz: what it says, who may do what with it, and how it comes and goes.
file=/proc/kheaders.tgz

# reader N: reads pieces, and the whole in steps of an odd size.
reader() {
  is "$pieces" "$(pieces $file)" && is "$want" "$(dd if=$file bs=$(($1 * 10007)) 2>/dev/null | sum)"
}

check "insmod" insmod /kheaders.ko
check "an ordinary user reads it" is "$want" "$(su user -c "cat $file" | sum)"
check "an ordinary user cannot write to it" says "Permission denied" su user -c "echo x >$file"
check "root cannot write to it" says "Input/output error" sh -c "echo x >$file"
check "no more memory than the archive and 32 KiB" fits_in_memory
check "four at once seek and read in odd sizes" together reader 1 2 3 4
check "the module again is refused" says "File exists" insmod /kheaders.ko
check "another module for the same file is refused" says "resource busy" insmod /other.ko
check "the refused one is not there" says "" is_loaded kheadera
check "what is there still reads the same" is "$want" "$(sum <$file)"

exec 3<$file
dd bs=1000 count=1 of=/front <&3 2>/dev/null
check "rmmod while it is open is refused" says "temporarily unavailable" rmmod kheaders
check "the open file reads on to its end" is "$want" "$(cat /front - <&3 | sum)"
check "rmmod is still refused" says "temporarily unavailable" rmmod kheaders
exec 3<&-
check "rmmod once it is closed" rmmod kheaders
check "the file is gone" gone $file

check "the other module, alone" insmod /other.ko
check "its file" is "$want" "$(sum <$file)"
check "rmmod of the other" rmmod kheadera
for i in 1 2 3; do check "rmmod between reads, $i" rmmod_between_reads $file; done
check "nothing stays" gone $file

# Who loads a module where there is no /proc cannot see whether the name is taken, and the kernel itself warns of it.
mkdir -p /bare/bin
ln /bin/busybox /bare/bin
ln /other.ko /bare
check "insmod for a last time" insmod /kheaders.ko
check "no complaint up to here" no_oops
check "without /proc another module is refused" says "resource busy" chroot /bare /bin/busybox insmod /other.ko
check "the log names the file" sh -c "dmesg | grep -q 'kheaders: $file exists already, or'"
check "the kernel warns, and that is noticed" warns
check "what is there still reads the same" is "$want" "$(sum <$file)"
check "rmmod for a last time" rmmod kheaders
