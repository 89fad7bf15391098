package cli

import (
	"debug/elf"
	"os"
	"path/filepath"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"

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

// TestScripts runs the scripts with the binary that users get.
func TestScripts(t *testing.T) {
	dir := filepath.Dir(tool(t))
	Run(t, "testdata", func(e *testscript.Env) error {
		e.Setenv("PATH", dir+string(os.PathListSeparator)+e.Getenv("PATH"))
		return nil
	})
}
