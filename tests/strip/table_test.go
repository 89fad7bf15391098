package strip

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
)

// row is a kernel's line of the table.
type row struct {
	kernel   kernel
	release  string
	verdicts []*verdict
	before   int64
	after    [len(modes)]int64
	left     int // files left as they are, with a note
	sums     int // files that end in their sum
	// Filled by sum: the tokens of all files, and the files in which they differ.
	tokens int64
	ours   [len(modes)]int
	// mainline counts files with other tokens, white those in which only white
	// space between tokens came or went.
	mainline, white int
	broken          []string
}

func (r *row) add(f *file, v *verdict) {
	r.verdicts = append(r.verdicts, v)
	r.before += int64(len(f.was))
	for m, s := range f.stripped {
		r.after[m] += int64(len(s))
	}
	if f.note[0] != "" {
		r.left++
	}
	holds, has := sumHolds(f.was)
	if !has {
		return
	}
	r.sums++
	if !holds {
		r.broken = append(r.broken, fmt.Sprintf("%s: the sum in its last line is wrong in the kernel already", f.path))
	}
	for m, mode := range modes {
		if holds, has := sumHolds(f.stripped[m]); !holds || !has {
			r.broken = append(r.broken, fmt.Sprintf("%s, strip %s: the sum in its last line does not hold", f.path, mode))
		}
	}
}

// sum adds up the verdicts, once they are there.
func (r *row) sum() {
	for _, v := range r.verdicts {
		r.tokens += int64(v.tokens)
		for m, d := range v.ours {
			if d != nil {
				r.ours[m]++
			}
		}
		if v.mainline != nil {
			if v.mainline.white {
				r.white++
			} else {
				r.mainline++
			}
		}
	}
}

// check looks at what must hold for all files together.
func (r *row) check(t *testing.T) {
	t.Helper()
	for _, b := range r.broken {
		t.Errorf("%s, %s", r.kernel.title(), b)
	}
	// Comments are a fifth of what the kernel has in C, or more.
	for m, mode := range modes {
		if most := r.before * 9 / 10; r.after[m] > most {
			t.Errorf("%s, strip %s: %d bytes of %d are left: it strips next to nothing", r.kernel.title(), mode, r.after[m], r.before)
		}
	}
	if r.kernel.sources == "" && r.sums == 0 {
		t.Errorf("%s: no file ends in its sum, as include/linux/atomic/*.h do", r.kernel.title())
	}
	if r.left > r.sums+len(r.verdicts)/1000 {
		t.Errorf("%s: %d of %d files are left as they are", r.kernel.title(), r.left, len(r.verdicts))
	}
	if r.tokens < 10*int64(len(r.verdicts)) {
		t.Errorf("%s: only %d tokens in %d files were compared", r.kernel.title(), r.tokens, len(r.verdicts))
	}
}

const (
	docs       = "rules/docs/stripping.md"
	tableBegin = "<!-- Written by: tools/bazel run //tests/strip:update -->\n"
	tableEnd   = "<!-- end -->\n"
)

var columns = []string{"kernel", "architecture", "release", "files", "MB", "tokens compared", "left as they are",
	"differ: `comments`", "`comments_keep_license`", "`minify`", "mainline: tokens", "white space alone"}

func (r *row) cells() []string {
	cells := []string{r.kernel.name, r.kernel.arch, r.release, number(int64(len(r.verdicts))), fmt.Sprintf("%.1f", float64(r.before)/1e6), number(r.tokens), number(int64(r.left))}
	for _, n := range r.ours {
		cells = append(cells, number(int64(n)))
	}
	return append(cells, number(int64(r.mainline)), number(int64(r.white)))
}

func line(cells []string) string { return "| " + strings.Join(cells, " | ") + " |\n" }

// number writes n with commas between thousands.
func number(n int64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// checkDocs compares the rows with those of the table in the docs. Where the distribution has gone
// on to another release, its numbers may differ until the docs are written
// again; ours must be 0 in any case. Without DOCS it only prints the table.
func checkDocs(t *testing.T, rows []*row) {
	t.Helper()
	table := line(columns) + strings.Repeat("| --- ", len(columns)) + "|\n"
	for _, r := range rows {
		table += line(r.cells())
	}
	t.Logf("the table:\n%s", table)
	if *update {
		writeDocs(t, table)
		return
	}
	if os.Getenv("DOCS") == "" {
		return
	}
	b, err := os.ReadFile(runfile.Path(t, "DOCS"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(b), tableBegin)
	text, _, ok2 := strings.Cut(rest, tableEnd)
	lines := strings.SplitAfter(strings.TrimSpace(text)+"\n", "\n")
	const mend = "tools/bazel run //tests/strip:update"
	if !ok || !ok2 || len(lines) < len(rows)+3 || *all && len(lines) != len(rows)+3 || lines[0] != line(columns) {
		t.Fatalf("%s: no table of %d rows with the columns %q between %q and %q: %s", docs, len(rows), columns, tableBegin, tableEnd, mend)
	}
	said := map[string][]string{}
	for _, l := range lines[2:] {
		if cells := strings.Split(strings.Trim(l, "| \n"), " | "); len(cells) == len(columns) {
			said[cells[0]+" "+cells[1]] = cells
		}
	}
	for _, r := range rows {
		want := r.cells()
		cells := said[want[0]+" "+want[1]]
		if cells == nil {
			t.Errorf("%s has no row for %s: %s", docs, r.kernel.title(), mend)
			continue
		}
		if cells[2] == want[2] && line(cells) != line(want) {
			t.Errorf("%s: the docs say\n%s, the test finds\n%s: %s", docs, line(cells), line(want), mend)
		} else if cells[2] != want[2] {
			t.Logf("%s is about %s, the packages are of %s now: %s", docs, cells[2], want[2], mend)
		}
		for m, mode := range modes {
			if cells[7+m] != "0" {
				t.Errorf("%s: %s has %s in the column of %s", docs, r.kernel.title(), cells[7+m], mode)
			}
		}
	}
}

func writeDocs(t *testing.T, table string) {
	t.Helper()
	path := filepath.Join(os.Getenv("BUILD_WORKSPACE_DIRECTORY"), docs)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(b), tableBegin)
	_, after, ok2 := strings.Cut(rest, tableEnd)
	if !ok || !ok2 {
		t.Fatalf("%s has no place for the table: a line %q and a line %q", path, tableBegin, tableEnd)
	}
	if err := os.WriteFile(path, []byte(before+tableBegin+"\n"+table+"\n"+tableEnd+after), 0o644); err != nil {
		t.Fatal(err)
	}
}
