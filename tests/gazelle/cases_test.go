// Package gazelle_test runs the cases of tools/gazelle with the program that
// users run, which has Gazelle's own languages as well.
package gazelle_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
	"github.com/rules-kheaders/rules_kheaders/tools/gazelle/gazelletest"
)

func TestCases(t *testing.T) {
	program := runfile.Path(t, "GAZELLE")
	gazelletest.Run(t, runfile.Paths(t, "CASES"), false, func(t *testing.T, dir string, args []string) (string, int) {
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
