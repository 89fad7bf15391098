# shellcheck shell=bash disable=SC2034,SC2154 # a part of setup.sh: variables come from others, and go to them
# The Bazel modules: stand-ins, and rules_go and gazelle from the Go module proxy, made to work without a registry.

modules_dir() {
  printf '%s/modules-%s' "$cache_dir" "$(recipe_hash "$airgap_dir"/modules.{sh,txt} \
    "$airgap_dir"/stand-ins/*/* <(version_of rules_go; version_of gazelle))"
}

# known_modules: name, kind and argument of each line of modules.txt.
known_modules() { sed -E 's/#.*//; /^\s*$/d' "$airgap_dir/modules.txt"; }

# check_go: whether there is a Go to build with. From here on that is go.mod's toolchain, to the letter, so that programs have
# the same bytes everywhere: another Go on PATH fetches it as a Go module.
check_go() {
  local want have toolchain
  command -v go >/dev/null || die "go is not on PATH: install Go (go.mod names the version)"
  want=$(awk '$1 == "go" { print $2 }' "$repo_dir/go.mod")
  toolchain=$(awk '$1 == "toolchain" { print $2 }' "$repo_dir/go.mod")
  [[ -z $toolchain ]] || export GOTOOLCHAIN=$toolchain
  have=$(cd "$repo_dir" && go env GOVERSION) ||
    die "go fails in $repo_dir${toolchain:+ with GOTOOLCHAIN=$toolchain, which go.mod names}: see above; check the network and GOPROXY, or install that Go"
  have=${have#go}
  [[ $(printf '%s\n' "$want" "$have" | sort -V | head -n 1) == "$want" ]] ||
    die "Go is $have and go.mod wants $want: install a newer Go"
}

# calls FUNCTION FILE: the arguments of each call of a function in a MODULE.bazel, a call a line.
calls() {
  local line text='' pattern="(^|[^[:alnum:]_])$1[[:space:]]*\\(([^)]*)\\)(.*)"
  while IFS= read -r line || [[ -n $line ]]; do
    text+="${line%%#*} "
  done <"$2"
  while [[ $text =~ $pattern ]]; do
    printf '%s\n' "${BASH_REMATCH[2]}"
    text=${BASH_REMATCH[3]}
  done
}

# argument NAME ARGUMENTS: sets REPLY to the string that a call passes by this name, where it does.
argument() {
  local pattern="[,[:space:]]$1[[:space:]]*=[[:space:]]*\"([^\"]*)\""
  [[ ",$2" =~ $pattern ]] && REPLY=${BASH_REMATCH[1]}
}

# version_of MODULE: the version that this repository's MODULE.bazel asks for, or nothing.
version_of() {
  local call
  while IFS= read -r call; do
    if argument name "$call" && [[ $REPLY == "$1" ]] && argument version "$call"; then
      printf '%s\n' "$REPLY"
    fi
  done < <(calls bazel_dep "$repo_dir/MODULE.bazel")
}

go_failed() {
  die "go cannot fetch $1 ($2): check the network and GOPROXY, then run this again (log: $setup_log)"
}

# go_module MODULE@VERSION DEST: a writable copy of a Go module's folder. Module zips hold no modes, and actions run its scripts.
go_module() {
  local json=$part/download.json dir
  run env -C "$repo_dir" GOFLAGS=-modcacherw GOWORK=off go mod download -json "$1" >"$json" </dev/null || {
    cat "$json" >&2
    go_failed "$1" "$(sed -nE 's/^\s*"Error": "(.*)",?$/\1/p' "$json")"
  }
  dir=$(sed -nE 's/^\s*"Dir": "(.*)",?$/\1/p' "$json")
  rm "$json"
  cp -R "$dir" "$2"
  chmod -R u+w "$2"
  find "$2" -type f -name '*.sh' -exec chmod a+x {} +
}

# rules_go asks the network which Go releases there are, and fetches one. Here every SDK is the machine's own Go.
patch_rules_go() {
  local file=$1/go/private/extensions.bzl
  grep -q '^def _download_sdk(' "$file" ||
    die "rules_go v$(version_of rules_go) no longer has the _download_sdk that $airgap_dir/modules.sh replaces: adapt it"
  sed -i 's/^def _download_sdk(/def _unused_download_sdk(/' "$file"
  cat >>"$file" <<'EOF'

# buildifier: disable=unused-variable
def _download_sdk(*, name, download_tag, **kwargs):
    go_host_sdk_rule(name = name, experiments = download_tag.experiments)
EOF
}

# Module zips leave vendor/ out; gazelle's repository tools are built from it.
vendor_gazelle() {
  step env -C "$1" GOFLAGS="-mod=mod -modcacherw" GOWORK=off go mod vendor -e || go_failed "what gazelle is built from" "$(why)"
}

build_modules() {
  local dest=$1 name kind arg version
  [[ ! -e $dest ]] || return 0
  remove_leftovers modules-
  need_space 300 "the set-up of Bazel's modules"
  new_part "$dest"
  mkdir "$part/registry"
  say "fetching rules_go and gazelle from the Go module proxy"
  while read -r name kind arg; do
    case $kind in
      debian) ln -s "$arg" "$part/$name" ;;
      go)
        version=$(version_of "$name")
        [[ -n $version ]] || die "MODULE.bazel has no bazel_dep with a version for $name: the set-up reads it there"
        go_module "$arg@v$version" "$part/$name"
        ;;
      stand-in)
        mkdir "$part/$name"
        printf 'module(name = "%s")\n' "$name" >"$part/$name/MODULE.bazel"
        : >"$part/$name/BUILD.bazel"
        [[ ! -d $airgap_dir/stand-ins/$name ]] || cp "$airgap_dir/stand-ins/$name/"* "$part/$name/"
        ;;
      *) die "$airgap_dir/modules.txt: $name has the kind '$kind', not debian, go or stand-in" ;;
    esac
  done < <(known_modules)
  patch_rules_go "$part/rules_go"
  vendor_gazelle "$part/gazelle"
  mv -T "$part" "$dest"
  part=
}

# asked_for FILE: the modules that a MODULE.bazel depends on. With a second argument, its dev_dependencies as well.
asked_for() {
  local call
  while IFS= read -r call; do
    [[ $# -gt 1 || ! $call =~ dev_dependency[[:space:]]*=[[:space:]]*True ]] || continue
    ! argument name "$call" || printf '%s\n' "$REPLY"
  done < <(calls bazel_dep "$1")
}

# local_paths FILE: name and folder of each local_path_override in a MODULE.bazel.
local_paths() {
  local call name
  while IFS= read -r call; do
    argument module_name "$call" || continue
    name=$REPLY
    ! argument path "$call" || printf '%s %s\n' "$name" "$REPLY"
  done < <(calls local_path_override "$1")
}

# module_overrides MODULES ROOTFS WORKSPACE: "name=path" for each known module in the graph of a workspace.
# An override for a module that no one asks for is an error to Bazel, so the graph is walked here.
module_overrides() {
  local modules=$1 rootfs=$2 workspace=$3 name kind arg path queue
  local -A where=() on_host=() seen=()
  while read -r name kind arg; do
    where[$name]=${arg:-$modules/$name}
    on_host[$name]=$modules/$name
    [[ $kind != debian ]] || on_host[$name]=$rootfs$arg
    [[ $kind != go ]] || where[$name]=$modules/$name
  done < <(known_modules)
  while read -r name path; do
    [[ $path == /* ]] || path=$workspace/$path
    on_host[$name]=$path
    where[$name]=
  done < <(local_paths "$workspace/MODULE.bazel")
  mapfile -t queue < <(asked_for "$workspace/MODULE.bazel" dev; asked_for "$rootfs/usr/share/bazel/embedded_tools/MODULE.bazel")
  while [[ ${#queue[@]} -gt 0 ]]; do
    name=${queue[0]}
    queue=("${queue[@]:1}")
    [[ -z ${seen[$name]:-} && -n ${on_host[$name]:-} ]] || continue
    seen[$name]=1
    [[ -z ${where[$name]:-} ]] || printf '%s=%s\n' "$name" "${where[$name]}"
    mapfile -t -O "${#queue[@]}" queue < <(asked_for "${on_host[$name]}/MODULE.bazel")
  done
}
