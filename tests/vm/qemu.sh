#!/bin/sh
# QEMU of a layer, by the architecture at the end of this program's name. It finds its own files where the machine has such.
set -e
arch=${0##*_}
qemu=$(echo "${0%/_main/*}"/*qemu/bin/"qemu-system-$arch")
[ -x "$qemu" ] || { echo "$0: there is no $qemu: run it among its runfiles" >&2; exit 1; }
[ "$arch" != riscv64 ] || set -- -bios "${qemu%/bin/*}/root/usr/lib/riscv64-linux-gnu/opensbi/generic/fw_dynamic.bin" "$@"
exec "$qemu" -L /usr/share/qemu "$@"
