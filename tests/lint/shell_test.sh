#!/usr/bin/env bash
# Looks for mistakes in the workspace's shell scripts with shellcheck, and checks that it would say so if there were any.
# usage: shell_test.sh MODULE_FILE COMMON
set -euo pipefail

# shellcheck source=tests/lint/common.sh
. "$2"
workspace=$(workspace_of "$1")

# A deliberate break.
broken=$TEST_TMPDIR/broken.sh
# shellcheck disable=SC2016
printf '#!/bin/sh\nrm -r $1\n' >"$broken"
! said=$(shellcheck "$broken" 2>&1) || failed "shellcheck does not notice a variable without quotes"
[[ $said == *SC2086* ]] || failed "shellcheck fails, but not for the variable without quotes: $said"

# Every script by its name or by its first line.
cd "$workspace"
mapfile -d '' -t files < <(find . -path ./.git -prune -o -name testdata -prune -o -type f \
  \( -name '*.sh' -o -exec sh -c 'head -n 1 "$1" | grep -Eq "^#!.*[/ ](ba)?sh( |$)"' sh {} \; \) -print0)
[[ ${#files[@]} -gt 20 ]] || failed "found ${#files[@]} shell scripts only"
said=$(shellcheck --external-sources --severity=warning "${files[@]}" 2>&1) || failed "shellcheck finds mistakes:
$said"
echo "checked ${#files[@]} scripts"
