# shellcheck shell=bash
# kconfig.sh PREPARED KHEADERS SOURCE...: what the options of a kernel's tree allow, and the module of a kernel's own build. The
# sources are those of kheaders_module_source.
set -euo pipefail
prepared=$1 kheaders=$2
shift 2
export LC_ALL=C KBUILD_BUILD_USER=kheaders KBUILD_BUILD_HOST=kheaders KBUILD_BUILD_TIMESTAMP=1970-01-01
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tar -C "$work" -xf "$prepared"
cp -L "$@" "$work/linux/kernel/kheaders_proc/"
cd "$work/linux"
chmod u+w kernel/kheaders_proc/*

bad=0
# configure OURS THEIRS: a configuration with modules and IKHEADERS_PROC and IKHEADERS as said.
configure() {
  scripts/config --enable MODULES --enable SYSFS --set-val IKHEADERS_PROC "$1" --set-val IKHEADERS "$2"
  make -s olddefconfig
}
# options SYSFS_NAME WANT...: each is OURS, THEIRS and what comes of OURS.
options() {
  local name=$1 ours theirs want got
  shift
  "$kheaders" module --format=tgz --interface=both ${name:+--sysfs-name="$name"} --kconfig=kernel/kheaders_proc/Kconfig
  while [[ $# -gt 0 ]]; do
    read -r ours theirs want <<<"$1"
    shift
    configure "$ours" "$theirs"
    got=$(scripts/config --state IKHEADERS_PROC)
    [[ $got != undef ]] || got=n
    echo "file ${name:-kheaders.tgz}, IKHEADERS=$theirs: IKHEADERS_PROC=$ours gives $got"
    [[ $(scripts/config --state IKHEADERS) =~ ^($theirs|undef)$ && $got == "$want" ]] || { echo "  want $want"; bad=1; }
  done
}
options kheaders.tar.xz "y n y" "m n m" "n n n" "y m n" "m m n" "y y n" "m y n"
options "" "y m n" "m m n" "y y y" "n y n" "m y m"

# The last one left is a module of ours beside the kernel's own, built in.
# A warning of ours is an error; the kernel's own sources are older than the compiler.
echo 'CFLAGS_kheaders.o += -Werror' >>kernel/kheaders_proc/Kbuild
# There is no vmlinux here that modpost could find the symbols in.
make -j2 WERROR=0 KBUILD_MODPOST_WARN=1 modules_prepare kernel/kheaders_proc/kheaders.ko 2>&1 | tee log | tail -n 30
grep -qF 'CC [M]  kernel/kheaders_proc/kheaders.o' log || bad=1
grep -aq kheaders_format=tgz kernel/kheaders_proc/kheaders.ko || bad=1
exit $bad
