#!/usr/bin/env bash
# Checks that pages and examples name the version that the modules have.
# usage: version_test.sh MODULE_FILE COMMON
set -euo pipefail

# shellcheck source=tests/lint/common.sh
. "$2"
cd "$(workspace_of "$1")"
version=$(sed -n 's/^    version = "\(.*\)",$/\1/p' rules/MODULE.bazel)
[[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]] || failed "rules/MODULE.bazel has no version: $version"
named=$(grep -rnE '("rules_kheaders(_tools)?", version = "|rules_kheaders(_tools)?-)[0-9]' README.md MODULE.bazel rules tests/examples --include='*.md' --include=MODULE.bazel)
[[ $(wc -l <<<"$named") -ge 6 ]] || failed "next to nothing names a version: $named"
others=$(grep -vF -e "version = \"$version\"" -e "-$version" <<<"$named" || true)
[[ -z $others ]] || failed "another version than $version is named:
$others"
