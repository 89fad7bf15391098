// Package gazelle_test runs the cases of tools/gazelle with the program that
// users run, which has Gazelle's own languages as well.
package gazelle_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"rules_kheaders/tools/gazelle/gazelletest"
)

// rlocations returns the files that a variable of the test's target names.
func rlocations(t *testing.T, env string) []string {
	t.Helper()
	names := strings.Fields(os.Getenv(env))
	if len(names) == 0 {
		t.Fatalf("%s is not set: run this by tools/bazel test //tests/gazelle:gazelle_test", env)
	}
	for i, name := range names {
		names[i] = filepath.Join(os.Getenv("TEST_SRCDIR"), name)
	}
	return names
}

func TestCases(t *testing.T) {
	program := rlocations(t, "GAZELLE")[0]
	gazelletest.Run(t, rlocations(t, "CASES"), false, func(t *testing.T, dir string, args []string) (string, int) {
		var stdout, stderr bytes.Buffer
		cmd := exec.Command(program, args...)
		cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &stdout, &stderr
		cmd.Env = append(os.Environ(), "BUILD_WORKSPACE_DIRECTORY="+dir)
		var exit *exec.ExitError
		if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
			t.Fatal(err)
		}
		if stdout.Len() > 0 {
			t.Errorf("gazelle %s prints on standard output: %s", strings.Join(args, " "), stdout.Bytes())
		}
		return stderr.String(), cmd.ProcessState.ExitCode()
	})
}
