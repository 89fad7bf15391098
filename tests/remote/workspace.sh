# shellcheck shell=bash disable=SC2154 # a part of tests: variables come from them
# A workspace whose owner has caches and workers elsewhere: the mini kernel in every form of input, and 6.1 of its packages.

# The forms of input, and beginnings of the names of targets.
forms=(directories files indexed local made tar)

failed() {
  echo "FAILED: $*" >&2
  exit 1
}

# The caches of the Bazel around are none of this one's.
flags=(--color=no --curses=no --noshow_progress --disk_cache=)
run() { "${bazel[@]}" "$1" "${flags[@]}" "${@:2}" >log 2>&1; }
must() { run "$@" || { cat log >&2; failed "bazel $*"; }; }

# spawns KIND: how many of the last build's spawns were of this kind, such as "remote".
spawns() { sed -nE "s/^INFO: [0-9]+ processe?s?: (.*, )?([0-9]+) $1[,.].*/\2/p" log | grep . || echo 0; }

# start_work DIRECTORY...: makes a directory for all that is to be, which is gone when the test ends, as are the directories given.
start_work() {
  work=$(mktemp -d "$TEST_TMPDIR/remote.XXXXXX")
  first=$work/first
  second="$work/a second path"
  mkdir "$first" "$work/server"
  remains=("$work" "$@")
  server_pid=
  trap clean_up EXIT
  trap 'exit 143' HUP INT TERM

  # Without this Bazel takes the test's directory for its own, and cannot read some of the tree's file names.
  unset TEST_TMPDIR
  export LC_ALL=C.UTF-8
  bazel=("$repo/tools/bazel" --max_idle_secs=10)
}

clean_up() {
  local workspace
  [[ -z $server_pid ]] || kill -KILL "$server_pid" 2>/dev/null || true
  for workspace in "$first" "$second"; do
    [[ ! -d $workspace ]] || (cd "$workspace" && "${bazel[@]}" clean --expunge >/dev/null 2>&1) || true
  done
  rm -rf "${remains[@]}" || true
}

# open_server SCRIPT ARGUMENT...: starts a script that speaks for a server, with nothing of this environment. Nothing of it is left
# when this ends, whatever way it does. REPLY is the first line that it says.
open_server() {
  coproc server {
    cd "$work/server" && exec env -i PATH=/usr/bin:/bin LC_ALL=C setpriv --pdeathsig KILL \
      unshare --user --map-current-user --pid --fork --kill-child --mount-proc bash "$@" 2>"$work/server.log"
  }
  server_pid=$!
  answer
}

# ask has the server do what it does; answer waits for what it says then, REPLY.
ask() { echo >&"${server[1]}"; }
# answered SECONDS: whether it says it by then.
answered() {
  local status=0
  IFS= read -r -t "$1" REPLY <&"${server[0]}" || status=$?
  [[ $status == 0 || $status -gt 128 ]] || { cat "$work/server.log" >&2; failed "the server has ended"; }
  return "$status"
}
answer() { answered 600 || { cat "$work/server.log" >&2; failed "no answer from the server"; }; }

# make_workspace KHEADERS KBUILD [PACKAGE_6_1...]: in this directory, with the programs given, so that nothing is compiled. The
# target for 6.1 has the name of ours, which is in its statistics; without packages it is not there.
make_workspace() {
  cp -R "$repo/tests/fixtures/mini/srctree" "$repo/tests/fixtures/mini/objtree" .
  tar -czf mini.tar.gz srctree objtree
  cp "$1" kheaders
  cp "$2" kbuild
  mkdir packages
  [[ $# == 2 ]] || cp -L "${@:3}" packages/

  # What users write: the lines of ours, but that nothing is to run here where a worker can.
  cat >.bazelrc <<'LINES'
build --spawn_strategy=linux-sandbox
build --sandbox_default_allow_network=false
test --strategy=TestRunner=linux-sandbox,local
startup --host_jvm_args=-DBAZEL_TRACK_SOURCE_DIRECTORIES=1
LINES
  sed -nE 's/^((build|test):remote --.*remote),[a-z-]+$/\1/p' "$repo/.bazelrc" >>.bazelrc
  [[ $(grep -c ':remote' .bazelrc) == 2 ]] || failed "$repo/.bazelrc has other lines for --config=remote: $(grep remote "$repo/.bazelrc")"

  cat >MODULE.bazel <<LINES
bazel_dep(name = "rules_kheaders", version = "0.1.0")
local_path_override(
    module_name = "rules_kheaders",
    path = "$repo/rules",
)

register_toolchains("//:toolchain")

kheaders = use_extension("@rules_kheaders//:extensions.bzl", "kheaders")
kheaders.local_kernel(
    name = "local",
    arch = "x86",
    objtree = "objtree",
    srctree = "srctree",
)
use_repo(kheaders, "local")
LINES

  cat >defs.bzl <<'LINES'
"""Files and directories that other rules make."""

def _impl(ctx):
    made = ctx.actions.declare_directory(ctx.label.name)
    args = ctx.actions.args()
    args.add(made.path)
    args.add_all(ctx.files.srcs)
    ctx.actions.run_shell(
        outputs = [made],
        inputs = ctx.files.srcs,
        arguments = [args],
        command = 'to=$PWD/$1 && shift && cd srctree && cp --parents "${@#srctree/}" "$to"',
    )
    return [DefaultInfo(files = depset([made]))]

directory = rule(_impl, attrs = {"srcs": attr.label_list(allow_files = True)})
LINES

  cat >BUILD.bazel <<'LINES'
load("@rules_kheaders//:defs.bzl", "kernel_tree", "kheaders")
load("@rules_kheaders//:toolchain.bzl", "kheaders_toolchain")
load(":defs.bzl", "directory")

kheaders_toolchain(
    name = "prebuilt",
    kbuild = "kbuild",
    tool = "kheaders",
)

toolchain(
    name = "toolchain",
    toolchain = ":prebuilt",
    toolchain_type = "@rules_kheaders//:toolchain_type",
)

[
    kernel_tree(
        name = form + "_tree",
        srcs = glob(["srctree/**"]),
        arch = "x86",
        generated = glob(["objtree/**"]),
        generated_strip_prefix = "objtree",
        index = form == "indexed",
        strip_prefix = "srctree",
    )
    for form in ["files", "indexed"]
]

kernel_tree(
    name = "directories_tree",
    srcs = ["srctree"],
    arch = "x86",
    generated = ["objtree"],
)

kernel_tree(
    name = "tar_tree",
    archives = ["mini.tar.gz"],
    arch = "x86",
)

directory(
    name = "made_directory",
    srcs = glob(["srctree/**"]),
)

genrule(
    name = "made_files",
    srcs = glob(["objtree/**"]),
    outs = ["made/" + file for file in glob(["objtree/**"])],
    cmd = "mkdir -p $(RULEDIR)/made && cp --parents $(SRCS) $(RULEDIR)/made",
)

kernel_tree(
    name = "made_tree",
    srcs = ["made_directory"],
    arch = "x86",
    generated = ["made_files"],
    generated_strip_prefix = "made/objtree",
)

alias(
    name = "local_tree",
    actual = "@local//:tree",
)

[
    kheaders(
        name = form,
        exec_properties = {"kind-of-worker": form},
        max_bytes = 10000,
        module = False,
        strip = "comments",
        tree = form + "_tree",
        verify = False,
    )
    for form in ["directories", "files", "indexed", "local", "made", "tar"]
]

kernel_tree(
    name = "linux_tree",
    archives = glob(["packages/*"]),
    arch = "x86",
)

kheaders(
    name = "quickstart_6_1",
    max_bytes = 5600000,
    strip = "comments",
    tree = "linux_tree",
)
LINES
}

# sums: those of what the macro makes of the mini kernel in all forms.
sums() {
  local output
  for output in archive.{manifest,stats.json,tgz} data_h/kheaders_data.h module_source/kheaders.c set.manifest size_report.sizes.json; do
    (cd bazel-bin/ && sha256sum "${forms[@]/%/.$output}")
  done
}
