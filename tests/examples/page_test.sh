#!/usr/bin/env bash
# Checks that every line of the example's files stands on a page, in order. Comments, and what is marked as for the
# example alone, are left out.
# usage: page_test.sh PAGE FILE ...
set -euo pipefail

page=$1
shift
for file in "$@"; do
  wanted=$(sed -e '/example only:/,/yours again/d' -e '/^#/d' -e '/^$/d' "$file")
  shown=$(awk '/^```starlark/ { on = 1; next } /^```/ { on = 0 } on && !/^#/ && NF' "$page")
  if [[ $shown != *"$wanted"* ]]; then
    echo "$page does not show $file as it is; copy this there:" >&2
    echo "$wanted" >&2
    exit 1
  fi
done
