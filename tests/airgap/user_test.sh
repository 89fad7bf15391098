#!/usr/bin/env bash
# An ordinary user runs tools/bazel on a machine without Bazel: in a workspace with a blank in its path and a letter that is not
# ASCII, it builds what root builds, and a header that is new in a source directory is noticed. The root file system is the one
# that is there.
# usage: user_test.sh MODULE_FILE RELEASE
set -euo pipefail

repo=$(dirname "$(readlink -f "$1")")
release=$(readlink -f "$2")
unset TEST_TMPDIR

system_rc=/etc/bazel/bazelrc
if ! grep -qs 'tools/airgap' "$system_rc"; then
  echo "this Bazel is the machine's own: there is no root file system to try"
  exit 0
fi

# A namespace of its own, for what is bound below.
if [[ $EUID -eq 0 && -z ${KHEADERS_MOUNTS:-} ]]; then
  KHEADERS_MOUNTS=1 exec unshare --mount "$0" "$(readlink -f "$1")" "$release"
fi

failed() {
  echo "FAILED: $*" >&2
  exit 1
}

# parts: where tools/bazel keeps what it has set up.
parts() {
  (
    # shellcheck source=/dev/null
    for file in common host rootfs modules; do . "$repo/tools/airgap/$file.sh"; done
    # shellcheck disable=SC2034 # for the three functions
    cache_dir=$(sed -n 's/^# cache //p' "$system_rc")
    for part in host rootfs modules; do
      "${part}_dir"
      echo
    done
  )
}

work=$(mktemp -d /tmp/kheaders-user.XXXXXX)
cache=$work/cache
as_user=(env -i HOME="$work/home" RULES_KHEADERS_CACHE="$cache" KHEADERS_AIRGAP=1 KHEADERS_SYSTEM_RC=/dev/null
  PATH="$(go env GOROOT)/bin:/usr/bin:/bin" GOFLAGS=-mod=mod GOPROXY=off LC_ALL=C.UTF-8)
[[ $EUID -ne 0 ]] || as_user=(setpriv --reuid=65534 --regid=65534 --clear-groups --no-new-privs "${as_user[@]}")
end() {
  if [[ -d $work/repo ]]; then
    (cd "$work/repo" && "${as_user[@]}" tools/bazel shutdown >/dev/null 2>&1) || true
  fi
  if [[ $EUID -eq 0 ]]; then
    busybox umount -l "$cache"/{host,rootfs,modules}-* 2>/dev/null || true
    ! grep -qF " $cache/" /proc/self/mounts || { echo "left, for it is in use: $work" >&2; return; }
  fi
  chmod -R u+w "$work"
  rm -rf --one-file-system "$work"
}
trap end EXIT

mkdir -p "$cache" "$work/repo" "$work/home" "$work/my codé"
while IFS= read -r part; do
  if [[ $EUID -eq 0 ]]; then
    mkdir "$cache/${part##*/}"
    busybox mount --bind "$part" "$cache/${part##*/}"
  elif [[ ${part##*/} == modules-* ]]; then
    # Read from within the root file system, where this user's own cache is not.
    cp -R "$part" "$cache/"
  else
    ln -s "$part" "$cache/"
  fi
done < <(parts)
cp -RL "$repo/tools" "$repo/MODULE.bazel" "$repo/go.mod" "$work/repo/"
for archive in "$release"/rules_kheaders-*.tar.gz; do tar -xzf "$archive" -C "$work/my codé"; done
cd "$work/my codé"/rules_kheaders-*/smoke
printf 'common --repo_env=BAZEL_DO_NOT_DETECT_CPP_TOOLCHAIN=1\n' >.bazelrc
cp -R kernel "kernel directory"
cat >>BUILD.bazel <<'EOF'

kernel_tree(
    name = "directory",
    srcs = ["kernel directory"],
    arch = "x86",
)

kheaders(
    name = "from_directory",
    max_bytes = 4000,
    module = False,
    strip = "comments",
    tree = ":directory",
)
EOF
chmod 755 "$work"
[[ $EUID -ne 0 ]] || chown -R 65534:65534 "$work/my codé" "$work/home" "$work/repo"
[[ $EUID -ne 0 ]] || chown 65534:65534 "$cache"

bazel() { "${as_user[@]}" "$work/repo/tools/bazel" "$@" >"$work/log" 2>&1; }
must() { bazel "$@" || { cat "$work/log" >&2; failed "tools/bazel $*"; }; }

must build --color=no --curses=no //:all
if [[ $EUID -eq 0 ]]; then
  owner=$(stat -c %u "$cache/home")
  [[ $owner == 65534 ]] || failed "$cache/home is of user $owner: that was no ordinary user"
fi
cmp bazel-bin/smoke.archive.tgz bazel-bin/from_directory.archive.tgz
sum=$(sha256sum <bazel-bin/smoke.archive.tgz)
echo "int ümläut;" >"kernel directory/include/linux/ümläut.h"
must build --color=no --curses=no //:from_directory.archive
listed=$(tar -tzf bazel-bin/from_directory.archive.tgz)
[[ $listed == *'include/linux/\303\274ml'* ]] || failed "a header that is new in a source directory is not in the archive: $listed"
must test --color=no --curses=no //:smoke.size_test

# The same by the Bazel around, as root or whoever that is.
"$repo/tools/bazel" --max_idle_secs=5 build --color=no --curses=no //:smoke.archive >"$work/log" 2>&1 || { cat "$work/log" >&2; failed "the Bazel around fails"; }
[[ $(sha256sum <bazel-bin/smoke.archive.tgz) == "$sum" ]] || failed "an ordinary user has an archive of other bytes"
echo ok
