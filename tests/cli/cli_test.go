// Package cli runs the kheaders binary as a user does: each script in
// testdata names its files and commands, and what must come out.
package cli

import (
	"debug/elf"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"rules_kheaders/tests/runfile"

	"github.com/rogpeppe/go-internal/testscript"
)

// tool returns the path of the kheaders binary.
func tool(t *testing.T) string {
	t.Helper()
	if os.Getenv("TEST_SRCDIR") == "" && os.Getenv("KHEADERS") != "" {
		return os.Getenv("KHEADERS")
	}
	return runfile.Path(t, "KHEADERS")
}

// TestStatic shows that the binary runs on a machine without a libc.
func TestStatic(t *testing.T) {
	f, err := elf.Open(tool(t))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP || p.Type == elf.PT_DYNAMIC {
			t.Errorf("kheaders has a segment %v: it is not static", p.Type)
		}
	}
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

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(e *testscript.Env) error {
			e.Setenv("PATH", filepath.Dir(tool(t))+string(os.PathListSeparator)+e.Getenv("PATH"))
			return nil
		},
		Condition: func(cond string) (bool, error) {
			if cond != "installed" { // the headers of the running kernel
				return false, fmt.Errorf("unknown condition %q", cond)
			}
			release, err := os.ReadFile("/proc/sys/kernel/osrelease")
			if err != nil {
				return false, err
			}
			_, err = os.Stat(filepath.Join("/lib/modules", strings.TrimSpace(string(release)), "build"))
			return err == nil, nil
		},
		RequireUniqueNames: true,
		Cmds:               map[string]func(*testscript.TestScript, bool, []string){"status": status, "explain": explain},
	})
}
