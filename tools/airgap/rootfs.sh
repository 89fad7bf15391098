# shellcheck shell=bash disable=SC2034,SC2154 # a part of setup.sh: variables come from others, and go to them
# The root file system that Bazel runs in: a Debian suite new enough to have Bazel 7, and packages.txt.

rootfs_suite=forky
# shellcheck disable=SC2016 # a shell of mmdebstrap's expands it
rootfs_options=(
  --variant=apt --format=directory
  # How to reach the network may hold a password: it comes through standard input, and does not stay.
  '--setup-hook=umask 077 && cat >"$1/etc/apt/apt.conf.d/99mmdebstrap"'
  # Bazel reads file names that are not ASCII in this locale alone; without it they are an error of Java's.
  '--customize-hook=chroot "$1" localedef --no-archive -i en_US -f ISO-8859-1 en_US.ISO-8859-1'
  # What enter.sh binds files and folders on.
  '--customize-hook=cd "$1/etc" && mkdir -p bazel && touch bazel/bazelrc hosts resolv.conf && : >apt/apt.conf.d/99mmdebstrap'
)
rootfs_megabytes=4000

rootfs_dir() {
  printf '%s/rootfs-%s' "$cache_dir" \
    "$({ printf '%s\n' "$rootfs_suite" "${rootfs_options[@]}"; words "$airgap_dir/packages.txt"; } | recipe_hash)"
}

# The apt settings of this machine that say how to reach the network; the mirrors stay the suite's own. A mirror that is not
# kept up may be older than its Release file allows: apt takes it, as README.md says.
apt_network_conf() {
  apt-config dump 2>/dev/null | grep -iE '^Acquire::(https?|ftp)::|^Acquire::(Retries|ForceIPv[46]|Check-Date|Check-Valid-Until) ' || true
  printf 'Acquire::Check-Valid-Until "false";\nAPT::Install-Recommends "false";\n'
}

# relay: shows the stages among mmdebstrap's lines, all of which go to the log.
relay() {
  local line start=$SECONDS
  while :; do
    if IFS= read -r -t 1 line; then
      printf '%s\n' "$line" >>"$setup_log"
      [[ $line != I:*...* ]] || say "  ${line#I: }"
    elif [[ $? -le 128 ]]; then
      break
    else # nothing for a second; what there is of a line goes to the log all the same
      printf '%s' "$line" >>"$setup_log"
      [[ ! -t 8 ]] || printf '\r  %d s \r' $((SECONDS - start)) >&8
    fi
  done
}

# rootfs_id ROOTFS: names what is in it, for caches whose content depends on that.
rootfs_id() { recipe_hash "$1/var/lib/dpkg/status"; }

# rootfs_failed: for the network's faults as apt_failed says; anything else is the machine's.
rootfs_failed() {
  ! grep -aqE '^(Err:|W: Failed to fetch|E: (Failed to fetch|Unable to (fetch|locate)|The repository|Some index files|Release file|Package))' "$setup_log" ||
    apt_failed
  die "mmdebstrap cannot make Bazel's root file system ($(why)): in a container it needs the right to mount, elsewhere user namespaces (log: $setup_log)"
}

# build_rootfs DEST HOST: makes DEST with the mmdebstrap in HOST.
build_rootfs() {
  local dest=$1 host=$2 out relay status=0 start=$SECONDS mirror=() around=()
  [[ ! -e $dest ]] || return 0
  remove_leftovers rootfs-
  need_space "$rootfs_megabytes" "Bazel's root file system"
  if [[ $EUID -eq 0 ]]; then
    # In a process namespace of its own, so that nothing of it outlives a kill.
    around=(unshare --mount --pid --fork --kill-child --mount-proc)
  else
    command -v newuidmap >/dev/null ||
      die "building Bazel's root file system as a normal user needs newuidmap: install Debian's uidmap package, or run as root"
    run_signal=TERM
  fi
  new_part "$dest"
  if [[ -n ${RULES_KHEADERS_MIRROR:-} ]]; then
    [[ $RULES_KHEADERS_MIRROR != -* ]] || die "RULES_KHEADERS_MIRROR: ${RULES_KHEADERS_MIRROR@Q} is not the address of a mirror"
    mirror=("$RULES_KHEADERS_MIRROR")
  fi
  say "building Bazel's root file system from Debian packages, once: one to three minutes, 550 MB to fetch, 2.2 GB on disk"
  exec {out}> >(relay)
  relay=$!
  PATH=$PATH:/usr/sbin:/sbin run "${around[@]}" "$host/usr/bin/mmdebstrap" "${rootfs_options[@]}" \
    --include="$(words "$airgap_dir/packages.txt" | paste -sd,)" "$rootfs_suite" "$part" "${mirror[@]}" \
    >&"$out" 2>&1 < <(apt_network_conf) || status=$?
  exec {out}>&-
  wait "$relay" || true
  run_signal=KILL
  [[ $status -eq 0 ]] || rootfs_failed
  mv -T "$part" "$dest"
  part=
  say "root file system ready after $((SECONDS - start)) s"
}
