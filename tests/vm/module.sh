# What the checks of a module and its files have in common.
size=$(stat -c %s /archive)
want=$(sum </archive)
mkfifo /passes
uname -r

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
  local command=$1 argument pids= bad=0
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
  echo "$bytes of memory for $size"
  [ "$bytes" -le $((size + 32768)) ]
}
# rmmod_while_read FILE: the reader tells when it has read all once, and goes on until there is nothing.
rmmod_while_read() {
  local file=$1 status
  insmod /kheaders.ko || return 1
  (while cat "$file" >/dev/null; do echo pass; done) >/passes &
  exec 5</passes
  read -r status <&5
  rmmod kheaders
  status=$?
  wait $!
  exec 5<&-
  return $status
}
# rounds N FILE...: N times the files come and go.
rounds() {
  local n=$1 i=0 file
  shift
  while [ $i -lt "$n" ]; do
    insmod /kheaders.ko || { echo "round $i"; return 1; }
    for file; do [ -r "$file" ] || { echo "round $i: no $file"; return 1; }; done
    rmmod kheaders || { echo "round $i"; return 1; }
    for file; do [ ! -e "$file" ] || { echo "round $i: $file stays"; return 1; }; done
    i=$((i + 1))
  done
}

pieces=$(pieces /archive)
