#!/usr/bin/env bash
# Copies what was made to where it is kept. usage: update.sh MADE=GOLDEN ...
set -euo pipefail

to=${BUILD_WORKSPACE_DIRECTORY:?run this by tools/bazel run //tests/golden:update}/tests/golden/testdata
mkdir -p "$to"
for pair in "$@"; do
  cp --no-preserve=mode "${pair%=*}" "$to/${pair##*=}"
  echo "wrote tests/golden/testdata/${pair##*=}"
done
