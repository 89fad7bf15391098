package baseline

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

const kib = 1 << 10

func section(test string, rows ...Row) *Section {
	return &Section{Test: test, Arch: "x86", Head: Head{"//:k.archive", "tgz", "pgzip v1, level 9", "exact", "headers", "none", "6.1.176"}, Rows: rows}
}

const want = `# What parts of archives take, rounded up. A test writes its own rows: bazel run TEST -- --update
layout 1

//:k.size_test
  archive //:k.archive
  arch x86
  codec pgzip v1, level 9
  format tgz
  method exact
  release 6.1.176
  profile headers
  strip none

  budget "a b/**" include/net/**
    3 KiB

  directory arch/x86
    304 KiB

  directory include/net
    1056 KiB

`

func sample() *File {
	f := &File{}
	f.Update(section("//:k.size_test", Row{"directory include/net", 1024 * kib}, Row{`budget "a b/**" include/net/**`, 1}, Row{"directory arch/x86", 292*kib + 1}))
	return f
}

func TestWriteAndRead(t *testing.T) {
	f := sample()
	if got := string(f.Write()); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	got, err := Read(f.Write())
	if err != nil || !reflect.DeepEqual(got.Section("//:k.size_test", "x86"), f.Section("//:k.size_test", "x86")) || string(got.Write()) != want {
		t.Errorf("%v\n%s", err, got.Write())
	}
	if n, ok := got.Section("//:k.size_test", "x86").Row("directory arch/x86"); n != 304*kib || !ok {
		t.Error(n, ok)
	}
	if got.Section("//:k.size_test", "arm64") != nil || got.Section("//:j.size_test", "x86") != nil {
		t.Error("a section of another")
	}
	// Values of any bytes, and none.
	odd := section("//:k")
	odd.Head = Head{Archive: "a\nb", Codec: `"`, Format: "unknown", Release: "\xff"}
	g := &File{}
	g.Update(odd)
	if got, err = Read(g.Write()); err != nil || got.Section("//:k", "x86").Differs(&odd.Head) != nil || got.Section("//:k", "x86").Release != "\xff" {
		t.Errorf("%v\n%s", err, g.Write())
	}
}

func TestRound(t *testing.T) {
	for is, want := range map[int64]int64{0: 2, 1: 3, 1024: 3, 1025: 4, 64*kib - 1: 66, 64 * kib: 72, 64*kib + 1: 76, 512 * kib: 544, 512*kib + 1: 560} {
		if got := Round(is); got != want*kib {
			t.Errorf("%d is written as %d, want %d KiB", is, got, want)
		}
	}
}

// What a row is kept for: neither exceeded nor too high.
func TestKept(t *testing.T) {
	for is, want := range map[int64]int64{100 * kib: 108, 108 * kib: 108, 108*kib + 1: 120, 92 * kib: 108, 92*kib - 1: 108, 88 * kib: 96} {
		f := &File{}
		f.Update(section("//:k", Row{"directory a", 100 * kib}))
		f.Update(section("//:k", Row{"directory a", is}))
		if got, _ := f.Section("//:k", "x86").Row("directory a"); got != want*kib {
			t.Errorf("%d bytes: %d KiB, want %d", is, got/kib, want)
		}
	}
	// Rows of another archive are not kept.
	f := &File{}
	f.Update(section("//:k", Row{"directory a", 100 * kib}))
	other := section("//:k", Row{"directory a", 104 * kib})
	other.Codec = "pgzip v2"
	f.Update(other)
	if got, _ := f.Section("//:k", "x86").Row("directory a"); got != 112*kib {
		t.Errorf("%d KiB", got/kib)
	}
}

// A test changes its own rows alone, whatever else is in the file.
func TestShared(t *testing.T) {
	theirs := strings.ReplaceAll(want[strings.Index(want, "//:k"):], "//:k", "//:z")
	text := "# of us\nlayout 1\n# and you\n" + strings.ReplaceAll(theirs, "//:z", "//:a") + strings.TrimSuffix(theirs, "\n\n")
	f, err := Read([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	f.Update(section("//:k.size_test", Row{"directory x", 1}))
	got := string(f.Write())
	i := strings.Index(got, "//:k.size_test\n")
	j := strings.Index(got, "//:z.size_test\n")
	if i < 0 || j < i || got[:i]+got[j:] != text+"\n" {
		t.Errorf("\n%s", got)
	}
	// The same test for another architecture is another section.
	arm := section("//:k.size_test", Row{"directory x", 1})
	arm.Arch = "arm64"
	f.Update(arm)
	if f.Section("//:k.size_test", "x86") == nil || f.Section("//:k.size_test", "arm64") == nil {
		t.Error("one took the other's place")
	}
	if _, err := Read(f.Write()); err != nil {
		t.Error(err)
	}
	// Comments are people's: those above a section are its own, and those in it are
	// on their row.
	f, err = Read([]byte("layout 1\n\n# of k\n\n# more\n" + strings.NewReplacer(
		"  codec", "# of its head\n  codec", "  budget", "# of a budget\n\n# and why\n  budget", "    304", "# of a size\n    304", "  directory include", "# of what goes\n  directory include",
	).Replace(want[strings.Index(want, "//:k"):]) + "# of z\n" + theirs + "# the end\n"))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		f.Update(section("//:k.size_test", Row{"directory x", 1}, Row{`budget "a b/**" include/net/**`, 1}, Row{"directory arch/x86", 292*kib + 1}))
		f.Update(section("//:b", Row{"directory x", 1}))
		f.Update(section("//:zz", Row{"directory x", 1}))
		got := string(f.Write())
		for _, want := range []string{
			"layout 1\n\n//:b\n", "\n\n# of k\n\n# more\n//:k.size_test\n# of its head\n# of what goes\n  archive", "\n\n# of a budget\n# and why\n  budget", "\n\n# of a size\n  directory arch/x86\n    304 KiB\n\n  directory x\n",
			"\n\n# of z\n" + theirs + "//:zz\n", "3 KiB\n\n# the end\n",
		} {
			if strings.Count(got, want) != 1 {
				t.Errorf("no %q in\n%s", want, got)
			}
		}
		if strings.Count(got, "#") != 9 {
			t.Errorf("%d comments in\n%s", strings.Count(got, "#"), got)
		}
		if f, err = Read(f.Write()); err != nil {
			t.Fatal(err)
		}
	}
	// Ends of lines stay as they are.
	f, err = Read([]byte(strings.ReplaceAll(want, "\n", "\r\n")))
	if err != nil {
		t.Fatal(err)
	}
	f.Update(section("//:k.size_test", Row{"directory x", 1}))
	if got := string(f.Write()); strings.Count(got, "\n") != strings.Count(got, "\r\n") || strings.Contains(got, "\r\r") {
		t.Errorf("%q", got)
	}
}

func TestReadErrors(t *testing.T) {
	for _, c := range []struct{ old, with, want string }{
		{want, "kheaders\n", `line 1: "kheaders" is not "layout 1": no baseline`},
		{"layout 1", "layout 2", "line 2: another layout: it is of layout 2, and this program has 1"},
		{"layout 1", "layout x", "no baseline of sizes"},
		{"layout 1", "layout 1\n  a", `"  a" is of no test`},
		{"//:k.size_test", "k", `line 4: "k" is no label of a test`},
		{"  arch x86", "  arc x86", `line 6: "arc" is nothing that the head`},
		{"  arch x86", "\tarch x86", `is no label of a test`},
		{"  arch x86", " arch x86", `is no line of a baseline`},
		{"  arch x86", `  arch "x`, `line 6: "\"x" cannot be read`},
		{"304 KiB", "304KiB", `line 18: "304KiB" is no size in whole KiB`},
		{"304 KiB", "-4 KiB", "is no size"},
		{"304 KiB", "99999999999999999999 KiB", "is no size"},
		{"304 KiB", "0x4 KiB", "is no size"},
		{"    304 KiB\n", "", `"directory arch/x86" has no size`},
		{"    304 KiB\n\n", "", `"directory arch/x86" has no size`},
		{"  directory arch/x86\n", "", "is no size in whole KiB below the name"},
		{"directory arch/x86", "directory include/net", `two rows of "directory include/net"`},
		{"    304 KiB", "<<<<<<< a\n    304 KiB\n=======\n    306 KiB\n>>>>>>> b", "of a merge that is not finished: take either side"},
		{want, want + want[strings.Index(want, "//:k"):], "//:k.size_test is there twice for x86"},
	} {
		_, err := Read([]byte(strings.Replace(want, c.old, c.with, 1)))
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q for %q: %v, want %q", c.with, c.old, err, c.want)
		}
		if errors.Is(err, ErrLayout) != (c.with == "layout 2") || errors.Is(err, ErrMerge) != strings.Contains(c.with, "<<<") {
			t.Errorf("%q: %v", c.with, err)
		}
	}
	for _, empty := range []string{"", "\n", "# mine\n"} {
		f, err := Read([]byte(empty))
		if err != nil {
			t.Fatal(err)
		}
		f.Update(section("//:k"))
		if _, err := Read(f.Write()); err != nil || !strings.Contains(string(f.Write()), "layout 1\n") || !strings.HasPrefix(string(f.Write()), strings.TrimSpace(empty)) {
			t.Errorf("%v\n%s", err, f.Write())
		}
	}
}

// Whatever Read takes, Write gives back, and Update makes something that Read takes.
func FuzzRead(f *testing.F) {
	f.Add(want)
	f.Add(strings.ReplaceAll(want, "\n", "\r\n"))
	f.Add("layout 1\n//:a\n  arch x\n  x\n    1 KiB")
	f.Add("# a\nlayout 1\n\n# b\n//:k\n# c\n  arch x86\n\n# d\n  x\n    1 KiB\n# e\n//:l\n# f\n")
	f.Fuzz(func(t *testing.T, text string) {
		file, err := Read([]byte(text))
		if err != nil || strings.TrimSpace(text) == "" {
			return
		}
		if got := string(file.Write()); !strings.Contains(text, "\r") && strings.Contains("\n"+text, "\nlayout") && got != text && got != text+"\n" {
			t.Fatalf("%q\n%q", text, got)
		}
		file.Update(section("//:k", Row{"directory x", 1}))
		if again, err := Read(file.Write()); err != nil || again.Section("//:k", "x86") == nil || strings.Count(string(file.Write()), "\n#") < strings.Count(text, "\n#") {
			t.Fatalf("%v\n%q", err, file.Write())
		}
	})
}

// TestMerge has git merge what two changes make of a file: rows next to each other,
// and rows that come and go beside rows that change.
func TestMerge(t *testing.T) {
	git, err := exec.LookPath("git")
	if err != nil {
		t.Fatalf("%v: install git, which merges what changes do", err)
	}
	rows := func() map[string]int64 {
		m := map[string]int64{}
		for _, n := range []string{"a", "b", "c", "d", "e"} {
			m["directory "+n] = 100 * kib
		}
		return m
	}
	text := func(change func(m map[string]int64)) string {
		f := &File{}
		for _, test := range []string{"//:j", "//:k"} {
			m := rows()
			if test == "//:k" {
				change(m)
			}
			s := section(test)
			for n, v := range m {
				s.Rows = append(s.Rows, Row{n, v})
			}
			f.Update(s)
		}
		return string(f.Write())
	}
	merge := func(ours, theirs string) (string, error) {
		dir := t.TempDir()
		run := func(args ...string) error {
			cmd := exec.Command(git, append([]string{"-C", dir, "-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"}, args...)...)
			// A git that runs the tests, from a hook or a rebase, names its own repository.
			env := slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "GIT_") })
			cmd.Env = append(env, "GIT_CEILING_DIRECTORIES="+filepath.Dir(dir), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null", "HOME="+dir)
			out, err := cmd.CombinedOutput()
			if err != nil {
				err = fmt.Errorf("git %s: %w\n%s", args[0], err, out)
			}
			return err
		}
		commit := func(text string) {
			if err := os.WriteFile(filepath.Join(dir, "x.sizes.txt"), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
			if err := run("add", "x.sizes.txt"); err != nil {
				t.Fatal(err)
			}
			if err := run("commit", "-q", "-m", "x"); err != nil {
				t.Fatal(err)
			}
		}
		for _, args := range [][]string{{"init", "-q", "-b", "main"}} {
			if err := run(args...); err != nil {
				t.Fatal(err)
			}
		}
		commit(text(func(map[string]int64) {}))
		for branch, text := range map[string]string{"ours": ours, "theirs": theirs} {
			if err := run("checkout", "-q", "-b", branch, "main"); err != nil {
				t.Fatal(err)
			}
			commit(text)
		}
		if err := run("checkout", "-q", "ours"); err != nil {
			t.Fatal(err)
		}
		err := run("merge", "-q", "-m", "x", "theirs")
		got, _ := os.ReadFile(filepath.Join(dir, "x.sizes.txt"))
		return string(got), err
	}
	set := func(name string, n int64) func(m map[string]int64) {
		return func(m map[string]int64) {
			if m["directory "+name] = n * kib; n == 0 {
				delete(m, "directory "+name)
			}
		}
	}
	for name, c := range map[string][2]func(m map[string]int64){
		"neighbours":                   {set("b", 200), set("c", 300)},
		"the last and the first":       {set("a", 1), set("e", 1)},
		"a new row after a change":     {set("b", 200), set("bb", 50)},
		"a new row before a change":    {set("c", 200), set("bb", 50)},
		"a row that goes and the next": {set("b", 0), set("c", 300)},
		"a row that goes, and before":  {set("b", 300), set("c", 0)},
		"a new last row":               {set("e", 200), set("f", 50)},
		"a new first row":              {set("a", 200), set("A", 50)},
	} {
		got, err := merge(text(c[0]), text(c[1]))
		if err != nil {
			t.Errorf("%s: %v\n%s", name, err, got)
			continue
		}
		if want := text(func(m map[string]int64) { c[0](m); c[1](m) }); got != want {
			t.Errorf("%s: merged to\n%s\nwant\n%s", name, got, want)
		}
	}
	// That one can fail: the same row by two changes.
	if got, err := merge(text(set("b", 200)), text(set("b", 300))); err == nil {
		t.Errorf("merged to\n%s", got)
	} else if _, err := Read([]byte(got)); err == nil || !strings.Contains(err.Error(), "merge that is not finished") {
		t.Errorf("%v", err)
	}
}

// Small changes of both signs in a row touch rows a few times: a walk about one size
// does never, one that grows once in a few steps.
func TestFewTouches(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for name, drift := range map[string]int64{"about": 0, "grows": 100} {
		f := &File{}
		is, touched, before := int64(50*kib), 0, ""
		for range 20 {
			is += drift + random.Int64N(201) - 100
			f.Update(section("//:k", Row{"directory a", is}))
			if now := string(f.Write()); now != before {
				before, touched = now, touched+1
			}
		}
		if touched > 3 {
			t.Errorf("%s: written %d times", name, touched)
		}
	}
}
