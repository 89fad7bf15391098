package genkheaders

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/archive"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/codec"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/cstrip"
)

// trees makes a srctree and an objtree, goes to the objtree, and waits until the
// time of what is in them is past.
func trees(t *testing.T) Options {
	t.Helper()
	before := tick
	t.Cleanup(func() { tick = before })
	tick = 100 * time.Millisecond // this file system's is less
	root := t.TempDir()
	for name, text := range map[string]string{
		"src/include/linux/a.h":                      "/* a */ int a;\n",
		"src/include/linux/b.h":                      "int b;\n",
		"src/include/linux/note.txt":                 "no header\n",
		"src/include/linux/.#a.h":                    "an editor's\n",
		"src/include/generated/old.h":                "int old;\n",
		"src/arch/x86/include/asm/c.h":               "int c;\n",
		"src/arch/arm/include/asm/d.h":               "int d;\n",
		"src/kernel/private.h":                       "int p;\n",
		"obj/include/generated/autoconf.h":           "#define CONFIG_A 1\n",
		"obj/include/generated/old.h":                "int new;\n",
		"obj/include/generated/utsversion.h":         "#define UTS_VERSION \"#1\"\n",
		"obj/arch/x86/include/generated/asm/types.h": "int t;\n",
		"obj/kernel/x.h":                             "int x;\n",
	} {
		write(t, filepath.Join(root, name), text)
	}
	if err := os.Symlink("b.h", filepath.Join(root, "src/include/linux/link.h")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("linux", filepath.Join(root, "src/include/dir.h")); err != nil {
		t.Fatal(err)
	}
	t.Chdir(filepath.Join(root, "obj"))
	time.Sleep(2 * tick)
	return Options{
		Archive: "kernel/kheaders_data.tar", Srctree: "../src", SrcArch: "x86", Program: "1",
		Pack: archive.Options{Format: codec.Tar, Strip: cstrip.Comments},
	}
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// made runs it and tells whether it made the archive.
func made(t *testing.T, o Options) (begun bool) {
	t.Helper()
	if err := Run(o, func() { begun = true }); err != nil {
		t.Fatal(err)
	}
	return begun
}

// packed returns what is in an archive, by path.
func packed(t *testing.T, name string) map[string]string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for r := tar.NewReader(bytes.NewReader(b)); ; {
		h, err := r.Next()
		if err == io.EOF {
			return out
		}
		text, err2 := io.ReadAll(r)
		if err := errors.Join(err, err2); err != nil {
			t.Fatal(err)
		}
		if h.Typeflag == tar.TypeReg {
			out[h.Name] = string(text)
		}
	}
}

var wantPaths = []string{
	"./arch/x86/include/asm/c.h", "./arch/x86/include/generated/asm/types.h", "./include/generated/autoconf.h",
	"./include/generated/old.h", "./include/linux/a.h", "./include/linux/b.h", "./include/linux/link.h",
}

func paths(files map[string]string) (out []string) {
	for p := range files {
		out = append(out, p)
	}
	slices.Sort(out)
	return out
}

func TestPacks(t *testing.T) {
	o := trees(t)
	if !made(t, o) {
		t.Fatal("made nothing")
	}
	got := packed(t, o.Archive)
	if p := paths(got); !slices.Equal(p, wantPaths) {
		t.Errorf("packed\n%q, want\n%q", p, wantPaths)
	}
	if got["./include/generated/old.h"] != "int new;\n" || got["./include/linux/a.h"] != "  int a;\n" && got["./include/linux/a.h"] != " int a;\n" || got["./include/linux/link.h"] != "int b;\n" {
		t.Errorf("packed %q", got)
	}
}

func TestInTheSrctree(t *testing.T) {
	o := trees(t)
	t.Chdir("../src")
	o.Srctree = "."
	made(t, o)
	if got := packed(t, o.Archive); len(got) != 5 || got["./include/generated/old.h"] != "int old;\n" {
		t.Errorf("packed %q", paths(got))
	}
}

// What changes is noticed, and what does not is not packed again.
func TestChanges(t *testing.T) {
	o := trees(t)
	made(t, o)
	for _, c := range []struct {
		name string
		do   func() error
		want bool
	}{
		{"nothing", func() error { return nil }, false},
		{"autoconf.h has another date", func() error {
			return os.Chtimes("include/generated/autoconf.h", time.Unix(1e9, 0), time.Unix(1e9, 0))
		}, false},
		{"utsversion.h", func() error { return os.WriteFile("include/generated/utsversion.h", []byte("#2"), 0o644) }, false},
		{"a file that is no header", func() error { return os.WriteFile("../src/include/linux/note.txt", nil, 0o644) }, false},
		{"a header, as long as it was", func() error { return os.WriteFile("../src/include/linux/b.h", []byte("int c;\n"), 0o644) }, true},
		{"a header, with the date it had", func() error {
			info, err := os.Stat("../src/include/linux/a.h")
			return errors.Join(err, os.WriteFile("../src/include/linux/a.h", []byte("int aaaaaaa;\n"), 0o644),
				os.Chtimes("../src/include/linux/a.h", info.ModTime(), info.ModTime()))
		}, true},
		{"autoconf.h", func() error {
			return os.WriteFile("include/generated/autoconf.h", []byte("#define CONFIG_B 1\n"), 0o644)
		}, true},
		{"a new header", func() error { return os.WriteFile("../src/include/linux/new.h", nil, 0o644) }, true},
		{"one is gone", func() error { return os.Remove("../src/include/linux/new.h") }, true},
		{"the archive is gone", func() error { return os.Remove(o.Archive) }, true},
		{"the archive is another", func() error { return os.WriteFile(o.Archive, []byte("x"), 0o644) }, true},
		{"the memory is gone", func() error { return os.Remove("kernel/" + stampName) }, true},
		{"the memory is cut", func() error { return os.Truncate("kernel/"+stampName, 100) }, true},
		{"the mode", func() error { o.Pack.Strip = cstrip.None; return nil }, true},
		{"the program", func() error { o.Program = "2"; return nil }, true},
	} {
		if err := c.do(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * tick)
		if got := made(t, o); got != c.want {
			t.Errorf("%s: made anew: %v, want %v", c.name, got, c.want)
		}
		if made(t, o) {
			t.Errorf("%s: made twice", c.name)
		}
	}
}

// A header may change once more within the time that a file system can tell.
func TestChangesAtOnce(t *testing.T) {
	o := trees(t)
	write(t, "../src/include/linux/a.h", "int a1;\n")
	made(t, o)
	write(t, "../src/include/linux/a.h", "int a2;\n")
	made(t, o)
	if got := packed(t, o.Archive)["./include/linux/a.h"]; got != "int a2;\n" {
		t.Errorf("packed %q", got)
	}
	if !made(t, o) {
		t.Error("relies on a file that was changed while it looked")
	}
}

func lists(t *testing.T, o *Options) {
	t.Helper()
	o.SrcList, o.ObjList = "kernel/src list", "kernel/obj list"
	// make's find lists what editors leave, links that lead nowhere among it.
	write(t, "include/generated/compile.h", "#define LINUX_COMPILE_BY \"me\"\n")
	os.Symlink("me@host.123", "../src/include/linux/.#b.h")
	write(t, o.SrcList, "../src/include/linux/a.h\n../src/include/linux/.#b.h\n../src/include/linux/link.h\n../src/arch/x86/include/asm/c.h\n")
	write(t, o.ObjList, "include/generated/autoconf.h\ninclude/generated/compile.h\narch/x86/include/generated/asm/types.h\n")
}

func TestLists(t *testing.T) {
	o := trees(t)
	lists(t, &o)
	for range 2 { // make says whether it is to be made
		if !made(t, o) {
			t.Error("made nothing")
		}
	}
	want := []string{"./arch/x86/include/asm/c.h", "./arch/x86/include/generated/asm/types.h", "./include/generated/autoconf.h", "./include/linux/a.h", "./include/linux/link.h"}
	if p := paths(packed(t, o.Archive)); !slices.Equal(p, want) {
		t.Errorf("packed %q, want %q", p, want)
	}
	deps, err := os.ReadFile("kernel/.kheaders_data.tar.d")
	if err != nil {
		t.Fatal(err)
	}
	const all = "\ndeps_kernel/kheaders_data.tar := \\\n  ../src/include/linux/a.h \\\n  ../src/include/linux/link.h \\\n  ../src/arch/x86/include/asm/c.h \\\n" +
		"  arch/x86/include/generated/asm/types.h \\\n\nkernel/kheaders_data.tar: $(deps_kernel/kheaders_data.tar)\n\n$(deps_kernel/kheaders_data.tar):\n"
	if string(deps) != all {
		t.Errorf("dependencies:\n%s\nwant\n%s", deps, all)
	}
	if _, err := os.Stat("kernel/" + stampName); !errors.Is(err, fs.ErrNotExist) {
		t.Error("it keeps a memory, which is make's")
	}
}

func TestDepsOfOddNames(t *testing.T) {
	if got := depsText("a", []string{"x y", "$z", "#"}); !strings.Contains(got, "  x\\ y \\\n  $$z \\\n  \\# \\\n") {
		t.Error(got)
	}
}

func TestErrors(t *testing.T) {
	o := trees(t)
	for name, c := range map[string]struct {
		change func(o *Options)
		want   string
	}{
		"arch":    {func(o *Options) { o.SrcArch = "vax" }, `unknown architecture "vax"`},
		"no list": {func(o *Options) { o.SrcList, o.ObjList = "gone", "gone" }, "read list of headers"},
		"outside": {func(o *Options) {
			lists(t, o)
			write(t, o.SrcList, "../other.h\n")
		}, `"../other.h" is not below "../src", the tree that it is a list of`},
		"gone": {func(o *Options) {
			lists(t, o)
			write(t, o.SrcList, "../src/include/linux/gone.h\n")
		}, `header "../src/include/linux/gone.h" cannot be read: no such file or directory: remove it, or correct the link`},
		"long line": {func(o *Options) {
			lists(t, o)
			write(t, o.SrcList, strings.Repeat("x", 100_000))
		}, "read list of headers kernel/src list"},
		"empty lists": {func(o *Options) {
			lists(t, o)
			write(t, o.SrcList, "")
			write(t, o.ObjList, "")
		}, "no header in include"},
	} {
		o := o
		c.change(&o)
		err := Run(o, func() {})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
		left, err := filepath.Glob("kernel/*")
		if hidden, err2 := filepath.Glob("kernel/.*"); errors.Join(err, err2) != nil || slices.ContainsFunc(append(left, hidden...), func(p string) bool { return strings.Contains(p, "kheaders") }) {
			t.Errorf("%s: left behind: %q %q, %v", name, left, hidden, err)
		}
	}
	t.Chdir(t.TempDir())
	o.Srctree = "."
	if err := Run(o, func() {}); err == nil || !strings.Contains(err.Error(), "no header in include") {
		t.Errorf("nothing there: %v", err)
	}
}

// A directory may be a link as a whole; a link that leads nowhere is an error.
func TestLinks(t *testing.T) {
	o := trees(t)
	if err := errors.Join(os.Rename("../src/include", "../common"), os.Symlink("../common", "../src/include")); err != nil {
		t.Fatal(err)
	}
	made(t, o)
	if p := paths(packed(t, o.Archive)); !slices.Equal(p, wantPaths) {
		t.Errorf("packed\n%q, want\n%q", p, wantPaths)
	}
	if err := os.Symlink("nowhere", "../src/include/linux/dangling.h"); err != nil {
		t.Fatal(err)
	}
	if err := Run(o, func() {}); err == nil || !strings.Contains(err.Error(), `dangling.h" cannot be read: no such file`) {
		t.Errorf("a link that leads nowhere: %v", err)
	}
}

func TestTimestamp(t *testing.T) {
	before := time.Local
	defer func() { time.Local = before }()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		berlin = time.FixedZone("CET", 3600)
	}
	for _, zone := range []*time.Location{time.UTC, berlin} {
		time.Local = zone
		for in, want := range map[string]int64{
			"": 0, "@1700000000": 1700000000, "1970-01-02": 86400, "2023-11-14 22:13:20": 1700000000, "2023-11-14T22:13:20Z": 1700000000,
			"Tue Nov 14 22:13:20 UTC 2023": 1700000000, "Tue, 14 Nov 2023 23:13:20 +0100": 1700000000, " Tue Nov 14 22:13:20 2023\n": 1700000000,
			"2023-11-14 23:13:20 +0100": 1700000000, "20231114": 1699920000, "Wed Nov 15 01:13:20 +03 2023": 1700000000,
			"Tue 14 Nov 22:13:20 UTC 2023": 1700000000, "Tue Nov 14 10:13:20 PM UTC 2023": 1700000000, "2023-11-14T23:13:20+01:00": 1700000000,
			"Tue, 14 Nov 2023 22:13:20 GMT": 1700000000, "2023-11-14 22:13:20 UTC": 1700000000,
		} {
			if got, err := ParseTimestamp(in); err != nil || got != want {
				t.Errorf("%s: %q: %d, %v; want %d", zone, in, got, err, want)
			}
		}
		for _, in := range []string{"yesterday", "@", "@x", "1", "Tue Nov 14 23:13:20 CET 2023", "Tue Nov 14 23:13:20 EST 2023"} {
			if got, err := ParseTimestamp(in); err == nil || !strings.Contains(err.Error(), "KBUILD_BUILD_TIMESTAMP is") {
				t.Errorf("%s: %q: %d, %v", zone, in, got, err)
			}
		}
	}
}
