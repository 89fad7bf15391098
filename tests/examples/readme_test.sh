#!/usr/bin/env bash
# Checks that every line of the example's files stands in the README, in order. Comments, and what is marked as for the
# example alone, are left out.
# usage: readme_test.sh README FILE ...
set -euo pipefail

readme=$1
shift
for file in "$@"; do
  wanted=$(sed -e '/example only:/,/yours again/d' -e '/^#/d' -e '/^$/d' "$file")
  shown=$(awk '/^```starlark/ { on = 1; next } /^```/ { on = 0 } on && !/^#/ && NF' "$readme")
  if [[ $shown != *"$wanted"* ]]; then
    echo "README.md does not show $file as it is; copy this there:" >&2
    echo "$wanted" >&2
    exit 1
  fi
done
