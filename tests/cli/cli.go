// Package cli runs the scripts in testdata, which use kheaders as a user does:
// each names its files and commands, and what must come out.
package cli

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// Run runs the scripts of a directory with the kheaders that setup puts into
// their environment, or, if it is nil, with that of testscript.Main.
func Run(t *testing.T, dir string, setup func(*testscript.Env) error) {
	testscript.Run(t, testscript.Params{
		Dir:                dir,
		Setup:              setup,
		Condition:          Condition,
		RequireUniqueNames: true,
		Cmds:               map[string]func(*testscript.TestScript, bool, []string){"status": status, "explain": explain},
	})
}

// Condition is what scripts may ask in brackets: "installed", whether the headers of the
// running kernel are.
func Condition(cond string) (bool, error) {
	if cond != "installed" {
		return false, fmt.Errorf("unknown condition %q", cond)
	}
	release, err := os.ReadFile("/proc/sys/kernel/osrelease")
	if err != nil {
		return false, err
	}
	_, err = os.Stat(filepath.Join("/lib/modules", strings.TrimSpace(string(release)), "build"))
	return err == nil, nil
}

// status runs kheaders with the arguments after the first, which is the exit
// status that it must have.
func status(ts *testscript.TestScript, _ bool, args []string) {
	err := ts.Exec("kheaders", args[1:]...)
	var exit *exec.ExitError
	if !errors.As(err, &exit) || strconv.Itoa(exit.ExitCode()) != args[0] {
		ts.Fatalf("%v, want exit status %s", err, args[0])
	}
}

// explain explains a path of the script's tree that is not in.
func explain(ts *testscript.TestScript, neg bool, args []string) {
	status(ts, neg, append([]string{"4", "explain", "--arch=x86", "--srctree=src", "--objtree=obj"}, args...))
}
