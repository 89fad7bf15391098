#!/usr/bin/env bash
# Sets up Bazel from Debian's packages where that is not done yet, then runs it: tools/bazel's way on a machine
# without Bazel. Each part is made beside its place and renamed into it, so what is there is whole.
set -euo pipefail
shopt -s inherit_errexit

# A shell cannot mind a signal that it was started to ignore, as a script's background command is. Bazel minds it all the same.
sigint_ignored() {
  local ignored
  ignored=$(sed -n 's/^SigIgn:[[:space:]]*//p' "/proc/$$/status") && (((16#$ignored) & 2))
}
! sigint_ignored || exec env --default-signal=INT "${BASH_SOURCE[0]}" "$@"

airgap_dir=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
for file in common host rootfs modules enter; do
  # shellcheck source=/dev/null
  . "$airgap_dir/$file.sh"
done

set_up() {
  open_log
  build_host "$host"
  build_rootfs "$rootfs" "$host"
  build_modules "$modules"
  close_log
}

cd -P .
# A folder for temporary files is of use within the root file system as well, or it is none.
[[ ${TMPDIR:-} == /* && -d $TMPDIR ]] || unset TMPDIR
workspace=$(workspace_of "$PWD") || die "no MODULE.bazel here or above ($PWD): go to a Bazel workspace"
if is_inside; then
  nested "$workspace" "$@"
fi
make_cache_dir
check_go
host=$(host_dir)
rootfs=$(rootfs_dir)
modules=$(modules_dir)
if [[ ! -e $host || ! -e $rootfs || ! -e $modules ]]; then
  trap clean_up EXIT
  trap 'interrupted 1' HUP
  trap 'interrupted 2' INT
  trap 'interrupted 15' TERM
  with_lock set_up
  trap - EXIT HUP INT TERM
fi
enter "$host" "$rootfs" "$modules" "$workspace" "$@"
