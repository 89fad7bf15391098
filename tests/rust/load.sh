# shellcheck shell=dash disable=SC2034,SC2154 # a part of a script: variables come from others, and go to them
# Loads a module in Rust into the kernel that it is for.
check "insmod" insmod /rust_counter.ko
check "it is there" is_loaded rust_counter
check "it says so" sh -c "dmesg | grep 'rust_counter: loaded with 4 parts'"
check "rmmod" rmmod rust_counter
check "it takes its leave" sh -c "dmesg | grep 'rust_counter: unloaded with 4 parts'"
