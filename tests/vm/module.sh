# shellcheck shell=dash disable=SC2034,SC2154 # a part of a script: variables come from others, and go to them
# What the checks of a module and its files have in common, besides what kheaders_vm_test has before them.
mkfifo /passes1 /passes2

# pieces FILE [FLAG...]: the checksums of what dd reads from it after seeking, of its end, and of what is behind that.
pieces() {
  local file=$1 p
  shift
  for p in "1 0 40" "7 13 90" "511 $((size / 511 - 3)) 9" "4097 $((size / 8000)) 50" "65537 $((size / 70000)) 3"; do
    read_piece $p "$@" | sum
  done
  tail -c 101 "$file" | sum
  dd if="$file" bs="$size" skip=1 2>/dev/null | wc -c
}
read_piece() {
  local bs=$1 skip=$2 count=$3
  shift 3
  dd if="$file" bs="$bs" skip="$skip" count="$count" "$@" 2>/dev/null
}
# together COMMAND ARGUMENT...: the command with each argument, all at once.
together() {
  local command=$1 argument pids='' bad=0
  shift
  for argument; do
    "$command" "$argument" &
    pids="$pids $!"
  done
  for argument in $pids; do wait "$argument" || bad=1; done
  return $bad
}
fits_in_memory() {
  local bytes
  bytes=$(grep '^kheaders ' /proc/modules | cut -d ' ' -f 2)
  echo "# $bytes bytes of memory for an archive of $size" | tee /dev/console
  [ "$bytes" -le $((size + 32768)) ]
}
# read_on FILE ERROR N BS: reads the file over and over, BS bytes at a time, and says so each time, until it is gone. It gets
# the whole, or else the beginning of it and then the error.
read_on() {
  local file=$1 error=$2 got=/got$3 bs=$4 said
  while :; do
    rm -f "$got"
    said=$(dd if="$file" of="$got" bs="$bs" 2>&1) && {
      is "$want" "$(sum <"$got")" >&2 || return 1
      rm "$got"
      echo pass
      continue
    }
    case $said in
      *"can't open"*) return 0 ;;
      *"$error"*) ;;
      *) echo "reader $3: $said" >&2; return 1 ;;
    esac
    echo "reader $3 got $(stat -c %s "$got") bytes, then $error" >&2
    is "$(head -c "$(stat -c %s "$got")" /archive | sum)" "$(sum <"$got")" >&2 || return 1
    echo >>/cut
  done
}
# rmmod_while_read FILE ERROR: two readers, one that takes all at once and one that comes back thousands of times, have both
# read the whole once, and the second is in the middle of it again, when the module goes.
rmmod_while_read() {
  local status first second
  insmod /kheaders.ko || return 1
  read_on "$1" "$2" 1 "$size" >/passes1 &
  first=$!
  read_on "$1" "$2" 2 509 >/passes2 &
  second=$!
  exec 5</passes1 6</passes2
  read -r status <&5
  read -r status <&6
  until [ -s /got2 ] || gone "$1"; do :; done
  rmmod kheaders
  status=$?
  wait $first || status=1
  wait $second || status=1
  exec 5<&- 6<&-
  return $status
}
# rmmod_between_reads FILE: as that, but no reader is cut short: until both are done with the file rmmod is refused.
rmmod_between_reads() {
  local status=0 first second
  insmod /kheaders.ko || return 1
  read_on "$1" "nothing of the kind" 1 "$size" >/passes1 &
  first=$!
  read_on "$1" "nothing of the kind" 2 509 >/passes2 &
  second=$!
  exec 5</passes1 6</passes2
  read -r _ <&5
  read -r _ <&6
  until [ -s /got2 ]; do :; done
  until rmmod kheaders 2>/refusal; do
    grep -q "temporarily unavailable" /refusal || { cat /refusal; status=1; break; }
  done
  wait $first || status=1
  wait $second || status=1
  exec 5<&- 6<&-
  return $status
}
# were_cut: in all rounds of that together, a reader was cut short once at least: a busy machine may let it come to its end.
were_cut() {
  local n
  n=$(wc -l </cut) || return 1
  echo "# $n readers were cut short" | tee /dev/console
  [ "$n" -gt 0 ]
}

pieces=$(pieces /archive)
