#!/usr/bin/env bash
# Checks the format of the workspace's Go files with gofmt, and looks for mistakes in them with go vet, staticcheck and
# unparam; and that each would say so if there were any.
# usage: go_test.sh GO MODULE_FILE COMMON
set -euo pipefail

go=$PWD/$1
# shellcheck source=tests/lint/common.sh
. "$3"
workspace=$(workspace_of "$2")
# The runner of rules_go knows the Go that Bazel compiles with; by these it thinks that `bazel run` calls it.
goroot=$(BUILD_WORKSPACE_DIRECTORY=$workspace BUILD_WORKING_DIRECTORY=$workspace "$go" env GOROOT)
go=$goroot/bin/go
gofmt=$goroot/bin/gofmt
export GOTOOLCHAIN=local GOFLAGS=-mod=readonly CGO_ENABLED=0 GOWORK=off

# A deliberate break of each, in a module of its own.
broken=$(mktemp -d "$TEST_TMPDIR/broken.XXXXXX")
printf 'module broken\n\ngo 1.26\n' >"$broken/go.mod"
printf 'package broken\n\nimport "fmt"\n\nfunc F() { fmt.Printf("%%d\\n",   "no number") }\n' >"$broken/broken.go"
[[ $("$gofmt" -l "$broken") == "$broken/broken.go" ]] || failed "gofmt does not notice a file in another format"
! said=$(cd "$broken" && "$go" vet ./... 2>&1) || failed "go vet does not notice a %d for a string"
[[ $said == *'broken.go:5'*'has arg "no number" of wrong type string'* ]] || failed "go vet fails, but not for the %d: $said"

# The linters' versions, and those of what they are built from, stand in a go.mod of their own.
linter() { (cd "$1" && "$go" tool -modfile="$workspace/tests/lint/go.mod" "${@:2}" ./... 2>&1); }
cat >"$broken/broken.go" <<'EOF'
package broken

func unused() {}

func sum(n int, s string) (t int) {
	for i := range s {
		t += i
	}
	return t
}

func G(n int) int { return sum(n, "a") }
EOF
! said=$(linter "$broken" staticcheck) || failed "staticcheck does not notice an unused function"
[[ $said == *'broken.go:3'*'func unused is unused (U1000)'* ]] || failed "staticcheck fails, but not for the unused function: $said"
! said=$(linter "$broken" unparam) || failed "unparam does not notice a parameter that is not used"
[[ $said == *'broken.go:5'*'sum - n is unused'* ]] || failed "unparam fails, but not for the parameter: $said"

mapfile -d '' -t files < <(find "$workspace" -path "$workspace/.git" -prune -o -name testdata -prune -o -type f -name '*.go' -print0)
[[ ${#files[@]} -gt 50 ]] || failed "found ${#files[@]} Go files only"
said=$("$gofmt" -l "${files[@]}" 2>&1)
[[ -z $said ]] || failed "not in gofmt's format; run gofmt -w on:
$said"
said=$(cd "$workspace" && "$go" vet ./... 2>&1) || failed "go vet finds mistakes:
$said"
for name in staticcheck unparam; do
  said=$(linter "$workspace" "$name") || failed "$name finds mistakes:
$said"
done
echo "checked ${#files[@]} files"
