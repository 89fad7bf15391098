package explain

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
)

// list is a Source in which paths that end in .h are in.
type list []string

func (l list) Paths() []string { return l }
func (l list) Known(p string) Answer {
	return Answer{Path: p, In: strings.HasSuffix(p, ".h"), Why: "its name", Size: 10, Stored: -1}
}
func (l list) Unknown(p string) Answer { return Answer{Path: p, Why: "not there", Stored: -1} }
func (l list) Arch() string            { return "x86" }

var paths = list{"Makefile", "include/a.c", "include/a.h", "include/linux/sched.h", "include/uapi/linux/sched.h", "odd[1]/a.h", "odd[1]/b.c", "scripts/[x].h"}

func TestQuery(t *testing.T) {
	for q, want := range map[string][]string{
		"Makefile":        {"Makefile"},
		"./Makefile":      {"Makefile"},
		"include//a.h":    {"include/a.h"},
		"include/linux":   {"include/linux/sched.h"},
		"include/linux/":  {"include/linux/sched.h"},
		"include/*.h":     {"include/a.h"},
		"**/sched.h":      {"include/linux/sched.h", "include/uapi/linux/sched.h"},
		"scripts/[x].h":   {"scripts/[x].h"}, // a path goes before a glob
		"odd[1]":          {"odd[1]/a.h", "odd[1]/b.c"},
		"include/{a,b}.c": {"include/a.c"},
		".":               paths,
		"include/b.c":     {"include/b.c"},
	} {
		answers, err := Query(paths, q)
		var got []string
		for _, a := range answers {
			got = append(got, a.Path)
		}
		if err != nil || !reflect.DeepEqual(got, []string(want)) {
			t.Errorf("%q: %q, %v, want %q", q, got, err, want)
		}
	}
	for q, want := range map[string]string{"": "empty", "/a": "not below", "..": "not below", "a/../../b": "not below", "[a": "glob"} {
		if _, err := Query(paths, q); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %q", q, err, want)
		}
	}
}

func TestNear(t *testing.T) {
	for q, want := range map[string][]string{
		"linux/sched.h":         {"include/linux/sched.h", "include/uapi/linux/sched.h"},
		"include/linux/shced.h": {"include/linux/sched.h", "include/uapi/linux/sched.h"},
		"include/linux/SCHED.h": {"include/linux/sched.h", "include/uapi/linux/sched.h"},
		"include/net/sched.h":   {"include/linux/sched.h", "include/uapi/linux/sched.h"},
		"makefil":               {"Makefile"},
		"a.h/b":                 nil,
		"elsewhere/entirely.h":  nil,
	} {
		if got := near(paths, q, "x86"); !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %q, want %q", q, got, want)
		}
	}
}

func TestNearArch(t *testing.T) {
	all := []string{"arch/alpha/include/asm/page.h", "arch/arm/include/asm/page.h", "arch/arm/include/asm/pages.h", "arch/x86/include/asm/page.h", "arch/x86/include/asm/pages.h", "include/asm-generic/page.h"}
	for _, c := range []struct {
		q, arch string
		want    []string
	}{
		{"asm/page.h", "x86", []string{"arch/x86/include/asm/page.h", "include/asm-generic/page.h", "arch/x86/include/asm/pages.h", "arch/alpha/include/asm/page.h", "arch/arm/include/asm/page.h"}},
		{"asm/page.h", "", []string{"arch/alpha/include/asm/page.h", "arch/arm/include/asm/page.h", "arch/x86/include/asm/page.h", "include/asm-generic/page.h", "arch/arm/include/asm/pages.h"}},
		{"arch/arm/include/asm/pagee.h", "x86", []string{"arch/arm/include/asm/page.h", "arch/arm/include/asm/pages.h", "arch/alpha/include/asm/page.h", "arch/x86/include/asm/page.h", "arch/x86/include/asm/pages.h"}},
	} {
		if got := near(all, c.q, c.arch); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%q for %q: %q, want %q", c.q, c.arch, got, c.want)
		}
	}
}

// TestNearOrder has the likeliest name first: fewer letters wrong, then the same
// directory, then the order of the paths; and none with too many letters wrong.
func TestNearOrder(t *testing.T) {
	for _, c := range []struct {
		q           string
		paths, want []string
	}{
		{"include/listmn.h", []string{"include/listab.h", "include/listmz.h"}, []string{"include/listmz.h", "include/listab.h"}},
		{"include/listmn.h", []string{"a/listmz.h", "include/listab.h"}, []string{"include/listab.h", "a/listmz.h"}},
		{"include/listmn.h", []string{"a/LISTMN.H", "b/listmn.h", "include/listmz.h", "x/include/listmn.h"}, []string{"x/include/listmn.h", "b/listmn.h", "a/LISTMN.H", "include/listmz.h"}},
		{"include/listmnop.h", []string{"include/listabcp.h", "include/listabop.h"}, []string{"include/listabop.h"}},
		{"ab.h", []string{"ac.h", "xc.h"}, []string{"ac.h"}}, // one letter in three
		{"a", []string{"b"}, nil},
	} {
		if got := near(c.paths, c.q, "x86"); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%q: %q, want %q", c.q, got, c.want)
		}
	}
}

// TestManifestOrder answers from a manifest in whatever order its rows are.
func TestManifestOrder(t *testing.T) {
	s, err := FromManifest(strings.NewReader("#kheaders manifest 2\n#path\tmode\tsize\tstored\trule\treason\torigin\tnote\n" +
		"c.h\t0644\t3\t2\tinclude\twhy\t//k!c.h\tnoted\nb/x.h\t0644\t1\t1\t\t\t\t\na.h\t0644\t1\t1\t\t\t\t\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := Answer{Path: "c.h", In: true, Why: "why", Rule: "include", Origin: "//k!c.h", Size: 3, Stored: 2, Note: "noted"}
	if got, err := Query(s, "c.h"); err != nil || !reflect.DeepEqual(got, []Answer{want}) {
		t.Errorf("%+v, %v", got, err)
	}
	for _, q := range []string{"a.h", "b", "b/x.h"} {
		if got, err := Query(s, q); err != nil || len(got) != 1 || !got[0].In {
			t.Errorf("%s: %+v, %v", q, got, err)
		}
	}
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"a", "", 1}, {"sched", "shced", 2}, {"kitten", "sitting", 3}, {"same", "same", 0}, {"a", "aaaaaaaaaaaa", 11},
		{"b", "aaaaaaaaa", 9}, {"aaaaaaaaa", "b", 9}, {"b", "aaaaaaaaaa", 9}, {"aaaaaaaaaa", "b", 9}} {
		if got := distance(c.a, c.b); got != c.want {
			t.Errorf("distance(%q, %q) = %d, want %d", c.a, c.b, got, c.want)
		}
	}
}

func TestPrintManyByRule(t *testing.T) {
	var answers []Answer
	for i := range 30 {
		answers = append(answers, list(nil).Known(strings.Repeat("x", i+1)+[]string{".c", ".h"}[i%2]))
	}
	answers = append(answers, Answer{Path: "alone", Rule: "exclude", Why: "exclude \"alone\"", Size: 7})
	var sum, all bytes.Buffer
	if err := Print(&sum, answers, false); err != nil {
		t.Fatal(err)
	}
	want := "31 files; --all shows each\n" +
		"  not in      15 files,         150 bytes: its name, such as x.c\n" +
		"  in          15 files,         150 bytes: its name, such as xx.h\n" +
		"  not in       1 file,            7 bytes: exclude \"alone\" (exclude), such as alone\n"
	if sum.String() != want {
		t.Errorf("got\n%swant\n%s", &sum, want)
	}
	if err := Print(&all, answers, true); err != nil || strings.Count(all.String(), "why") != 31 {
		t.Errorf("%v, --all gives\n%s", err, &all)
	}
}

// TestPrint writes only the lines that there is something to say on.
func TestPrint(t *testing.T) {
	for _, c := range []struct {
		a    Answer
		want string
	}{
		{Answer{Path: "a b", Why: "not there", Stored: -1}, "a b: not in\n  why     not there\n"},
		{Answer{Path: "x\n", In: true, Why: "its name", Rule: "include", Origin: "//k:src!x\n", Hides: "//k:y", Note: "noted", Size: 7, Stored: 0, Hints: []string{"one", "two"}},
			"\"x\\n\": in\n  why     its name\n  rule    include\n  from    \"//k:src!x\\n\"\n  size    7 bytes in the tree, 0 in the archive\n" +
				"  hides   //k:y\n  note    noted\n  hint    one\n  hint    two\n"},
		{Answer{Path: "x", Why: "y", Origin: "//k:x", Size: 0, Stored: -1}, "x: not in\n  why     y\n  from    //k:x\n  size    0 bytes\n"},
	} {
		var b bytes.Buffer
		if err := Print(&b, []Answer{c.a}, false); err != nil || b.String() != c.want {
			t.Errorf("%v, got\n%swant\n%s", err, &b, c.want)
		}
	}
	// As many as are shown, and one more.
	for n, want := range map[int]int{maxShown: maxShown, maxShown + 1: 0} {
		var b bytes.Buffer
		if err := Print(&b, make([]Answer, n), false); err != nil || strings.Count(b.String(), "why") != n && want == n || want == 0 && !strings.HasPrefix(b.String(), "21 files; --all shows each\n") {
			t.Errorf("%d answers: %v\n%s", n, err, &b)
		}
	}
}

// TestNothingNear offers names only where there are some.
func TestNothingNear(t *testing.T) {
	for q, want := range map[string][]string{
		"elsewhere/entirely.h": nil,
		"makefil":              {"names like it: Makefile"},
		"nothing/*.here":       nil,
	} {
		answers, err := Query(paths, q)
		if err != nil || len(answers) != 1 || !reflect.DeepEqual(answers[0].Hints, want) {
			t.Errorf("%q: %+v, %v, want hints %q", q, answers, err, want)
		}
	}
}

// TestPrintRoots adds up what is reached, not by what it is reached from.
func TestPrintRoots(t *testing.T) {
	var answers []Answer
	for i := range 30 {
		answers = append(answers, Answer{Path: strings.Repeat("x", i+1), In: i%3 > 0, Rule: "roots", Why: strings.Repeat("closure: reached from y", i%3*i), Size: 10})
	}
	for i := range 5 {
		answers = append(answers, Answer{Path: strings.Repeat("z", i+1), In: true, Rule: "drivers:1", Why: "tracing: sound, reached from " + strings.Repeat("y", i), Size: 1})
	}
	var sum bytes.Buffer
	if err := Print(&sum, answers, false); err != nil {
		t.Fatal(err)
	}
	want := "35 files; --all shows each\n" +
		"  not in      10 files,         100 bytes:  (roots), such as x\n" +
		"  in          20 files,         200 bytes: reached from the roots (roots), such as xx\n" +
		"  in           5 files,           5 bytes: tracing: sound, which another header includes (drivers:1), such as z\n"
	if sum.String() != want {
		t.Errorf("got\n%swant\n%s", &sum, want)
	}
}
