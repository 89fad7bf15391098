# shellcheck shell=dash disable=SC2034,SC2154 # a part of a script: variables come from others, and go to them
# What a guest's script ends with that gives a shell.
stty rows "$rows" columns "$columns"
export TERM=linux PS1='\w # '
echo "# a shell in this machine: exit or Ctrl-D turns it off"
# On a terminal of its own, so that Ctrl-C ends a command.
setsid cttyhack sh
reboot -f
