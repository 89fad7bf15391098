// Package diff holds what kheaders diff says of real kernels to what is known of
// them, and to what Universal Ctags finds in them.
package diff

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
)

// report is the JSON of a comparison.
type report struct {
	Schema  int
	Kind    string
	Files   map[string]int
	Differs []file
}

type file struct {
	Path, From, Status string
	Header, Layout     bool
	Changes            []change
}

type change struct {
	Class, Name, Status, What string
	Plus, Minus               int
}

// compare runs the command.
func compare(t *testing.T, args ...string) *report {
	t.Helper()
	out := filepath.Join(t.TempDir(), "diff.json")
	cmd := exec.Command(runfile.Path(t, "KHEADERS"), append([]string{"diff", "--json=" + out}, args...)...)
	if msg, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, msg)
	}
	b, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	var r report
	if err := json.Unmarshal(b, &r); err != nil {
		t.Fatal(err)
	}
	if r.Schema != 1 || r.Kind != "kheaders-diff" {
		t.Fatalf("schema %d, kind %q", r.Schema, r.Kind)
	}
	return &r
}

// find returns what is said of a file; the test fails if it is not told of.
func (r *report) find(t *testing.T, path string) *file {
	t.Helper()
	for i := range r.Differs {
		if r.Differs[i].Path == path {
			return &r.Differs[i]
		}
	}
	t.Fatalf("nothing is said of %s", path)
	return nil
}
