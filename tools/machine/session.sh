# shellcheck shell=dash disable=SC2034,SC2154 # a part of a script: variables come from others, and go to them
# What a guest's script ends with that gives a shell.
stty rows "$rows" columns "$columns"
if [ -z "$token" ]; then
  export TERM=linux PS1='\w # '
  echo "# a shell in this machine: exit or Ctrl-D turns it off"
  # On a terminal of its own, so that Ctrl-C ends a command.
  setsid cttyhack sh
else
  # A console drops what comes while nobody reads and 4 KiB wait already. So each piece is asked for.
  feed() {
    local size
    while printf '\036%s?' "$token" >&3 && read -r size && [ "$size" -gt 0 ]; do
      head -c "$size" || break
    done
  }
  stty raw -echo
  export TERM=dumb
  mkfifo /tmp/script
  exec 3>&1 4<&0
  echo "# a shell in this machine runs what is piped into it"
  feed <&4 4<&- >/tmp/script &
  sh </tmp/script 3>&- 4<&-
  printf '\036%s%d\n' "$token" $? >&3
  # Returns when all that was said is out.
  stty sane
fi
reboot -f
