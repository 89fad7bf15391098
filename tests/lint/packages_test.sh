#!/usr/bin/env bash
# Compares, in the workspace, the drawing of the packages in CONTRIBUTING.md with what they import.
# usage: packages_test.sh TEST MODULE_FILE COMMON
set -euo pipefail

test=$(readlink -f "$1")
# shellcheck source=tests/lint/common.sh
. "$3"
cd "$(workspace_of "$2")/tests/packages"
# By these a test of rules_go goes to its runfiles.
unset TEST_SRCDIR TEST_WORKSPACE RUNFILES_DIR
exec "$test" -test.v
