# shellcheck shell=dash disable=SC2034,SC2154 # a part of a script: variables come from others, and go to them
# What every guest script ends with.
check "the kernel complains of nothing" no_oops
check "no taint but out-of-tree and unsigned" only_expected_taint
echo "# the kernel's log"
dmesg
echo "# $(cat /proc/uptime) seconds up, idle"
echo "1..$checks"
reboot -f
