#!/usr/bin/env bash
# Builds and tests a child workspace as its owner would: a Bazel of its own, in the workspace's own directory.
# usage: example_test.sh MODULE_FILE TARGET ...
set -euo pipefail

workspace=$(dirname "$(readlink -f "$1")")
shift
cd "$workspace"

# Bazelisk is told the version, which the example leaves to its owner.
USE_BAZEL_VERSION=$(cat ../../../.bazelversion)
export USE_BAZEL_VERSION

# A server of its own that goes away with the test; nothing is written into the workspace.
bazel=(../../../tools/bazel --max_idle_secs=10)
flags=(--experimental_convenience_symlinks=ignore --color=no --curses=no --noshow_progress)
trap '"${bazel[@]}" shutdown' EXIT
"${bazel[@]}" build "${flags[@]}" "$@"
"${bazel[@]}" test "${flags[@]}" --test_output=errors //...
