# shellcheck shell=dash disable=SC2034,SC2154 # a part of a script: variables come from others, and go to them
# The module that systemtap has made of exec.stp runs in the kernel whose headers it was compiled with.
check "no headers" no_headers
# It calls itself by the name that it is installed by.
mount --bind $debian/staprun $debian/usr/bin/staprun
check "staprun" sh -c 'chroot /debian /usr/bin/staprun -c "/usr/bin/true 1" /exec_probe.ko >/out 2>&1 || { cat /out; false; }'
check "it saw the program" is "begin,/usr/bin/true is run, a child of ours: 1," "$(tr '\n' , </out)"
check "it is unloaded" says "" is_loaded exec_probe
