#!/usr/bin/env bash
# Copies the pages that were made to where they belong.
# usage: update.sh PAGE ...
set -euo pipefail

for page; do
  install -m 0644 "$page" "${BUILD_WORKSPACE_DIRECTORY:?run this by tools/bazel run}/rules/docs/api/$(basename "$page")"
done
