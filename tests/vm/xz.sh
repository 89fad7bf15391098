# shellcheck shell=dash disable=SC2154 # a part of a script: variables come from others, and go to them
# Checks of what our compressor made and the kernel decompresses.
check "the kernel loads kheaders.ko.xz" insmodz /kheaders.ko.xz
for file in $sys $proc; do
  check "$file: sha256 is the archive's" is "$want" "$(sum <$file)"
done
check "rmmod" rmmod kheaders
head -c 100000 /kheaders.ko.xz >/cut.ko.xz
check "a cut one is there" is 100000 "$(stat -c %s /cut.ko.xz)"
check "it is refused" says "invalid argument" insmodz /cut.ko.xz
check "it is not there" says "" is_loaded kheaders
