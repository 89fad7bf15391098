package tree

import (
	"archive/tar"
	"bytes"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// below wants the files below a directory that has a final slash.
type below string

func (below) Excludes(string) bool { return false }
func (b below) MayContain(dir string) bool {
	return strings.HasPrefix(dir+"/", string(b)) || strings.HasPrefix(string(b), dir+"/")
}
func (b below) MayMatch(path string) bool { return strings.HasPrefix(path, string(b)) }

// shallow wants every file, but enters no directory.
type shallow struct{}

func (shallow) Excludes(string) bool   { return false }
func (shallow) MayContain(string) bool { return false }
func (shallow) MayMatch(string) bool   { return true }

func paths(t *testing.T, tr *Tree, err error) string {
	t.Helper()
	if err != nil {
		return err.Error()
	}
	var out []string
	for _, e := range tr.Entries {
		out = append(out, e.Path)
	}
	return strings.Join(out, " ")
}

// inBoth gives a tree as a directory and as a tar.
func inBoth(t *testing.T, files ...string) map[string]Input {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, f := range append([]string{"include/linux/kconfig.h", "arch/Kconfig"}, files...) {
		h := &tar.Header{Typeflag: tar.TypeReg, Name: f, Mode: 0o644}
		if name, target, ok := strings.Cut(f, "->"); ok {
			h.Typeflag, h.Name, h.Linkname = tar.TypeSymlink, name, target
		}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
	}
	w.Close()
	return map[string]Input{
		"directory": {Src, "//k:src", "", write(t, append([]string{"include/linux/kconfig.h", "arch/Kconfig"}, files...)...)},
		"archive":   {Archive, "//k:src.tar", "", write(t, "src.tar="+b.String()) + "/src.tar"},
	}
}

// TestViews reads a tree once for several, and compares what each one gets with
// what it gets from a tree that is read for it alone.
func TestViews(t *testing.T) {
	for kind, in := range inBoth(t, "Makefile", "include/a.h", "include/gone.h->nowhere.h", "scripts/run.sh", "scripts/gone->nowhere", "tools/t.c", "source->include", "tools/up->..") {
		wants := []Filter{below("arch/"), below("include/"), below("scripts/"), below("tools/"), below("tools/t"), shallow{}}
		for _, o := range []Options{{}, {All: true}} {
			o.Name, o.Inputs = "//k:tree", []Input{in}
			together, err := Load(o, wants...)
			if err != nil {
				t.Fatal(err)
			}
			defer together.Close()
			for i, want := range wants {
				alone, err := Load(Options{Name: o.Name, Inputs: o.Inputs}, want)
				if err != nil {
					t.Fatal(err)
				}
				defer alone.Close()
				a, errA := alone.View(0)
				b, errB := together.View(i)
				if x, y := paths(t, a, errA), paths(t, b, errB); x != y {
					t.Errorf("%s, all %v: %v alone gets %q, with others %q", kind, o.All, want, x, y)
				}
				if errB == nil {
					list(t, b) // opens each
				}
			}
		}
	}
}

// without is a filter that wants all but a link.
type without string

func (without) MayContain(string) bool   { return true }
func (w without) MayMatch(p string) bool { return p != string(w) }
func (w without) Excludes(p string) bool { return p == string(w) }

// TestExcludedLinks has links that lead nowhere or round: each is nothing to who
// excludes it.
func TestExcludedLinks(t *testing.T) {
	for link, target := range map[string]string{"include/a.h": "gone.h", "include/b.h": "b.h", "include/c": ".."} {
		ins := inBoth(t, "Makefile", link+"->"+target)
		ins["file"] = Input{Src, "//k:link", link, filepath.Join(ins["directory"].Path, link)}
		if target == ".." {
			delete(ins, "file")
		}
		for kind, in := range ins {
			inputs := []Input{in}
			if kind == "file" {
				inputs = append(inputs, Input{Src, "//k:mk", "Makefile", filepath.Join(ins["directory"].Path, "Makefile")})
			}
			tr, err := Load(Options{Name: "//k:tree", Inputs: inputs}, without(link), without("x"))
			if err != nil {
				t.Fatal(err)
			}
			defer tr.Close()
			if _, err := tr.View(0); err != nil {
				t.Errorf("%s: %s is excluded: %v", kind, link, err)
			}
			if _, err := tr.View(1); err == nil || !strings.Contains(err.Error(), link) || !strings.Contains(err.Error(), "exclude") {
				t.Errorf("%s: %s: %v", kind, link, err)
			}
		}
	}
}

func TestViewErrors(t *testing.T) {
	for kind, in := range inBoth(t, "include/gone.h->nowhere.h", "tools/up->..") {
		tr, err := Load(Options{Name: "//k:tree", Inputs: []Input{in}, All: true}, below("arch/"), below("include/"), below("tools/"), below("no/"))
		if err != nil {
			t.Fatal(err)
		}
		defer tr.Close()
		for i, want := range []string{"arch/Kconfig", `a dangling symlink to "nowhere.h"`, "a symlink that loops", "tree //k:tree is empty"} {
			v, err := tr.View(i)
			if got := paths(t, v, err); !strings.Contains(got, want) {
				t.Errorf("%s: view %d is %q, want %q", kind, i, got, want)
			}
		}
	}
}

// TestWhole lists what nothing wants, but neither what is no part of a tree
// nor what only a filter leads to.
func TestWhole(t *testing.T) {
	for kind, in := range inBoth(t, "Makefile", "include/gone.h->nowhere.h", ".git/HEAD", "build->include", "tools/t.c") {
		for _, want := range []Filter{below("no/"), all{}} {
			tr, err := Load(Options{Name: "//k:tree", Inputs: []Input{in}, All: true}, want)
			if err != nil {
				t.Fatal(err)
			}
			defer tr.Close()
			w, err := tr.Whole()
			if got := paths(t, w, err); got != "Makefile arch/Kconfig include/linux/kconfig.h tools/t.c" {
				t.Errorf("%s, %T: %q", kind, want, got)
			}
		}
	}
	d := write(t, "a.h=1", "b.h=2")
	var twice []Input
	for _, name := range []string{"a.h", "b.h"} {
		twice = append(twice, Input{Src, "//k:" + name, "include/x.h", filepath.Join(d, name)})
	}
	tr, err := Load(Options{Name: "//k:tree", Inputs: append(twice, Input{Src, "//k:c.h", "c.h", filepath.Join(d, "a.h")}), All: true}, below("c.h"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tr.Whole(); fmt.Sprint(err) != `two sources for "include/x.h" in the srctree: //k:a.h and //k:b.h: leave one out` {
		t.Errorf("whole: %v", err)
	}
	if v, err := tr.View(0); paths(t, v, err) != "c.h" {
		t.Errorf("a clash that is not wanted: %v", err)
	}
}

func TestList(t *testing.T) {
	tr, err := load(t, Input{Src, "//k:src", "", write(t, "include/b.h", "include/a b.h", "new\nline.h")})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := tr.WriteList(&b); err != nil || b.String() != "include/a b.h\ninclude/b.h\n" {
		t.Errorf("%v, %q", err, &b)
	}
	if got := ParseList("./include/a b.h\n\ninclude/b.h"); strings.Join(got, "|") != "include/a b.h|include/b.h" {
		t.Errorf("%q", got)
	}
}
