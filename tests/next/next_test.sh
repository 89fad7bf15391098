#!/usr/bin/env bash
# Builds the workspace as Bazel 8 and 9 would, as far as flags of this one make it: --config=next of .bazelrc. The Bazel has an output
# folder of its own, as repositories and outputs have other names then.
# usage: next_test.sh MODULE_FILE TARGET ...
set -euo pipefail

workspace=$(dirname "$(readlink -f "$1")")
shift
base=$(mktemp -d "$TEST_TMPDIR/base.XXXXXX")
unset TEST_TMPDIR
# Without a locale Bazel cannot read some of the fixture's file names.
export LC_ALL=C.UTF-8
cd "$workspace"

bazel=(tools/bazel --output_base="$base" --max_idle_secs=10)
flags=(--config=next --experimental_convenience_symlinks=ignore --color=no --curses=no --noshow_progress)
trap '"${bazel[@]}" clean --expunge >/dev/null 2>&1 || true' EXIT

"${bazel[@]}" build "${flags[@]}" "$@"

# The flags are in force: by one of them a repository of an extension has another name.
file=$("${bazel[@]}" cquery "${flags[@]}" --output=files @linux_6_1//:packages 2>/dev/null)
[[ $file == *external/rules_kheaders++kheaders+linux_6_1/* ]] || {
  echo "FAILED: --config=next leaves $file its name" >&2
  exit 1
}
echo ok
