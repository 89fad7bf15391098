# shellcheck shell=dash disable=SC2034,SC2154 # a part of a script: variables come from others, and go to them
# The headers, for who has a shell: the module is loaded, and what it hands out is unpacked into /headers.
insmod /kheaders.ko || dmesg | tail -n 5
mkdir /headers
for file in $files /proc/kheaders.* /sys/kernel/kheaders.*; do
  [ -r "$file" ] || continue
  # shellcheck disable=SC2086 # a flag or none
  if tar -x$decompress -f "$file" -C /headers; then
    echo "# /headers has what $file hands out"
  else
    echo "# $file hands out the headers; this tar cannot read it"
  fi
  break
done
