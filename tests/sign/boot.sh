# shellcheck shell=dash disable=SC2034,SC2154 # a part of a script: variables come from others, and go to them
# Checks of a kernel with MODULE_SIG_FORCE: what we signed loads, and nothing else does.
want=$(sum </archive)
proc=/proc/kheaders.tar.zst
check "a signature is asked for" is Y "$(cat /sys/module/module/parameters/sig_enforce)"
check "an RSA signature is taken" insmod /signed.ko
check "it is there" is_loaded kheaders
check "$proc: sha256 is the archive's" is "$want" "$(sum <$proc)"
check "rmmod" rmmod kheaders
check "an ECDSA signature is taken" insmod /ecdsa.ko
check "$proc: sha256 is the archive's, too" is "$want" "$(sum <$proc)"
check "rmmod again" rmmod kheaders
check "this kernel decompresses zstd" is zstd "$(cat /sys/module/compression)"
check "a signed .ko.zst is taken" insmodz /signed.ko.zst
check "$proc: sha256 is the archive's, out of .ko.zst" is "$want" "$(sum <$proc)"
check "rmmod for a last time" rmmod kheaders
check "the kernel is not tainted by a module without a signature" is 0 "$(($(cat /proc/sys/kernel/tainted) & 1 << 13))"

# refused FILE WORDS
refused() {
  check "$1 is refused" says "$2" insmod "/$1"
  check "$1 is not there" says "" is_loaded kheaders
}
refused unsigned.ko "Key was rejected by service"
refused changed.ko "Key was rejected by service"
refused cut.ko "Key was rejected by service"
refused unknown.ko "Key was rejected by service"
refused forged.ko "Key was rejected by service"
refused named.ko "Key was rejected by service"
# What the kernel decompresses is held to the same.
check "an unsigned .ko.zst is refused" says "key was rejected by service" insmodz /unsigned.ko.zst
check "a cut .ko.zst is refused" says "key was rejected by service" insmodz /cut.ko.zst
check "none of them is there" says "" is_loaded kheaders
check "nothing is in /proc" gone $proc
