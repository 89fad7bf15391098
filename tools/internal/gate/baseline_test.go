package gate

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/baseline"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/sizes"
)

// past is a baseline that a test wrote of a report.
func past(t *testing.T, s *Spec, r *sizes.Report) Past {
	t.Helper()
	rows, err := s.Section(r)
	if err != nil {
		t.Fatal(err)
	}
	f := &baseline.File{}
	f.Update(rows)
	return Past{Baseline: f}
}

// gated is a test of what is in include/net, whose row of 40,010 B is 43,008 B.
func gated(l Limit) *Spec {
	l.Attr = "max"
	return &Spec{Test: "//:t", Accept: "//:t", Baseline: "t.sizes.txt", Budgets: []Budget{{"//net:budget", "budget", []string{"include/net/**"}, l}}, Other: &Limit{Attr: "other", Max: 1 << 20}}
}

func files(net int) *sizes.Report {
	return report("7.2.12", "Makefile", 100, "include/net/a.h", net, "include/linux/fs.h", 9_000)
}

func TestRowsOfBaseline(t *testing.T) {
	got, err := gated(Limit{Creep: 8 << 10}).Section(files(40_010))
	if err != nil {
		t.Fatal(err)
	}
	want := []baseline.Row{{Name: "budget include/net/**", Bytes: 40_010}, {Name: "directory include/net", Bytes: 40_010}, {Name: "directory include/linux", Bytes: 9_000}, {Name: "directory *", Bytes: 100}}
	if !reflect.DeepEqual(got.Rows, want) || got.Archive != "//:k.archive" || got.Release != "7.2.12" || got.Test != "//:t" {
		t.Errorf("%+v", got)
	}
	if _, err := (&Spec{Budgets: []Budget{net(1)}}).Section(files(1)); err == nil || !strings.Contains(err.Error(), "files are in no budget") {
		t.Error(err)
	}
}

// Names of any bytes are rows, too.
func TestRowsOfOddNames(t *testing.T) {
	s := gated(Limit{Creep: 8 << 10})
	s.Budgets[0].Paths = []string{"include/\tnet\n \x1b/*", "Make file"}
	r := report("7.2.12", "Make file", 100, "include/\tnet\n \x1b/a.h", 40_010, " a/x\"y/z", 5, "x\xff/y/z", 5)
	p := past(t, s, r)
	read, err := baseline.Read(p.Baseline.Write())
	if err != nil {
		t.Fatal(err)
	}
	now, err := s.Section(r)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range now.Rows {
		if _, ok := read.Section("//:t", "").Row(row.Name); !ok || strings.ContainsAny(row.Name, "\n\x1b\t") {
			t.Errorf("%q is no row of\n%s", row.Name, p.Baseline.Write())
		}
	}
	if _, err := s.Check(r, Past{Baseline: read}, 0); err != nil {
		t.Error(err)
	}
}

// Growth is counted from the row as written.
func TestCreepAboveARow(t *testing.T) {
	const row = 43_008
	for name, c := range map[string]struct {
		gate  string
		limit Limit
		is    int
		want  string // "" where that is kept
	}{
		"all of it":     {"", Limit{Creep: 8 << 10}, row + 8<<10, ""},
		"one byte more": {"", Limit{Creep: 8 << 10}, row + 8<<10 + 1, "//:t: include/net/** has 51,201 B, 8,193 B more than the baseline's 43,008, and creep is 8,192; above the baseline: include/net +8,193 B; largest: include/net/a.h 51,201 B; make it smaller, or accept it: bazel run //:t -- --update"},
		"a change":      {"pr", Limit{Creep: 8 << 10, Headroom: 9 << 10}, row + 8<<10 + 1, "make it smaller, or accept it: bazel run --@rules_kheaders//:size_gate=pr //:t -- --update"},
		// Two changes, each of which is kept, are kept together.
		"two changes": {"main", Limit{Creep: 8 << 10, Headroom: 8 << 10}, row + 16<<10, ""},
		"three":       {"main", Limit{Creep: 8 << 10, Headroom: 8 << 10}, row + 16<<10 + 1, "creep is 8,192, and the headroom of changes 8,192"},
		"both":        {"", Limit{Creep: 8 << 10, Max: 48 << 10, Texts: map[string]string{"max": "48KiB"}}, 52_000, "let the owners of //net:budget accept max = \"51KiB\": bazel run //:t -- --update --raise --reason=WHY"},
	} {
		s := gated(c.limit)
		s.Gate = c.gate
		r, err := s.Check(files(c.is), past(t, s, files(40_010)), 0)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got := strings.Join(r.Failures(), "\n")
		if (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	// A report is exact: then the row says nothing.
	s := gated(Limit{Creep: 600})
	p := past(t, s, files(60_000))
	p.Report = files(40_010)
	if r, err := s.Check(files(40_611), p, 0); err != nil || len(r.Failures()) != 1 || !strings.Contains(r.Failures()[0], "601 B more than before, and creep is 600; grew most: include/net/a.h +601 B; make it smaller, or let the owners of //net:budget accept creep = \"601B\": bazel run //:t -- --raise --reason=WHY") {
		t.Errorf("%v, %v", r, err)
	}
	// A step to another release.
	s = gated(Limit{Creep: 3 << 10, CreepRelease: 20 << 10})
	old := files(40_010)
	old.Release = "7.1.3"
	if r, err := s.Check(files(60_000), past(t, s, old), 0); err != nil || r.Failures() != nil {
		t.Errorf("%v, %v", r, err)
	}
	if r, err := s.Check(files(60_000), past(t, s, files(40_010)), 0); err != nil || r.Failures() == nil {
		t.Errorf("%v, %v", r, err)
	}
}

func TestBaselineNotes(t *testing.T) {
	s := gated(Limit{Creep: 8 << 10})
	r, err := s.Check(files(30_000), past(t, s, files(40_010)), 0)
	const want = "rows of the baseline that are too high: 2; that of budget include/net/** has 43,008 B, and there are 30,000 B; bazel run //:t -- --update lowers them"
	if err != nil || r.Failures() != nil || len(r.Notes) != 1 || r.Notes[0] != want {
		t.Errorf("%+v, %v", r, err)
	}
	if text := Text(files(30_000), r); !strings.Contains(text, "Growth of paths is counted from the baseline's rows") || !strings.Contains(text, want) || !strings.Contains(text, "    -13,008  B of include/net") {
		t.Error(text)
	}
	// What is gone has rows until the next --update.
	moved := report("7.2.12", "Makefile", 100, "include/net/a.h", 40_010, "include/new/fs.h", 9_000)
	p := past(t, s, moved)
	const gone = "rows of the baseline of what is gone: 1; directory include/new; bazel run //:t -- --update takes them out"
	if r, err = s.Check(files(40_010), p, 0); err != nil || r.Failures() != nil || len(r.Notes) != 1 || r.Notes[0] != gone {
		t.Errorf("%+v, %v", r, err)
	}
	now, err := s.Section(files(40_010))
	if err != nil {
		t.Fatal(err)
	}
	p.Baseline.Update(now)
	if r, err = s.Check(files(40_010), p, 0); err != nil || r.Notes != nil {
		t.Errorf("%+v, %v", r, err)
	}
	// Growth of the whole is not known by it.
	s.Total = Limit{Attr: "max_compressed", Creep: 8 << 10}
	r, err = s.Check(files(40_010), past(t, s, files(40_010)), 0)
	if err != nil || len(r.Notes) != 1 || !strings.Contains(r.Notes[0], "so growth of the whole cannot be told: give the merge base's") {
		t.Errorf("%+v, %v", r, err)
	}
	s.Gate = "pr"
	if _, err = s.Check(files(40_010), past(t, s, files(40_010)), 0); err == nil || !strings.Contains(err.Error(), "growth of the whole cannot be told") {
		t.Error(err)
	}
	s = &Spec{Test: "//:t", Total: Limit{Creep: 8 << 10}}
	if _, err = s.Check(files(40_010), past(t, s, files(40_010)), 0); err == nil || !strings.Contains(err.Error(), "growth of the whole cannot be told") {
		t.Error(err)
	}
}

// What is of something else says which command writes it anew.
func TestBaselineOfAnother(t *testing.T) {
	const again = ": write it anew by bazel run //:t -- --update"
	s := gated(Limit{Creep: 8 << 10})
	for want, change := range map[string]func(r *sizes.Report){
		"its rows are of archive //:other.archive, and this is of //:k.archive" + again: func(r *sizes.Report) { r.Archive = "//:other.archive" },
		"its rows are of format tar.xz, and this is of tgz" + again:                     func(r *sizes.Report) { r.Format = "tar.xz" },
		"its rows are of compressor pgzip v0, and this is of unknown" + again:           func(r *sizes.Report) { r.Codec = "pgzip v0" },
		"its rows are of compressor , level 8, and this is of unknown" + again:          func(r *sizes.Report) { r.Level = 8 },
		"its rows are of method tgz, and this is of exact" + again:                      func(r *sizes.Report) { r.Method = sizes.ByGzip },
		"its rows are of profile modules, and this is of unknown" + again:               func(r *sizes.Report) { r.Profile = "modules" },
		"its rows are of strip mode minify, and this is of unknown" + again:             func(r *sizes.Report) { r.Strip = "minify" },
		`it has no rows of //:t for an unknown architecture` + again:                    func(r *sizes.Report) { r.Arch = "arm64" },
		"": func(r *sizes.Report) { r.Release = "6.1" },
	} {
		old := files(40_010)
		change(old)
		_, err := s.Check(files(40_010), past(t, s, old), 0)
		if want == "" && err != nil || want != "" && (err == nil || !strings.HasSuffix(err.Error(), `//:t: the baseline "t.sizes.txt": `+want)) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	// A budget that is new has no row.
	p := past(t, s, files(40_010))
	two := gated(Limit{Creep: 8 << 10})
	two.Budgets[0].Paths = append(two.Budgets[0].Paths, "Makefile")
	if _, err := two.Check(files(40_010), p, 0); err == nil || !strings.Contains(err.Error(), "it has no row of include/net/** Makefile"+again) {
		t.Error(err)
	}
	// Rows are coarse.
	for creep, want := range map[int64]string{3 << 10: "", 3<<10 - 1: "creep = 3,071 of include/net/** is below 3,072, three steps of its row in the baseline \"t.sizes.txt\", which is rounded up: let the owners of //net:budget raise it, or give the merge base's"} {
		s := gated(Limit{Creep: creep})
		_, err := s.Check(files(40_010), past(t, s, files(40_010)), 0)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	s = gated(Limit{Creep: 12 << 10, CreepRelease: 11 << 10})
	if _, err := s.Check(files(100_000), past(t, s, files(100_000)), 0); err == nil || !strings.Contains(err.Error(), "creep_release = 11,264 of include/net/** is below 12,288") {
		t.Error(err)
	}
	// Both are told, always in the same words.
	s = gated(Limit{Creep: 2 << 10, CreepRelease: 1 << 10})
	for range 20 {
		if _, err := s.Check(files(40_010), past(t, s, files(40_010)), 0); err == nil || !strings.Contains(err.Error(), "//:t: creep = 2,048 and creep_release = 1,024 of include/net/** are below 3,072, three steps of its row in the baseline \"t.sizes.txt\", which is rounded up: let the owners of //net:budget raise them, or") {
			t.Fatal(err)
		}
	}
	s.Accept = ""
	if err := s.stale(errors.New("nothing")); !strings.HasSuffix(err.Error(), "nothing: write it anew by --update of the test that has it") {
		t.Error(err)
	}
}

// What cannot be read says what can be done: --update takes no such file.
func TestBrokenBaseline(t *testing.T) {
	s := gated(Limit{Creep: 8 << 10})
	p := past(t, s, files(40_010))
	text := string(p.Baseline.Write())
	const then = "; then run bazel run //:t -- --update"
	for text, want := range map[string]string{
		text: "",
		"":   "",
		strings.Replace(text, "layout 1", "layout 9", 1): "another layout: it is of layout 9, and this program has 1: write it anew by bazel run //:t -- --update",
		strings.Replace(text, "layout 1", "size 1", 1):   `no baseline of sizes: correct that, or empty the file` + then,
		text + "<<<<<<< HEAD\n":                          `"<<<<<<< HEAD" is of a merge that is not finished: take either side, by git checkout --ours or --theirs, or empty the file` + then,
		text + "\tx\n":                                   "is no label of a test: correct that, or empty the file" + then,
		strings.Repeat("#", 16<<20+1):                    "it has more than 16777216 bytes, and no baseline does: correct that, or empty the file" + then,
	} {
		f, err := s.ReadBaseline([]byte(text))
		if want == "" && (err != nil || f == nil) || want != "" && (err == nil || !strings.HasPrefix(err.Error(), `the baseline "t.sizes.txt": `) || !strings.HasSuffix(err.Error(), want)) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

// Budgets of paths have headroom as the whole has.
func TestHeadroomOfPaths(t *testing.T) {
	for name, c := range map[string]struct {
		gate string
		was  *sizes.Report
		want bool
	}{"main": {"main", nil, true}, "a change": {"pr", nil, false}, "one that grows": {"pr", files(40_009), false}, "one that does not": {"pr", files(40_010), true}} {
		s := gated(Limit{Max: 40_110, Headroom: 101})
		s.Gate = c.gate
		r, err := s.Check(files(40_010), Past{Report: c.was}, 0)
		if err != nil || (r.Failures() == nil) != c.want {
			t.Errorf("%s: %v, %v", name, r.Failures(), err)
		}
		if !c.want && !strings.Contains(r.Failures()[0], "1 B more than max = 40,110 less the headroom of 101 that a change must leave") {
			t.Errorf("%s: %q", name, r.Failures())
		}
	}
}

func TestRaises(t *testing.T) {
	s := &Spec{Test: "//p:k.size_test", Accept: "//p:k.size_test", Call: "k", BaseLabel: "//ci:base", Gate: "pr",
		Total: Limit{Attr: "max_compressed", Max: 10_000, Headroom: 100, Texts: map[string]string{"max_compressed": "10kB"}},
		Files: Limit{Attr: "max_files", Max: 1, Texts: map[string]string{"max_files": "1"}},
		Budgets: []Budget{{"//p:k.size_test", "k", []string{"include/net/**"}, Limit{Attr: `path_budgets["include/net/**"]`, Max: 1, Texts: map[string]string{`path_budgets["include/net/**"]`: "1MiB"}}},
			{"//n:b", "b", []string{"**/fs.h"}, Limit{Attr: "max", Max: 1}}},
		Other: &Limit{Attr: "other", Max: 99, Texts: map[string]string{"other": "99B"}}}
	r, err := s.Check(files(40_010), Past{}, 0)
	if err != nil {
		t.Fatal(err)
	}
	want := []Raise{
		{"//p:k.size_test", "k", "max_compressed", "", "10kB", "50kB"},
		{"//p:k.size_test", "k", "max_files", "", "1", "3"},
		{"//p:k.size_test", "k", "path_budgets", "include/net/**", "1MiB", "40KiB"},
		{"//n:b", "b", "max", "", "", "9000B"},
		{"//p:k.size_test", "k", "other", "", "99B", "100B"},
	}
	var got []Raise
	for _, l := range r.Lines {
		got = append(got, l.Raises...)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
	const command = "bazel run --@rules_kheaders//:size_gate=pr --@rules_kheaders//:size_base=//ci:base //p:k.size_test -- --raise --reason=WHY"
	for i, want := range []string{`of //p:k.size_test accept max_compressed = "50kB": ` + command, "accept max_files = 3: ", `accept path_budgets["include/net/**"] = "40KiB": `, `of //n:b accept max = "9000B": `, `accept other = "100B": `} {
		if !strings.Contains(r.Lines[i].Failure, want) {
			t.Errorf("%q, want %q", r.Lines[i].Failure, want)
		}
	}
	for text, want := range map[string]string{"1KiB": "2KiB", "1MiB": "2KiB", "1kB": "2kB", "1MB": "2kB", "1B": "1025B", "": "1025B"} {
		if got, _ := inUnit(text, 1025); got != want {
			t.Errorf("in the unit of %s: %s, want %s", text, got, want)
		}
	}
}

// What is raised is what the rules take: a change leaves at least what it may grow by.
func TestRaisedTogether(t *testing.T) {
	texts := map[string]string{"max": "40KiB", "creep": "1KiB", "headroom": "2KiB", "creep_release": "2KiB"}
	for name, c := range map[string]struct {
		gate  string
		limit Limit
		was   int
		want  string
	}{
		"creep":         {"main", Limit{Max: 60 << 10, Creep: 1 << 10, Headroom: 2 << 10}, 40_010 - 5<<10, `creep = "5KiB" and headroom = "5KiB"`},
		"of a change":   {"pr", Limit{Max: 40 << 10, Creep: 1 << 10, Headroom: 2 << 10}, 40_010 - 5<<10 + 1, `max = "45KiB" and creep = "5KiB" and headroom = "5KiB"`},
		"with room":     {"pr", Limit{Max: 60 << 10, Creep: 1 << 10, Headroom: 6 << 10}, 40_010 - 5<<10, `creep = "5KiB"`},
		"a share":       {"main", Limit{Max: 20 << 10, Creep: 1 << 10, CreepPercent: 1000, Headroom: 2 << 10}, 40_010, `max = "40KiB" and headroom = "4KiB"`},
		"no creep":      {"pr", Limit{Max: 40 << 10, Headroom: 2 << 10}, 1, `max = "42KiB"`},
		"creep_release": {"main", Limit{Max: 60 << 10, Creep: 1 << 10, CreepRelease: 2 << 10, Headroom: 2 << 10}, -(40_010 - 5<<10), `creep_release = "5KiB" and headroom = "5KiB"`},
	} {
		c.limit.Texts = texts
		s := gated(c.limit)
		s.Gate = c.gate
		was := files(max(c.was, -c.was))
		if c.was < 0 {
			was.Release = "7.1"
		}
		r, err := s.Check(files(40_010), Past{Report: was}, 0)
		if err != nil || len(r.Failures()) != 1 || !strings.Contains(r.Failures()[0], " accept "+c.want+": bazel run ") {
			t.Errorf("%s: %v, %v, want %s", name, r.Failures(), err, c.want)
		}
	}
}

// TestAssignedOnce has notes of rows go by what was assigned for the check: nothing is
// assigned for them again.
func TestAssignedOnce(t *testing.T) {
	s := gated(Limit{Creep: 8 << 10})
	head := files(40_010)
	now, err := s.assign(head, true)
	if err != nil {
		t.Fatal(err)
	}
	now.bits[0] = 8 * 10
	c := checker{spec: s, head: head, now: now, rows: past(t, s, head).Baseline.Section("//:t", "")}
	c.oddRows()
	if got := strings.Join(c.result.Notes, "\n"); !strings.Contains(got, "too high: 1; that of budget include/net/** has 43,008 B, and there are 10 B") {
		t.Errorf("%q", got)
	}
}
