#!/usr/bin/env bash
# Runs what the page on gates has for posting a report, with something else in GitHub's place, and reads its other scripts.
# usage: gate_page_test.sh PAGE
set -euo pipefail

page=$(readlink -f "$1")
work=$(mktemp -d "$TEST_TMPDIR/page.XXXXXX")
cd "$work"

# script NAME: the script of a step.
script() {
  awk -v name="- name: $1" '
    index($0, name) { found = 1; next }
    found && /run: \|$/ { on = 1; match($0, /[^ ]/); indent = RSTART + 2; next }
    on && /^ *[^ ]/ { match($0, /[^ ]/); if (RSTART < indent) exit; print substr($0, indent) }' "$page"
}

for step in "Measure what the change is merged into" "Hold the change against the budgets" "Replace the comment"; do
  script "$step" >script.sh
  [[ -s script.sh ]] || { echo "FAILED: no step $step"; exit 1; }
  bash -n script.sh
done

# In gh's place: says what is asked for by its arguments, and writes them down.
mkdir bin
cat >bin/gh <<'END'
#!/bin/sh
case "$*" in
"run download "*) [ -f artifact.md ] && mkdir -p sizes && cp artifact.md sizes/sizes.md ;;
*/pulls*) cat number ;;
*--paginate*) cat comment ;;
*) echo "$*" >>calls ;;
esac
END
chmod +x bin/gh
export PATH=$work/bin:$PATH REPO=o/r RUN=5 HEAD=fork:branch SHA=abc MARKER="<!-- kheaders size: //:k -->"

# posts WANT NUMBER COMMENT FIRST_LINE: of a change, with that comment there already; no artifact for "none".
posts() {
  rm -rf sizes artifact.md calls
  printf '%s' "$2" >number
  printf '%s' "$3" >comment
  case $4 in
  none) ;;
  "") : >artifact.md ;;
  *) printf '%s\nrest\n' "$4" >artifact.md ;;
  esac
  bash -e script.sh >/dev/null
  local got=
  [[ ! -f calls ]] || got=$(cat calls)
  [[ $got == "$1" ]] || { echo "FAILED: $got, want $1"; exit 1; }
}
body="-F body=@sizes/sizes.md"
posts "api repos/o/r/issues/7/comments $body" 7 "" "$MARKER"
posts "api --method PATCH repos/o/r/issues/comments/9 $body" 7 9 "$MARKER"
posts "api --method DELETE repos/o/r/issues/comments/9" 7 9 ""
posts "" 7 "" ""
posts "" 7 9 "something else"
posts "" "" 9 "$MARKER"
posts "" 7 9 none
