#!/usr/bin/env bash
# Copies the pages that were made to where they belong.
# usage: update.sh DIRECTORY=PAGE ...
set -euo pipefail

for pair; do
  page=${pair#*=}
  install -m 0644 "$page" "${BUILD_WORKSPACE_DIRECTORY:?run this by tools/bazel run}/rules/docs/${pair%%=*}/$(basename "$page")"
done
