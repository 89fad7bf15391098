#!/usr/bin/env bash
# Checks the format of the workspace's Go files with gofmt, and looks for mistakes in them with go vet; and that both
# would say so if there were any.
# usage: go_test.sh GO MODULE_FILE COMMON
set -euo pipefail

go=$PWD/$1
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

mapfile -d '' -t files < <(find "$workspace" -path "$workspace/.git" -prune -o -name testdata -prune -o -type f -name '*.go' -print0)
[[ ${#files[@]} -gt 50 ]] || failed "found ${#files[@]} Go files only"
said=$("$gofmt" -l "${files[@]}" 2>&1)
[[ -z $said ]] || failed "not in gofmt's format; run gofmt -w on:
$said"
said=$(cd "$workspace" && "$go" vet ./... 2>&1) || failed "go vet finds mistakes:
$said"
echo "checked ${#files[@]} files"
