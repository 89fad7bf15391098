// Package cli runs the kheaders binary as a user does: each script in
// testdata names its files and commands, and what must come out.
package cli

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestScripts(t *testing.T) {
	tool := os.Getenv("KHEADERS")
	if tool == "" {
		t.Fatal("KHEADERS must be the path of the kheaders binary: run this by `tools/bazel test //tests/cli/...`")
	}
	// Bazel gives a path within the runfiles.
	if runfiles := os.Getenv("TEST_SRCDIR"); runfiles != "" {
		tool = filepath.Join(runfiles, tool)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(e *testscript.Env) error {
			e.Setenv("PATH", filepath.Dir(tool)+string(os.PathListSeparator)+e.Getenv("PATH"))
			return nil
		},
		RequireUniqueNames: true,
	})
}
