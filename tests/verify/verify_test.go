// Package verify shows on real kernels what `kheaders verify` sees, and that
// its table of exceptions has no row too many.
package verify

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
)

func verify(t *testing.T, archive string, flags ...string) (string, error) {
	t.Helper()
	cmd := exec.Command(runfile.Path(t, "KHEADERS"), append([]string{"verify", archive, "--max-errors=0"}, flags...)...)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// TestTableUsed fails for a row of the table that no kernel needs any more; with
// ONLY_ARCH of the rows for one architecture alone.
func TestTableUsed(t *testing.T) {
	used := map[string]bool{}
	row := regexp.MustCompile(`(?m)^exceptions\.table:(\d+): \d+ times: `)
	lists := runfile.Paths(t, "PATHS")
	for i, archive := range runfile.Paths(t, "ARCHIVES") {
		out, err := verify(t, archive, "--used", "--tree-list="+lists[i])
		if err != nil {
			t.Errorf("%v\n%s", err, out)
		}
		for _, m := range row.FindAllStringSubmatch(out, -1) {
			used[m[1]] = true
		}
	}
	text, err := os.ReadFile(runfile.Path(t, "TABLE"))
	if err != nil {
		t.Fatal(err)
	}
	only := os.Getenv("ONLY_ARCH")
	for i, line := range strings.Split(string(text), "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		// User-mode Linux has a test of its own.
		if arch := strings.Fields(line)[3]; (arch == "um" || only != "") && arch != only {
			continue
		}
		if !used[fmt.Sprint(i+1)] {
			t.Errorf("exceptions.table:%d: no kernel of the matrix needs this row: take it out, or make its kernels fewer: %s", i+1, line)
		}
	}
}

// TestLost shows that a lost header is seen though include/uapi has one of its
// name, and that without the tree's list verify says that it cannot see that.
func TestLost(t *testing.T) {
	lists := runfile.Paths(t, "LOST_PATHS")
	for i, archive := range runfile.Paths(t, "LOST_ARCHIVES") {
		out, err := verify(t, archive, "--tree-list="+lists[i])
		if err == nil {
			t.Errorf("%s: nothing is found wrong: %s", archive, out)
		}
		for _, lost := range strings.Fields(os.Getenv("LOST")) {
			if want := "the archive has not the tree's " + lost + "\n"; !strings.Contains(out+"\n", want) {
				t.Errorf("%s: nobody misses %s", archive, lost)
			}
		}
		if out, _ := verify(t, archive); !strings.Contains(out, "only --tree-list would show it") {
			t.Errorf("%s: without the tree's list verify does not say what it cannot see: %s", archive, out)
		}
	}
}
