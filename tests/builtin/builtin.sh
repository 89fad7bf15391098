# shellcheck shell=dash disable=SC2034,SC2154 # a part of a script: variables come from others, and go to them
# Checks of an archive that is built in: its files are there as soon as the kernel runs, in /proc and in /sys.
size=$(stat -c %s /archive)
want=$(sum </archive)
uname -r

for file in /proc/kheaders.tgz /sys/kernel/kheaders.tgz; do
  check "$file: size, mode, owner" is "$size 444 0 0" "$(stat -c '%s %a %u %g' $file)"
  check "$file: sha256 is the archive's" is "$want" "$(sum <$file)"
  check "$file: in steps of an odd size" is "$want" "$(dd if=$file bs=1009 2>/dev/null | sum)"
  check "$file: its end" is "$(tail -c 1003 /archive | sum)" "$(tail -c 1003 $file | sum)"
  check "$file: an ordinary user reads it" is "$want" "$(su user -c "cat $file" | sum)"
  check "$file: an ordinary user cannot write to it" says "Permission denied" su user -c "echo x >$file"
  check "$file: has the kernel's own headers" sh -c "tar -xzOf $file ./include/generated/autoconf.h | grep -qx '#define CONFIG_IKHEADERS_PROC 1'"
done
