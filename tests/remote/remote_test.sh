#!/usr/bin/env bash
# Builds on an engine of remote execution, that of Debian's buildbox: the mini kernel in every form of input and 6.1 of its
# packages have the bytes that they have here, whether the worker lives or not; whoever comes second gets all from the cache.
# usage: remote_test.sh MODULE_FILE ENGINE RELAY KHEADERS KBUILD LAYER_FILE ARCHIVE_6_1 PACKAGE_6_1...
set -euo pipefail

# shellcheck source=tests/remote/workspace.sh
. "$(dirname "$2")/workspace.sh"
repo=$(dirname "$(readlink -f "$1")")
engine=$(readlink -f "$2")
relay=$(readlink -f "$3")
programs=("$(readlink -f "$4")" "$(readlink -f "$5")")
buildbox=$(dirname "$(readlink -f "$6")")/root/usr/bin
# The outputs for 6.1, by their names in bazel-bin.
quickstart=$PWD/$(dirname "$7")
shift 7
packages=("${@/#/$PWD/}")
# What make runs has no path with a space.
compilers=$(mktemp -d /tmp/kheaders-remote.XXXXXX)
start_work "$compilers"
open_server "$engine" "$buildbox" "$relay"
remote=(--config=remote --jobs=8 "--remote_executor=grpc://$REPLY")

cd "$first"
make_workspace "${programs[@]}" "${packages[@]}"

# Here, in the sandbox.
must build "${forms[@]/#/:}" "${forms[@]/%/.set}"
sums >"$work/here"
for form in "${forms[@]}"; do cmp "bazel-bin/$form.archive.tgz" "$repo/tests/golden/testdata/headers.tgz"; done
for manifest in archive.manifest set.manifest; do cmp "bazel-bin/files.$manifest" "bazel-bin/indexed.$manifest"; done
must clean

# There, by a worker that is killed in the middle of an action: the bytes are the same.
ask
must build "${remote[@]}" --remote_download_outputs=all //...
cat log
answer
[[ $REPLY == killed ]] || failed "the worker lives: $REPLY"
[[ $(spawns remote) -gt 20 && $(spawns linux-sandbox) == 0 ]] || failed "not all was built remotely"
sums >"$work/there"
diff "$work/here" "$work/there" || failed "the bytes are others than here"
for output in archive.stats.json archive.tgz data_h/kheaders_data.h module/kheaders.ko module_source/kheaders.c; do
  cmp "$quickstart/quickstart_6_1.$output" "bazel-bin/quickstart_6_1.$output"
done
# The packages are another repository's there.
sed 's#@linux_6_1//:#//:packages/#' "$quickstart/quickstart_6_1.archive.manifest" | cmp - bazel-bin/quickstart_6_1.archive.manifest
must test "${remote[@]}" //...
cat log

# Each action told the engine which kind of worker its target asks for.
# asking KIND: how many messages in the engine's store ask for it, as protobuf writes that.
asking() {
  local length
  printf -v length '\\x%02x' "${#1}"
  grep -rlaF "$(printf %b "kind-of-worker\\x12$length$1")" "$work/server/store" | wc -l
}
for form in "${forms[@]}"; do
  [[ $(asking "$form") -ge 4 ]] || failed "$(asking "$form") actions ask for a worker of the kind $form"
done
[[ $(asking linux) == 0 ]] || failed "actions ask for a worker of a kind that no target has"

# Another workspace, with no cache of its own: all of it is in the engine's, but for the question which compiler there is, that no
# cache may answer; and nothing is fetched that nobody asks for.
cp -R "$first" "$second"
rm "$second"/bazel-*
cd "$second"
must test "${remote[@]}" --remote_download_outputs=minimal //...
cat log
[[ $(spawns 'remote cache hit') -gt 30 && $(spawns remote) == 1 ]] || failed "not all was in the cache"
fetched=$(find "$(readlink -f bazel-bin)" -type f -size +100k)
[[ -z $fetched ]] || failed "fetched without being asked for: $fetched"
must build "${remote[@]}" //:quickstart_6_1.archive
cmp "$quickstart/quickstart_6_1.archive.tgz" bazel-bin/quickstart_6_1.archive.tgz

# A worker that has another compiler than the one that was asked: it refuses, and names both.
compiler() { printf '#!/bin/sh\n[ "$1" = --version ] && echo "%s"\n' "$1" >"$compilers/cc" && chmod +x "$compilers/cc"; }
sed -i 's/"kheaders")$/"kheaders", "kheaders_module")/' BUILD.bazel
cat >>BUILD.bazel <<LINES

kheaders_module(
    name = "refused",
    make_args = ["CC=$compilers/cc"],
    source = "quickstart_6_1.module_source",
)
LINES
compiler 'gcc (Debian 12.2.0-14) 12.2.0'
! run build "${remote[@]}" //:refused || failed "a script was taken for a compiler"
compiler 'gcc (Debian 14.2.0-19) 14.2.0'
! run build "${remote[@]}" //:refused || failed "another compiler was taken"
for message in "make's CC is \"gcc (Debian 14.2.0-19) 14.2.0\" here, on the machine that runs the action (linux/" 'and the action expects "gcc (Debian 12.2.0-14) 12.2.0"'; do
  grep -qF "$message" log || { cat log >&2; failed "the action does not say: $message"; }
done
echo ok
