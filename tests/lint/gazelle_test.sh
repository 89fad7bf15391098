#!/usr/bin/env bash
# Checks that Gazelle has nothing to change in the workspace's BUILD files, and that it would say so if it had.
# usage: gazelle_test.sh GAZELLE MODULE_FILE COMMON
set -euo pipefail

gazelle=$PWD/$1
# shellcheck source=tests/lint/common.sh
. "$3"
workspace=$(workspace_of "$2")
# By these the runner thinks that it is the test.
unset TEST_WORKSPACE

# differences WORKSPACE: sets said; fails as Gazelle does.
differences() {
  said=$(BUILD_WORKSPACE_DIRECTORY=$1 "$gazelle" -mode=diff 2>&1)
}

# A deliberate break, in a workspace of its own: a Go file that its BUILD file does not know.
broken=$(mktemp -d "$TEST_TMPDIR/broken.XXXXXX")
echo 'module(name = "broken")' >"$broken/MODULE.bazel"
printf '# gazelle:prefix broken\n' >"$broken/BUILD.bazel"
mkdir "$broken/lost"
echo 'package lost' >"$broken/lost/lost.go"
: >"$broken/lost/BUILD.bazel"
! differences "$broken" || failed "Gazelle does not notice a library that no BUILD file has"
[[ $said == *'+    srcs = ["lost.go"],'* ]] || failed "Gazelle fails, but not for the library that no BUILD file has: $said"

differences "$workspace" || failed "the BUILD files are not what Gazelle writes; run: tools/bazel run //:gazelle
$said"
