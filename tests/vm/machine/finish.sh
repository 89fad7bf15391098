
# What every guest script ends with.
check "the kernel complains of nothing" no_oops
check "no taint but out-of-tree and unsigned" only_expected_taint
echo "# the kernel's log"
dmesg
echo "# $(cat /proc/uptime) seconds up, idle"
echo "1..$checks"
reboot -f
