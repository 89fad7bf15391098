#!/usr/bin/env bash
# Looks for mistakes in the workspace's shell scripts with shellcheck, and checks that it would say so if there were any.
# usage: shell_test.sh MODULE_FILE COMMON
set -euo pipefail

# shellcheck source=tests/lint/common.sh
. "$2"
workspace=$(workspace_of "$1")

command -v shellcheck >/dev/null || failed "shellcheck is not on PATH: install it, or let tools/bazel bring the Bazel that it brings"
check() { shellcheck --external-sources --severity=warning "$@" 2>&1; }

# A deliberate break.
broken=$TEST_TMPDIR/broken.sh
printf '#!/bin/sh\ncd /nowhere\nrm file\n' >"$broken"
! said=$(check "$broken") || failed "shellcheck does not notice a cd that may fail"
[[ $said == *SC2164* ]] || failed "shellcheck fails, but not for the cd that may fail: $said"

# With pipefail, a program that grep -q has ended by finding what it looks for is a failure of the whole pipe.
early() {
  grep -lE '^ *set -[a-z]*o pipefail' "$@" | xargs -r -d '\n' grep -HnE '[^|]\| *grep( +-[a-zA-Z]+)* +-[a-zA-Z]*q' | grep -v 'sh -c'
}
printf 'set -euo pipefail\nprogram | %s -E -q x\n' grep >"$broken"
[[ $(early "$broken") == *program* ]] || failed "a pipe into grep -q is not noticed"

# A guest that waits by the clock is slow on each machine, and too fast for a busy one. A comment may speak of it.
clock() { grep -lx '# shellcheck shell=dash.*' "$@" | xargs -r -d '\n' grep -HnE '^[^#]*\bu?sleep\b' || true; }
printf '# shellcheck shell=dash\n# no sleep\noversleeps=1\n' >"$broken"
said=$(clock "$broken") && [[ -z $said ]] || failed "these are taken for waiting by the clock: $said"
echo 'until [ -e /x ]; do usleep 9; done' >>"$broken"
[[ $(clock "$broken") == *usleep* ]] || failed "waiting by the clock is not noticed"

# Every script by its name or by its first line.
cd "$workspace"
mapfile -d '' -t files < <(find . -path ./.git -prune -o -name testdata -prune -o -type f \
  \( -name '*.sh' -o -exec sh -c 'head -n 1 "$1" | grep -Eq "^#!.*[/ ](ba)?sh( |$)"' sh {} \; \) -print0)
[[ ${#files[@]} -gt 20 ]] || failed "found ${#files[@]} shell scripts only"
said=$(check "${files[@]}") || failed "shellcheck finds mistakes:
$said"
! said=$(early "${files[@]}") || failed "grep -q may end what it reads from:
$said"
said=$(clock "${files[@]}") && [[ -z $said ]] || failed "guests wait by the clock, and not for what they need:
$said"
echo "checked ${#files[@]} scripts"
