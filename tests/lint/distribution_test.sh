#!/usr/bin/env bash
# Compares the files of a release's archives with those in git, of each of the two modules.
# usage: distribution_test.sh MODULE_FILE COMMON FILE...
set -euo pipefail

# shellcheck source=tests/lint/common.sh
. "$2"
workspace=$(workspace_of "$1")
shift 2

# in_git PATH...: what git has or would take. Where git cannot tell, for its directory is elsewhere, all files are.
in_git() {
  git -c safe.directory='*' -C "$workspace" ls-files -z --cached --others --exclude-standard -- "$@" 2>/dev/null | tr '\0' '\n' ||
    (cd "$workspace" && find "$@" -type f)
}

# compare MODULE PATH...: standard input has the archive's files.
compare() {
  local module=$1 said
  shift
  in_git "$@" | LC_ALL=C sort >"$TEST_TMPDIR/git"
  [[ $(wc -l <"$TEST_TMPDIR/git") -gt 20 ]] || failed "found next to no files below $workspace"
  said=$(LC_ALL=C sort | diff - "$TEST_TMPDIR/git") || failed "the archive of $module has other files (<) than git (>); each package's files are in its :distribution, and that in the one above:
$said"
}

# Files of the other module are in a folder of their own beside this one's.
printf '%s\n' "$@" | sed -nE 's#^(\.\.|external)/rules_kheaders[^/]*/#rules/#p' | compare rules_kheaders rules
printf '%s\n' "$@" | grep -vE '^(\.\.|external)/' | sed 's#^\./##' |
  compare rules_kheaders_tools BUILD.bazel LICENSE MODULE.bazel README.md go.mod go.sum tools
