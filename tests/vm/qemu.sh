#!/bin/sh
# QEMU of a layer, by the architecture at the end of this program's name. It finds its own files where the machine has such.
set -e
for layer in "${0%/_main/*}"/*qemu; do
  [ -d "$layer/bin" ] || continue
  arch=${0##*_}
  [ "$arch" != riscv64 ] || set -- -bios "$layer/root/usr/lib/riscv64-linux-gnu/opensbi/generic/fw_dynamic.bin" "$@"
  exec "$layer/bin/qemu-system-$arch" -L /usr/share/qemu "$@"
done
echo "$0: there is no layer beside ${0%/_main/*}/_main: run it among its runfiles" >&2
exit 1
