// Package printed has the program print messages that the page of errors shows.
package printed

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/rules-kheaders/rules_kheaders/tests/cli"
	"github.com/rules-kheaders/rules_kheaders/tests/docs/errorpage"
	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
)

// TestPrinted runs the scripts. `row WORDS ARGUMENT …` in one runs kheaders, which has
// to fail and to print a line that is the page's one row with these words.
func TestPrinted(t *testing.T) {
	rows := errorpage.Rows(string(runfile.Read(t, "PAGE")))
	dir := filepath.Dir(runfile.Path(t, "KHEADERS"))
	var mutex sync.Mutex
	seen := map[int]bool{}
	row := func(ts *testscript.TestScript, neg bool, args []string) {
		if neg || len(args) < 2 {
			ts.Fatalf("usage: row WORDS ARGUMENT ...")
		}
		var found []errorpage.Row
		for _, r := range rows {
			if strings.Contains(r.Message, args[0]) {
				found = append(found, r)
			}
		}
		if len(found) != 1 {
			ts.Fatalf("errors.md has %d messages with %q, want one", len(found), args[0])
		}
		if err := ts.Exec("kheaders", args[1:]...); err == nil {
			ts.Fatalf("kheaders %q did not fail", args[1:])
		}
		said := strings.TrimSpace(ts.ReadFile("stderr"))
		for _, l := range strings.Split(said, "\n") {
			if found[0].Matches(l) {
				mutex.Lock()
				seen[found[0].Line] = true
				mutex.Unlock()
				return
			}
		}
		ts.Fatalf("errors.md:%d has %q, and the program prints %q", found[0].Line, found[0].Message, said)
	}
	// A test of its own, which ends when all scripts have.
	t.Run("scripts", func(t *testing.T) {
		testscript.Run(t, testscript.Params{
			Dir:                "testdata",
			Condition:          cli.Condition,
			RequireUniqueNames: true,
			Setup: func(e *testscript.Env) error {
				e.Setenv("PATH", dir+string(os.PathListSeparator)+e.Getenv("PATH"))
				return nil
			},
			Cmds: map[string]func(*testscript.TestScript, bool, []string){"row": row},
		})
	})
	if len(seen) < 20 && !t.Failed() {
		t.Errorf("%d messages of the page were printed, want 20", len(seen))
	}
}
