package baseline

import (
	"fmt"
	"strings"
	"testing"
)

// TestLarge reads files in which something is there very often. Each takes a
// fraction of a second if time is linear, and many minutes if it is not.
func TestLarge(t *testing.T) {
	const n = 200_000
	lines := func(format string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format, i)
		}
		return b.String()
	}
	for name, c := range map[string]struct {
		text           string
		sections, rows int
	}{
		"rows":                 {"//:k\n  arch x86\n\n" + lines("  directory d%d\n    3 KiB\n\n"), 1, n},
		"rows with comments":   {"//:k\n  arch x86\n\n" + lines("# c\n  directory d%d\n    3 KiB\n\n"), 1, n},
		"tests":                {"//:k\n  arch x86\n\n" + lines("//:t%06d\n  arch x86\n\n"), n + 1, 0},
		"comments above":       {lines("# %d\n") + "\n" + lines("# %d\n") + "//:k\n  arch x86\n", 1, 0},
		"comments in the head": {"//:k\n" + lines("# %d\n  release 6\n") + "  arch x86\n", 1, 0},
		"comments on one row":  {"//:k\n  arch x86\n\n" + lines("# %d\n") + "  directory d\n    3 KiB\n", 1, 1},
		"comments at the end":  {"//:k\n  arch x86\n\n" + lines("# %d\n\n"), 1, 0},
		"empty lines":          {"//:k\n  arch x86\n\n" + strings.Repeat("\n", 10*n), 1, 0},
	} {
		f, err := Read([]byte("layout 1\n" + c.text))
		if err != nil || len(f.sections) != c.sections || len(f.Section("//:k", "x86").Rows) != c.rows {
			t.Errorf("%s: %v, %d sections", name, err, len(f.sections))
			continue
		}
		comments := strings.Count(c.text, "#")
		if got := string(f.Write()); got != "layout 1\n"+c.text {
			t.Errorf("%s: other text, of %d bytes", name, len(got))
		}
		f.Update(section("//:k"))
		if got := strings.Count(string(f.Write()), "#"); got != comments {
			t.Errorf("%s: %d comments, want %d", name, got, comments)
		}
	}
}
