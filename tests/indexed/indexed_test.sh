#!/usr/bin/env bash
# Compares all that is made of a tree with what is made of the same tree with an index: archives, manifests, build trees and lists
# of paths of every set.
# usage: indexed_test.sh FILE...: those that are made of the tree
set -euo pipefail

failed() {
  echo "FAILED: $*" >&2
  exit 1
}

for file in "$@"; do
  cmp "$file" "${file/directories_/indexed_}" || failed "$file"
done
[[ $# -ge 200 ]] || failed "only $# files"

# The sets are what their names say: what they ask for makes a difference.
cd "$(dirname "$1")"
has() { grep -q "^$2	" "indexed_$1.manifest" || failed "$1 has no $2"; }
lacks() { ! grep -q "^$2	" "indexed_$1.manifest" || failed "$1 has $2"; }
for profile in modules rfc; do
  lacks "${profile}_plain" vendor/second/run.sh
  has "${profile}_exclude" vendor/second/run.sh
  lacks "${profile}_none" scripts/basic/fixdep
done
for profile in headers modules rfc tracing; do
  has "${profile}_drivers" include/sound/used.h
  lacks "${profile}_drivers" include/sound/alone.h
  lacks "${profile}_both" include/sound/used.h
  has "${profile}_extra" vendor/board.sh
  has "${profile}_include" kernel/main.c
  has "${profile}_roots" include/oem/a.h
  lacks "${profile}_roots" include/linux/list.h
done
