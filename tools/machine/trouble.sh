# shellcheck shell=dash disable=SC2034,SC2154 # a part of a script: variables come from others, and go to them
# What a kernel in trouble says and sets. TestTrouble runs this on logs of either architecture.
tainted=/proc/sys/kernel/tainted
# How many lines of the log are judged already, and the bits of it that may be set: 12 and 13 are out-of-tree and unsigned
# modules, 9 a warning (Documentation/admin-guide/tainted-kernels.rst).
judged=0
may_taint=$((1 << 12 | 1 << 13))
# oops: the lines of the kernel's log that tell of trouble. x86 has "Call Trace:", arm64 "Call trace:".
oops() {
  dmesg | tail -n +$((judged + 1)) | grep -E 'BUG:|kernel BUG at|WARNING:|Oops|Internal error|[Cc]all [Tt]race:|UBSAN|KASAN|general protection fault|divide error|invalid opcode|[Uu]nable to handle|[Bb]ad page|Kernel panic|refcount_t|corruption|INFO: task .* blocked|INFO: rcu|detected stall|cut here'
}
# no_oops: nothing of that, in a log that is whole: its beginning is still there.
no_oops() {
  dmesg | grep -q 'Linux version' || { echo "the log has lost its beginning"; return 1; }
  ! oops
}
only_expected_taint() {
  local bits
  bits=$(cat $tainted)
  echo "taint: $bits"
  [ -n "$bits" ] || return 1
  [ $((bits & ~may_taint)) -eq 0 ]
}
# warns: the kernel has warned since the last time it was asked, which is what the last check was about. That is then forgotten.
warns() {
  oops || return 1
  judged=$(dmesg | wc -l)
  may_taint=$((may_taint | 1 << 9))
}
