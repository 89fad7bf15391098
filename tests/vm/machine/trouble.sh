# What a kernel in trouble says and sets. TestTrouble runs this on logs of either architecture.
tainted=/proc/sys/kernel/tainted
# oops: the lines of the kernel's log that tell of trouble. x86 has "Call Trace:", arm64 "Call trace:".
oops() {
  dmesg | grep -E 'BUG:|kernel BUG at|WARNING:|Oops|Internal error|[Cc]all [Tt]race:|UBSAN|KASAN|general protection fault|divide error|invalid opcode|[Uu]nable to handle|[Bb]ad page|Kernel panic|refcount_t|corruption|INFO: task .* blocked|INFO: rcu|detected stall|cut here'
}
# no_oops: nothing of that, in a log that is whole: its beginning is still there.
no_oops() {
  dmesg | grep -q 'Linux version' || { echo "the log has lost its beginning"; return 1; }
  ! oops
}
# Bits 12 and 13 are out-of-tree and unsigned modules (Documentation/admin-guide/tainted-kernels.rst).
only_expected_taint() {
  local bits
  read -r bits <$tainted || return 1
  echo "$bits"
  [ $((bits & ~((1 << 12) | (1 << 13)))) -eq 0 ]
}
