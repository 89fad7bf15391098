package diff

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// tarOf makes a tar of files: of a path that ends in * the file is a program, of one
// that ends in @ it is a link.
func tarOf(t *testing.T, files map[string]string) *bytes.Buffer {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		text := files[name]
		h := tar.Header{Name: strings.TrimRight(name, "*@"), Mode: 0o644, Size: int64(len(text)), Typeflag: tar.TypeReg}
		switch {
		case strings.HasSuffix(name, "*"):
			h.Mode = 0o755
		case strings.HasSuffix(name, "@"):
			h.Typeflag, h.Linkname, h.Size, text = tar.TypeSymlink, text, 0, ""
		case strings.HasSuffix(name, "/"):
			h.Typeflag = tar.TypeDir
		}
		if err := w.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		w.Write([]byte(text))
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return &b
}

// compareFiles compares two archives.
func compareFiles(t *testing.T, was, is map[string]string) *Report {
	t.Helper()
	base, err := ReadTar(tarOf(t, was), About{Name: "base"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	head, err := ReadTar(tarOf(t, is), About{Name: "head"}, base)
	if err != nil {
		t.Fatal(err)
	}
	r, err := Compare(base, head)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// list writes what differs.
func list(r *Report) string {
	var out []string
	for i := range r.Files {
		f := &r.Files[i]
		s := string(f.Status) + " " + f.Path
		if f.From != "" {
			s += " from " + f.From
		}
		if f.Program {
			s += " mode"
		}
		if f.Layout {
			s += " layout"
		}
		if !f.Read {
			s += " unread"
		}
		if f.Count > 0 {
			s += fmt.Sprint(" ", f.Count)
		}
		for j := range f.Changes {
			c := &f.Changes[j]
			s += fmt.Sprintf("; %s %s %s", c.Status, c.Class, c.Name)
			if what := c.What(); what != "" {
				s += " (" + what + ")"
			}
		}
		out = append(out, s)
	}
	return strings.Join(out, "\n")
}

func TestFiles(t *testing.T) {
	long := strings.Repeat("x", 100)
	was := map[string]string{
		"include/": "", "Makefile": "a", "same.h": "int f(void);", "gone.h": "int a(void);\nint b(void);", "grown": "a", "shrunk": "aa", "size": "aa", "mode.sh": "#!/bin/sh", "./dot.h": "int d(void);",
		"old/moved.h": "int m(void);", "old/binary": long, "old/layout.h": "int l(void);", "old/edited.h": "int x(void);\nint y(void);\nint z(void);", "old/other.h": "int q(void);", "link@": "a", "empty": "",
	}
	is := map[string]string{
		"Makefile": "a", "same.h": "int f(void);", "new.h": "int n(void);", "grown": "aa", "shrunk": "a", "size": "bb", "mode.sh*": "#!/bin/sh", "dot.h": "int d(void);",
		"new/moved2.h": "int m(void);", "new/binary": long, "new/layout2.h": "int  l(void);", "new/edited.h": "int x(void);\nint y(void);\nint w(void);", "new/other.h": "int r(void);", "link@": "b", "empty2": "", "other/": "",
	}
	want := strings.Join([]string{
		"removed empty unread", "added empty2 unread", "removed gone.h unread 2", "grown grown unread", "changed link unread", "changed mode.sh mode", "added new.h unread 1",
		"moved new/binary from old/binary", "moved new/edited.h from old/edited.h; added function w; removed function z", "moved new/layout2.h from old/layout.h layout", "moved new/moved2.h from old/moved.h",
		"added new/other.h unread 1", "removed old/other.h unread 1", "shrunk shrunk unread", "changed size unread",
	}, "\n")
	r := compareFiles(t, was, is)
	if got := list(r); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if r.Same != 3 || r.Base.Files != 15 || r.Head.Files != 15 {
		t.Errorf("%d are the same of %d and %d, want 3 of 15 and 15", r.Same, r.Base.Files, r.Head.Files)
	}
	s := r.Sum()
	if s.Files[Moved] != 4 || s.Growth[Grown] != 1 || s.Growth[Removed] != -37 || s.Programs != 1 || s.Layout != 1 || s.Decls[Function] != (Counts{1, 1, 0}) {
		t.Errorf("the sum is %+v", s)
	}
	want = strings.Join([]string{
		"removed gone.h unread 2", "added new.h unread 1", "moved new/edited.h from old/edited.h; added function w; removed function z", "moved new/layout2.h from old/layout.h layout", "moved new/moved2.h from old/moved.h",
		"added new/other.h unread 1", "removed old/other.h unread 1",
	}, "\n")
	if got := list(r.ForCallers()); got != want {
		t.Errorf("for callers got\n%s\nwant\n%s", got, want)
	}
	if r := compareFiles(t, is, is); r.Differs() || r.Same != 15 {
		t.Errorf("an archive differs from itself:\n%s", list(r))
	}
}

func TestChanges(t *testing.T) {
	const struct3 = "struct s { int a; int b; int c; };"
	for _, c := range []struct{ was, is, want, api string }{
		{"#define A 1\n#define B\n", "#define A 2\n#define C\n", "changed macro A (definition); removed macro B; added macro C", "*"},
		{"#define A 1\n", "#undef A\n", "changed macro A (definition)", "*"},
		{"int f(int a);\nint g(void);", "int f(long a);\nint h(void);", "changed function f (declaration); removed function g; added function h", "*"},
		{"extern int f(int a);", "int f(int a);", "changed function f (storage class)", ""},
		{"int f(int a);", "static inline int f(int a) { return a; }", "changed function f (now inline)", ""},
		{"static inline int f(int a) { return a; }", "int f(int a);", "changed function f (no longer inline)", ""},
		{"extern int f(int a);", "static __always_inline int f(int a) { return a; }", "changed function f (now inline)", ""},
		{"int f(int a);", "static inline int f(long a) { return a; }", "changed function f (declaration, now inline)", "*"},
		{"static inline int f(int a) { return a; }", "int f(long a);", "changed function f (declaration, no longer inline)", "*"},
		{"int f(int a);", "#ifdef A\nstatic inline int f(int a) { return a; }\n#endif", "changed function f (conditions, now inline)", "*"},
		{"static inline int f(int a) { return a; }", "static inline int f(int a) { return -a; }", "changed function f (body)", ""},
		{"static inline int f(int a) { return a; }", "extern inline int f(int a) { return a; }", "changed function f (storage class)", ""},
		{"static inline int f(int a) { return a; }", "static __always_inline int f(int a) { return a; }", "changed function f (storage class)", ""},
		{"static inline int f(int a) { return a; }", "extern inline int f(int a) { return -a; }", "changed function f (storage class, body)", ""},
		{"inline int f(int a) { return 1; }\nstatic inline int f(int a) { return 2; }", "inline int f(int a) { return 2; }\nstatic inline int f(int a) { return 1; }", "changed function f (body)", ""},
		{"static inline int f(int a) { return a; }", "static inline int f(long a) { return a; }", "changed function f (declaration)", "*"},
		{struct3, "struct s { int a; long b; int c; int d; };", "changed struct s (members +2 -1)", "*"},
		{struct3, "struct s { int b; int a; int c; };", "changed struct s (order or attributes)", "*"},
		{struct3, "struct s { int a; int b; int c; } __packed;", "changed struct s (order or attributes)", "*"},
		{struct3, "union s { int a; int b; int c; };", "changed struct s (order or attributes)", "*"},
		{struct3, "struct t { int a; };", "removed struct s; added struct t", "*"},
		{struct3, "struct s;", "removed struct s; added forward struct s", "removed struct s"},
		{"enum e { A, B };", "enum e { A, C, D };", "changed enum e (enumerators +2 -1)", "*"},
		{"enum { A, B };", "enum { A, B, C };", "changed enum A (enumerators +1 -0)", "*"},
		{"enum e { A, B };", "enum e { B, A };", "changed enum e (order or attributes)", "*"},
		{"typedef int t;", "typedef long t;\ntypedef int u;", "changed typedef t (declaration); added typedef u", "*"},
		{"extern int v;", "extern long v;", "changed variable v (declaration)", "*"},
		{"extern int a, b;", "extern int b;", "removed variable a", "*"},
		{"extern int a, b;", "extern int b, a;", "", ""},
		{"extern int a, b;", "extern int a;\nextern int b;", "", ""},
		{"extern int a, b;", "int a, b;", "changed variable a (declaration); changed variable b (declaration)", "*"},
		{"extern int a, b;", "extern long a, b;", "changed variable a (declaration); changed variable b (declaration)", "*"},
		{"extern const struct s a, *b, c[2];", "extern const struct s a, **b, c[2], d;", "changed variable b (declaration); added variable d", "*"},
		{"extern int *a, b;", "extern int a, b;", "changed variable a (declaration)", "*"},
		{"extern u32 a, b;", "extern u64 a;\nextern u32 b;", "changed variable a (declaration)", "*"},
		{"extern int (*a)(int), b;", "extern int (*a)(long), b;", "changed variable a (declaration)", "*"},
		{"extern int b, (*a)(int);", "extern int b, (*a)(long);", "changed variable a (declaration)", "*"},
		{"int f(int), g(void);", "int f(long), g(void);", "changed function f (declaration)", "*"},
		{"int f(int), g(void);", "int g(void);\nextern int f(int);", "changed function f (storage class)", ""},
		{"typedef int a_t, *b_t;", "typedef int a_t, **b_t;", "changed typedef b_t (declaration)", "*"},
		{"typedef struct { int x; } a_t, *b_t;", "typedef struct { int x; } a_t;\ntypedef a_t *b_t;", "changed typedef b_t (declaration)", "*"},
		{"static const int a = 1, b = 2;", "static const int a = 1, b = 3;", "changed variable b (declaration)", "*"},
		{"#include <a.h>\n#include <b.h>\n", "#include <b.h>\n#include \"c.h\"\n", "added include \"c.h\"; removed include <a.h>", "*"},
		{"int f(void);", "#ifdef CONFIG_A\nint f(void);\n#endif", "changed function f (conditions)", "*"},
		{"#ifdef A\n#define M\n#endif\n", "#ifdef B\n#define M\n#endif\n", "changed macro M (conditions)", "*"},
		{"#ifdef A\nint f(void);\n#else\nstatic inline int f(void) { return 0; }\n#endif", "#ifdef A\nint f(void);\n#else\nstatic inline int f(void) { return 1; }\n#endif", "changed function f (body)", ""},
		{"#ifdef A\nint f(void);\n#else\nint f(int);\n#endif", "#ifdef A\nint f(int);\n#else\nint f(void);\n#endif", "changed function f (conditions)", "*"},
		{"#ifndef G\n#define G\nint f(void);\n#endif", "#ifndef H\n#define H\nint f(void);\n#endif", "removed guard G; added guard H", ""},
		{"DECLARE_PER_CPU(int, a);", "DECLARE_PER_CPU(int, b);", "removed other DECLARE_PER_CPU(int,a); added other DECLARE_PER_CPU(int,b)", "*"},
		{"int f(void);\nint g(void);", "int g(void);\nint f(void);", "", ""},
		{"#if 0\nint g(void);\n#endif", "#if 0\nint h(void);\n#endif", "", ""},
	} {
		r := compareFiles(t, map[string]string{"a.h": c.was}, map[string]string{"a.h": c.is})
		if len(r.Files) != 1 || !r.Files[0].Read || r.Files[0].Layout {
			t.Errorf("%q, %q: %s", c.was, c.is, list(r))
			continue
		}
		only := func(r *Report) string {
			_, got, _ := strings.Cut(list(r), "; ")
			return got
		}
		if got := only(r); got != c.want {
			t.Errorf("%q, %q:\ngot  %s\nwant %s", c.was, c.is, got, c.want)
		}
		want := c.api
		if want == "*" {
			want = c.want
		}
		if got := only(r.ForCallers()); got != want || r.ForCallers().Differs() != (want != "") {
			t.Errorf("%q, %q: for callers\ngot  %s\nwant %s", c.was, c.is, got, want)
		}
	}
	for _, is := range []string{"int f(void); /* c */", "int f(\n\tvoid);", "\n// c\nint f(void);\n"} {
		r := compareFiles(t, map[string]string{"a.h": "int f(void);"}, map[string]string{"a.h": is})
		if !r.Files[0].Layout || r.ForCallers().Differs() {
			t.Errorf("%q: %s", is, list(r))
		}
	}
}

// TestTwice has a path twice in an archive: the last one counts.
func TestTwice(t *testing.T) {
	twice := func(first, second string) *bytes.Buffer {
		var b bytes.Buffer
		w := tar.NewWriter(&b)
		for _, text := range []string{first, second} {
			w.WriteHeader(&tar.Header{Name: "a.h", Mode: 0o644, Size: int64(len(text))})
			w.Write([]byte(text))
		}
		w.Close()
		return &b
	}
	base, err := ReadTar(twice("int a;", "int f(void);"), About{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	head, err := ReadTar(twice("int f(long);", "int f(void);"), About{}, base)
	if err != nil {
		t.Fatal(err)
	}
	if r, err := Compare(base, head); err != nil || r.Differs() {
		t.Errorf("%v, %s", err, list(r))
	}
}

func TestBadTar(t *testing.T) {
	whole := tarOf(t, map[string]string{"a.h": strings.Repeat("int f(void);\n", 100)}).Bytes()
	for n := 1; n < len(whole)-512; n += 100 {
		if _, err := ReadTar(bytes.NewReader(whole[:n]), About{}, nil); err == nil {
			t.Errorf("%d bytes of %d are a whole tar", n, len(whole))
		}
	}
}

// TestManyMoves has a large file that is gone, and many small ones of its name: each
// must not be compared with all of it.
func TestManyMoves(t *testing.T) {
	was, is := map[string]string{"a/x.h": strings.Repeat("#define A 1\n", 200_000)}, map[string]string{}
	for i := range 5000 {
		is[fmt.Sprintf("d%d/x.h", i)] = fmt.Sprintf("int f%d(void);", i)
	}
	if r := compareFiles(t, was, is); len(r.Files) != 5001 || r.Sum().Files[Moved] != 0 {
		t.Errorf("%d files, %d moved", len(r.Files), r.Sum().Files[Moved])
	}
}

// TestSameMoves has many files of one content that are moved, and some of one name.
func TestSameMoves(t *testing.T) {
	was, is := map[string]string{}, map[string]string{}
	for i := range 20_000 {
		was[fmt.Sprintf("a/%05d", i)], is[fmt.Sprintf("b/%05d", i)] = "same", "same"
	}
	for i := range 3 {
		was[fmt.Sprintf("c/%d/x.h", i)] = fmt.Sprintf("int f%d(void);\nint g%d(void);", i, i)
		is[fmt.Sprintf("d/%d/x.h", 2-i)] = fmt.Sprintf("int f%d(void);\nlong g%d(void);", i, i)
	}
	r := compareFiles(t, was, is)
	if got := r.Sum().Files[Moved]; got != 20_003 || int64(len(r.Files)) != got {
		t.Errorf("%d files are moved of %d", got, len(r.Files))
	}
	for _, f := range r.Files[len(r.Files)-3:] {
		if len(f.Changes) != 1 {
			t.Errorf("%s is said to have been %s: %+v", f.Path, f.From, f.Changes)
		}
	}
}

// TestLarge has more declarations than are kept: that the file has changed is still
// told.
func TestLarge(t *testing.T) {
	big := strings.Repeat("#define A 1\n", maxDecls+1)
	r := compareFiles(t, map[string]string{"a.h": big, "b.h": "int a;"}, map[string]string{"a.h": big + "int f(void);", "b.h": "int b;"})
	if got := list(r); got != "grown a.h unread\nchanged b.h unread" {
		t.Errorf("got %s", got)
	}
}

// What comes from a side is written as paths are: it reads the same back, whatever
// bytes it has.
func TestJSONOfSides(t *testing.T) {
	const odd = "\xff\x1b\"\n\u202e"
	side := About{Name: odd, Release: odd + "r", Arch: odd + "a", Profile: odd + "p", Format: "tgz"}
	r := &Report{Base: side, Head: About{Name: "//:k", Release: "6.1.0-50-amd64"}}
	var b bytes.Buffer
	if err := r.Write(&b); err != nil {
		t.Fatal(err)
	}
	var j struct{ Base, Head About }
	if err := json.Unmarshal(b.Bytes(), &j); err != nil {
		t.Fatal(err)
	}
	for _, f := range []struct{ got, want string }{{j.Base.Name, side.Name}, {j.Base.Release, side.Release}, {j.Base.Arch, side.Arch}, {j.Base.Profile, side.Profile}} {
		if got, err := strconv.Unquote(f.got); err != nil || got != f.want {
			t.Errorf("%q for %q, %v", f.got, f.want, err)
		}
	}
	if j.Head != r.Head || r.Base != side {
		t.Errorf("%+v of %+v", j.Head, r.Head)
	}
}

func TestJSON(t *testing.T) {
	const name = "a\t\x1b[31m\n\xff<b>\u202e.h"
	r := compareFiles(t, map[string]string{name: "struct s { int a; };"}, map[string]string{name: "struct s { int b; int c; };"})
	var b bytes.Buffer
	if err := r.Write(&b); err != nil {
		t.Fatal(err)
	}
	for _, c := range b.String() {
		if c != '\n' && (c < ' ' || c > '~') {
			t.Fatalf("the JSON has %q as it is:\n%s", c, b.String())
		}
	}
	var j struct {
		Schema  int
		Kind    string
		Head    struct{ Name string }
		Files   map[string]int
		Differs []struct {
			Path, Status string
			Changes      []struct {
				Class, Name, Status, What string
				Plus, Minus               int
			}
		}
	}
	if err := json.Unmarshal(b.Bytes(), &j); err != nil {
		t.Fatal(err)
	}
	if j.Schema != 1 || j.Kind != "kheaders-diff" || j.Head.Name != "head" || j.Files["grown"] != 1 || len(j.Differs) != 1 {
		t.Fatalf("%+v", j)
	}
	if f := j.Differs[0]; f.Path != `"a\t\x1b[31m\n\xff<b>\u202e.h"` || f.Status != "grown" || len(f.Changes) != 1 || f.Changes[0].Plus != 2 || f.Changes[0].What != "members +2 -1" {
		t.Errorf("%+v", f)
	}
}

func TestManifests(t *testing.T) {
	const head = "#kheaders manifest 2\n#path\tmode\tsize\tstored\trule\treason\torigin\tnote\n"
	row := func(path, mode, size, stored string) string {
		return path + "\t" + mode + "\t" + size + "\t" + stored + "\tr\tw\to\t\n"
	}
	read := func(text string) (*Tree, error) {
		return ReadManifest(strings.NewReader(text), About{Name: "m"})
	}
	must := func(text string) *Tree {
		tree, err := read(text)
		if err != nil {
			t.Fatal(err)
		}
		return tree
	}
	was := must(head + row("a.h", "0644", "9", "5") + row("b.h", "0644", "9", "5") + row("c.h", "0644", "9", "5"))
	is := must(head + row("a.h", "0644", "9", "5") + row("b.h", "0644", "9", "6") + row("c.h", "0755", "9", "5") + row("d.h", "0644", "9", "5"))
	r, err := Compare(was, is)
	if err != nil {
		t.Fatal(err)
	}
	if got := list(r); got != "grown b.h unread\nchanged c.h mode unread\nadded d.h unread" || r.Contents {
		t.Errorf("got %s, by contents %t", got, r.Contents)
	}
	archive, err := ReadTar(tarOf(t, map[string]string{"a.h": "12345", "b.h": "123456", "c.h": "12345"}), About{Name: "a"}, was)
	if err != nil {
		t.Fatal(err)
	}
	if r, err = Compare(was, archive); err != nil || list(r) != "grown b.h unread" || r.Contents {
		t.Errorf("%v, %s", err, list(r))
	}
	set := must(head + row("a.h", "0644", "9", "-"))
	if _, err := Compare(set, archive); err == nil || !strings.Contains(err.Error(), `"m" is the manifest of a set`) {
		t.Errorf("a set and an archive: %v", err)
	}
	if _, err := Compare(is, set); err == nil {
		t.Error("a set and an archive's manifest can be compared")
	}
	if r, err := Compare(set, set); err != nil || r.Differs() {
		t.Errorf("two sets: %v", err)
	}
	for text, want := range map[string]string{
		head + row("a.h", "0644", "9", "5") + row("a.h", "0644", "9", "5"): `the manifest names "a.h" twice`,
		head + row("a.h", "0644", "9", "5") + row("b.h", "0644", "9", "-"): "stored sizes of 1 files of 2",
		head + row("a.h", "0644", "-9", "-"):                               `has "a.h" with -9 bytes`,
		head + "a.h\t0644\n":                                               "line 3",
	} {
		if _, err := read(text); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: error %v, want %q", text, err, want)
		}
	}
}
