# shellcheck shell=bash disable=SC2034,SC2154 # a part of setup.sh: variables come from others, and go to them
# mmdebstrap and bubblewrap on a machine that may have neither: from Debian, unpacked, never installed.

# And the one library of bubblewrap's that not every machine has.
host_packages=(mmdebstrap bubblewrap libcap2)

host_dir() { printf '%s/host-%s' "$cache_dir" "$(recipe_hash <<<"${host_packages[*]}")"; }

# A configuration on top of the machine's own, so that apt works as it does otherwise (mirrors, keys, proxies)
# but writes below $1 only and runs no hooks.
private_apt_conf() {
  mkdir -p "$1/lists/partial" "$1/cache/archives/partial"
  cat >"$1/apt.conf" <<EOF
Dir::State::Lists "$1/lists";
Dir::Cache "$1/cache";
APT::Sandbox::User "";
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear Acquire::IndexTargets::deb::DEP-11;
Acquire::Retries "2";
Acquire::http::Timeout "20";
Acquire::https::Timeout "20";
EOF
}

build_host() {
  local dest=$1 deb
  [[ ! -e $dest ]] || return 0
  remove_leftovers host-
  need_space 200 "the set-up of Bazel"
  new_part "$dest"
  mkdir "$part/apt" "$part/tree"
  private_apt_conf "$part/apt"
  say "fetching ${host_packages[*]} with apt-get (unpacked in the cache folder, not installed)"
  cd "$part" || die "cannot work in $part"
  # The machine's package lists will do where it has some; otherwise we fetch our own.
  step apt-get -q -o APT::Sandbox::User= download "${host_packages[@]}" || {
    step apt-get -q -c "$part/apt/apt.conf" -o APT::Update::Error-Mode=any update &&
      step apt-get -q -c "$part/apt/apt.conf" download "${host_packages[@]}"
  } || apt_failed
  for deb in ./*.deb; do
    step dpkg-deb -x "$deb" "$part/tree" || die "cannot unpack ${deb#./}: $(why) (log: $setup_log)"
  done
  cd "$OLDPWD" || die "cannot go back to $OLDPWD"
  mv -T "$part/tree" "$dest"
  remove_tree "$part"
  part=
}

apt_failed() {
  die "apt cannot fetch Debian packages ($(why)): check the network, /etc/apt and any proxy setting, then run this again (log: $setup_log)"
}
