# shellcheck shell=dash disable=SC2034,SC2154 # a part of a script: variables come from others, and go to them
# kheaders.ko in the kernel that runs: it hands out the archive, comes and goes as often as one likes, and the kernel says nothing.

# What the kernel said and was before it is none of the module's.
judged=$(dmesg | wc -l)
may_taint=$((may_taint | $(cat $tainted)))
size=$(stat -c %s /archive)
want=$(sum </archive)

# handed_out: where a kernel shows headers.
handed_out() { ls -d /proc/kheaders.* /sys/kernel/kheaders.* 2>/dev/null; }
# shows: the module shows files, those of $files where it is known which.
shows() {
  local file new=''
  for file in $(handed_out); do
    case " $before " in
      *" $file "*) ;;
      *) new="$new${new:+ }$file" ;;
    esac
  done
  files=${files:-$new}
  [ -n "$files" ] || { echo "there is no /proc/kheaders.* and no /sys/kernel/kheaders.* that was not there before"; return 1; }
  is "$files" "$new"
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

# shellcheck disable=SC2046,SC2116,SC2005 # on one line
before=$(echo $(handed_out))
uname -r
check "insmod" insmod /kheaders.ko
check "it shows the archive" shows
for file in $files; do
  check "$file: size, mode, owner" is "$size 444 0 0" "$(stat -c '%s %a %u %g' "$file")"
  check "$file: sha256 is the archive's" is "$want" "$(sum <"$file")"
done
check "rmmod" rmmod kheaders
for file in $files; do check "$file is gone" gone "$file"; done
# shellcheck disable=SC2086 # a word for each file
check "$rounds times insmod and rmmod" rounds "$rounds" $files
