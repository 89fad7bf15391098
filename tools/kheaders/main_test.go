package main

import (
	"testing"

	"rules_kheaders/tests/cli"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets the test binary be the program that the scripts run.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"kheaders": main})
}

// TestScripts runs the scripts that tests/cli runs with the binary that users
// get, so that they are part of `go test` as well.
func TestScripts(t *testing.T) { cli.Run(t, "../../tests/cli/testdata", nil) }
