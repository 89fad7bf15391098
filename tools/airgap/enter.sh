# shellcheck shell=bash disable=SC2034,SC2154 # a part of setup.sh: variables come from others, and go to them
# Runs Bazel inside the root file system, with this machine's folders at their own paths.

# workspace_of FOLDER: the nearest folder at or above it that has a MODULE.bazel.
workspace_of() {
  local dir=$1
  while [[ ! -e $dir/MODULE.bazel ]]; do
    [[ $dir != / ]] || return 1
    dir=$(dirname "$dir")
  done
  printf '%s' "$dir"
}

# write_bazelrc MODULES ROOTFS ID WORKSPACE: prints the path of the flags for a workspace.
write_bazelrc() {
  local modules=$1 rootfs=$2 id=$3 workspace=$4 text file
  text=$(
    cat <<EOF
# Written by tools/airgap/enter.sh, which says why.
# cache $cache_dir
# modules $modules
# id $id
startup --install_base=/usr/share/bazel --trust_install_base
startup --output_user_root=$cache_dir/output-$id
startup --max_idle_secs=1800
common --noenable_workspace
common --lockfile_mode=off
common --registry=file://$modules/registry
common --repository_cache=$cache_dir/repositories
common --repo_env=RULES_KHEADERS_APT_CACHE=$cache_dir/apt
build --disk_cache=$cache_dir/disk-$id
EOF
    module_overrides "$modules" "$rootfs" "$workspace" | sed 's/^/common --override_module=/'
  )
  file=$cache_dir/bazelrc/$(sha256sum <<<"$text" | cut -c1-12)
  if [[ ! -e $file ]]; then
    { mkdir -p "$cache_dir/bazelrc" && printf '%s\n' "$text" >"$file.$$" && mv "$file.$$" "$file"; } 2>/dev/null ||
      return 1
  fi
  printf '%s' "$file"
}

# The flags of the Bazel that this runs in, where it does: a test that has a workspace of its own.
inside=${KHEADERS_SYSTEM_RC:-/etc/bazel/bazelrc}
is_inside() { grep -qsF 'Written by tools/airgap/enter.sh' "$inside"; }

# nested WORKSPACE ARGUMENT...: becomes Bazel, for another workspace within the root file system. An override of a module
# that its graph has not is an error, so it does not take the flags of the one around it.
nested() {
  local workspace=$1 modules id bazelrc
  shift
  cache_dir=$(sed -n 's/^# cache //p' "$inside")
  modules=$(sed -n 's/^# modules //p' "$inside")
  id=$(sed -n 's/^# id //p' "$inside")
  bazelrc=$(write_bazelrc "$modules" '' "$id" "$workspace") || die "cannot write below $cache_dir: $more_space"
  exec bazel --nosystem_rc --bazelrc="$bazelrc" "$@" 8>&-
}

# enter HOST ROOTFS MODULES WORKSPACE ARGUMENT...: becomes Bazel.
enter() {
  local host=$1 rootfs=$2 modules=$3 workspace=$4 goroot bazelrc path i binds home=$cache_dir/home
  shift 4
  bazelrc=$(write_bazelrc "$modules" "$rootfs" "$(rootfs_id "$rootfs")" "$workspace") && mkdir -p "$home" 2>/dev/null ||
    die "cannot write below $cache_dir: $more_space"
  # How this machine's Go fetches modules, whether set in the environment or by go env -w.
  local go_network=(GOPROXY GOSUMDB GONOSUMDB GONOPROXY GOPRIVATE GOINSECURE) go_values
  mapfile -t go_values < <(env -C "$repo_dir" go env GOROOT "${go_network[@]}")
  goroot=${go_values[0]:?}
  local args=(
    --bind "$rootfs" /
    # Not new ones: Bazel's own sandbox needs to mount them again.
    --bind /proc /proc --bind /sys /sys --dev-bind /dev /dev
    --bind /tmp /tmp
    --bind "$home" "$HOME"
    --bind "$cache_dir" "$cache_dir"
    # Kernels of this machine, for local_kernel.
    --ro-bind-try /usr/src /usr/src --ro-bind-try /lib/modules /lib/modules
    --bind "$repo_dir" "$repo_dir" --bind "$workspace" "$workspace"
    --ro-bind "$bazelrc" /etc/bazel/bazelrc
    --chdir "$PWD" --die-with-parent
    --setenv PATH "$goroot/bin:/usr/sbin:/usr/bin:/sbin:/bin" --setenv GOROOT "$goroot"
    --setenv GOTOOLCHAIN local
    # Go modules come from the cache folder, too; go.sum says what they must be. Writable, so that it can be removed.
    --setenv GO_REPOSITORY_USE_HOST_CACHE 1 --setenv GOFLAGS -modcacherw
  )
  [[ ! -d ${TMPDIR:-} ]] || args+=(--bind "$TMPDIR" "$TMPDIR")
  IFS=: read -ra binds <<<"${RULES_KHEADERS_BIND:-}"
  for path in "${binds[@]}"; do
    [[ $path == /* && -e $path ]] || die "RULES_KHEADERS_BIND: '$path' is not the full path of something that exists"
    args+=(--ro-bind "$path" "$path")
  done
  # Go, and where a distribution's own package of it keeps the sources.
  for path in "$goroot" "$goroot/src" "$goroot/pkg"; do
    path=$(readlink -f "$path") && [[ -d $path ]] && args+=(--ro-bind "$path" "$path")
  done
  [[ -d $goroot && ! -L $goroot ]] || args+=(--ro-bind "$goroot" "$goroot")
  # The network as this machine knows it: names, certificates.
  for path in /etc/resolv.conf /etc/hosts /etc/nsswitch.conf /etc/ssl/certs "${SSL_CERT_FILE:-}"; do
    [[ ! -e $path ]] || args+=(--ro-bind "$(readlink -f "$path")" "$path")
  done
  for ((i = 0; i < ${#go_network[@]}; i++)); do
    args+=(--setenv "${go_network[i]}" "${go_values[i + 1]}")
  done
  # bubblewrap stays to pass Bazel's exit status on. Ctrl-C is for Bazel, which ends the build in order.
  trap '' INT
  exec "$host/usr/bin/bwrap" "${args[@]}" bazel "$@" 8>&-
}
