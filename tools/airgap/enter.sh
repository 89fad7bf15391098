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
# A source directory that is an input is looked into: a header that is new there is noticed.
startup --host_jvm_args=-DBAZEL_TRACK_SOURCE_DIRECTORIES=1
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
    mkdir -p "$cache_dir/bazelrc" 2>/dev/null && private_file "$file" <<<"$text" || return 1
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

# origin PATH: sets REPLY to what this machine calls what is at PATH there: below one of the binds so far, or in the root file system.
origin() {
  local i
  REPLY=$rootfs$1
  for ((i = 0; i < ${#binds[@]}; i += 3)); do
    [[ $1 != "${binds[i + 2]%/}"/* ]] || REPLY=${binds[i + 1]%/}${1#"${binds[i + 2]%/}"}
  done
}

# mount_point PATH: sets REPLY to where bubblewrap can mount it so that it is seen by this name: links on the way are followed
# here, those of the root file system and those that a bind shows. bubblewrap would take an absolute one for this machine's.
mount_point() {
  local rest=$1 at='' next link count=0
  while [[ -n $rest ]]; do
    rest=${rest#/}
    next=${rest%%/*}
    rest=${rest#"$next"}
    [[ $next != .. ]] || at=${at%/*}
    [[ -n $next && $next != . && $next != .. ]] || continue
    origin "$at/$next"
    if [[ -L $REPLY && $((count += 1)) -le 40 ]]; then
      link=$(readlink "$REPLY" && printf .)
      link=${link%$'\n'.}
      [[ $link != /* ]] || at=
      rest=$link$rest
    else
      at=$at/$next
    fi
  done
  REPLY=$at
}

# lay_out ROOTFS PATH...: adds to args what makes a root of the root file system, on which bubblewrap can mount each PATH. It
# belongs to another user where a normal one made it, so nothing can be made in it: each folder where a PATH is missing is a new
# one, with what the root file system has there bound in it.
lay_out() {
  local rootfs=$1 path
  local -A opened=()
  shift
  for path; do
    [[ ! -e $rootfs$path ]] || continue
    while path=${path%/*} && [[ -n $path ]]; do opened[$path]=1; done
  done
  lay_out_folder ''
}
lay_out_folder() {
  local entry at
  for entry in "$rootfs$1"/* "$rootfs$1"/.[!.]*; do
    at=${entry#"$rootfs"}
    if [[ -L $entry ]]; then
      args+=(--symlink "$(readlink "$entry")" "$at")
    elif [[ ! -e $entry ]]; then
      continue
    elif [[ -n ${opened[$at]:-} ]]; then
      args+=(--dir "$at")
      lay_out_folder "$at"
    else
      args+=(--ro-bind "$entry" "$at")
    fi
  done
}

# bind KIND FROM TO: adds a mount of bubblewrap's to binds.
bind() {
  local REPLY
  mount_point "$3"
  binds+=("$1" "$2" "$REPLY")
}

# enter HOST ROOTFS MODULES WORKSPACE ARGUMENT...: becomes Bazel.
enter() {
  local host=$1 rootfs=$2 modules=$3 workspace=$4 goroot bazelrc path i home=$cache_dir/home
  shift 4
  bazelrc=$(write_bazelrc "$modules" "$rootfs" "$(rootfs_id "$rootfs")" "$workspace") && mkdir -p "$home" 2>/dev/null &&
    private_file "$cache_dir/apt.conf" < <(apt_network_conf) || die "cannot write below $cache_dir: $more_space"
  # How this machine's Go fetches modules, whether set in the environment or by go env -w.
  local go_network=(GOPROXY GOSUMDB GONOSUMDB GONOPROXY GOPRIVATE GOINSECURE) go_values
  mapfile -t go_values < <(env -C "$repo_dir" go env GOROOT "${go_network[@]}")
  goroot=${go_values[0]:?}
  local binds=() args=() extra=() mounted=()
  # Not new ones: Bazel's own sandbox needs to mount them again.
  bind --bind /proc /proc
  bind --bind /sys /sys
  bind --dev-bind /dev /dev
  bind --bind /tmp /tmp
  bind --bind "$home" "$HOME"
  bind --bind "$cache_dir" "$cache_dir"
  # Kernels of this machine, for local_kernel.
  bind --ro-bind-try /usr/src /usr/src
  bind --ro-bind-try /lib/modules /lib/modules
  bind --bind "$repo_dir" "$repo_dir"
  bind --bind "$workspace" "$workspace"
  bind --ro-bind "$bazelrc" /etc/bazel/bazelrc
  bind --ro-bind "$cache_dir/apt.conf" /etc/apt/apt.conf.d/99mmdebstrap
  # A Bazel that a test runs asks for the user's name, and has no USER.
  if ! grep -q "^[^:]*:[^:]*:$(id -u):" "$rootfs/etc/passwd"; then
    private_file "$cache_dir/passwd" < <(cat "$rootfs/etc/passwd" && printf 'user:x:%d:%d::/:/bin/sh\n' "$(id -u)" "$(id -g)") ||
      die "cannot write below $cache_dir: $more_space"
    bind --ro-bind "$cache_dir/passwd" /etc/passwd
  fi
  [[ -z ${TMPDIR:-} ]] || bind --bind "$TMPDIR" "$TMPDIR"
  mapfile -td : extra < <(printf '%s' "${RULES_KHEADERS_BIND:-}")
  for path in "${extra[@]}"; do
    [[ $path == /* && -e $path ]] || die "RULES_KHEADERS_BIND: ${path@Q} is not the full path of something that exists"
    bind --ro-bind "$path" "$path"
  done
  # Go, and where a distribution's own package of it keeps the sources.
  for path in "$goroot" "$goroot/src" "$goroot/pkg"; do
    path=$(readlink -f "$path") && [[ -d $path ]] && bind --ro-bind "$path" "$path"
  done
  [[ -d $goroot && ! -L $goroot ]] || bind --ro-bind "$goroot" "$goroot"
  # The network as this machine knows it: names, certificates.
  for path in /etc/resolv.conf /etc/hosts /etc/nsswitch.conf /etc/ssl/certs "${SSL_CERT_FILE:-}"; do
    [[ ! -e $path ]] || bind --ro-bind "$(readlink -f "$path")" "$path"
  done
  for ((i = 2; i < ${#binds[@]}; i += 3)); do mounted+=("${binds[i]}"); done
  lay_out "$rootfs" "${mounted[@]}"
  args+=(
    "${binds[@]}" --chdir "$PWD" --die-with-parent
    # For bubblewrap itself, below; this machine's libraries are none for what is within.
    --unsetenv LD_LIBRARY_PATH
    --setenv PATH "$goroot/bin:/usr/sbin:/usr/bin:/sbin:/bin" --setenv GOROOT "$goroot"
    --setenv GOTOOLCHAIN local
    # Go modules come from the cache folder, too; go.sum says what they must be. Writable, so that it can be removed.
    --setenv GO_REPOSITORY_USE_HOST_CACHE 1 --setenv GOFLAGS -modcacherw
  )
  for ((i = 0; i < ${#go_network[@]}; i++)); do
    args+=(--setenv "${go_network[i]}" "${go_values[i + 1]}")
  done
  local libraries=("$host"/{usr/,}lib/*-linux-gnu*)
  export LD_LIBRARY_PATH
  LD_LIBRARY_PATH=$(IFS=: && printf '%s' "${libraries[*]}")
  run_bazel "$host/usr/bin/bwrap" "${args[@]}" bazel "$@"
}

# run_bazel BWRAP ARGUMENT...: runs it and ends as it did. A signal to us is for Bazel, which ends the build in order; Ctrl-C
# in a terminal goes to Bazel by itself.
run_bazel() {
  local status=0 signalled=1 witness=
  trap 'signalled=1; pass_on INT' INT
  trap 'signalled=1; pass_on TERM' TERM
  trap 'signalled=1; pass_on HUP' HUP
  call_witness
  "$@" <&0 8>&- &
  run_pid=$!
  # A signal ends the wait, not Bazel.
  while [[ -n $signalled ]]; do
    signalled=
    wait "$run_pid" && status=0 || status=$?
  done
  kill -s KILL "$witness" 2>/dev/null || true
  exit "$status"
}

pass_on() {
  [[ -n $run_pid ]] || exit $((128 + $(kill -l "$1")))
  if [[ $1 == INT ]]; then interrupt_bazel; else kill -s "$1" "$run_pid"; fi
}

# call_witness: a process beside Bazel's that takes no SIGINT and keeps it. It has one after Ctrl-C, which all get that the
# terminal runs, and none after one to us alone.
call_witness() {
  setpriv --pdeathsig KILL env --default-signal=INT --block-signal=INT sleep infinity </dev/null >/dev/null 2>&1 8>&- &
  witness=$!
  disown "$witness" # the shell says nothing of its end
}

# interrupt_bazel: bubblewrap passes no signal on, so it goes to its child, unless that was sent one as well.
interrupt_bazel() {
  local pending children seen=$witness
  pending=$(sed -n 's/^ShdPnd:[[:space:]]*//p' "/proc/$seen/status" 2>/dev/null) || true
  if (((16#${pending:-0}) & 2)); then
    call_witness
    kill -s KILL "$seen"
    return 0 # without the number it would be that of what was interrupted
  fi
  # Some of the processes are gone before they are read.
  mapfile -t children < <(sed -n "s/^\([0-9]*\) (.*) [A-Z] $run_pid .*/\1/p" /proc/[0-9]*/stat 2>/dev/null)
  [[ ${#children[@]} -eq 0 ]] || kill -s INT "${children[@]}" || true
}
