# shellcheck shell=dash disable=SC2154 # a part of a script: variables come from others, and go to them
# One module with both interfaces on an architecture that nothing else boots: it loads, and both files read as the archive does.
check "insmod" insmod /kheaders.ko
# sysfs gives a page at a time.
for file in $files; do
  check "$file: pieces, sought for" is "$pieces" "$(pieces $file iflag=fullblock)"
done
check "no more memory than the archive and 32 KiB" fits_in_memory
check "the module again is refused" says "File exists" insmod /kheaders.ko
check "rmmod" rmmod kheaders
check "the files are gone" gone "/proc/kheaders.tgz"
