#!/usr/bin/env bash
# Checks with buildifier the format of the workspace's BUILD, .bzl and MODULE.bazel files, and looks for mistakes in them;
# and that it would say so if there were any.
# usage: buildifier_test.sh BUILDIFIER MODULE_FILE COMMON
set -euo pipefail

buildifier=$PWD/$1
# shellcheck source=tests/lint/common.sh
. "$3"
workspace=$(workspace_of "$2")
mend='run: tools/bazel run //:buildifier -- --lint=fix -r "$PWD"'

# check FILE...: files by their names, or folders with -r.
check() { "$buildifier" --mode=check --lint=warn "$@" 2>&1; }

# Deliberate breaks: of the format, and one that only the linter sees.
broken=$(mktemp -d "$TEST_TMPDIR/broken.XXXXXX")
mkdir "$broken/format" "$broken/lint"
echo 'filegroup(srcs=["a"],name="x")' >"$broken/format/BUILD.bazel"
printf '"""A file."""\n\nload(":a.bzl", "a")\n' >"$broken/lint/lint.bzl"
! said=$(check -r "$broken/format") || failed "buildifier does not notice a BUILD file in another format"
[[ $said == *BUILD.bazel*reformat* ]] || failed "buildifier fails, but not for the format: $said"
! said=$(check -r "$broken/lint") || failed "buildifier does not notice an unused load"
[[ $said == *'lint.bzl:3: load: '* ]] || failed "buildifier fails, but not for the unused load: $said"

said=$(check -r "$workspace") || failed "$mend
$said"
