package headerset

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/tree"
)

// writeIndex returns what a tree is read from in place of its inputs, which is all
// that there is of it.
func writeIndex(t *testing.T, in tree.Options, arch string) tree.Options {
	t.Helper()
	var first bytes.Buffer
	if err := WriteIndex(&first, in, Options{Name: in.Name, Arch: arch}); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "index.tar")
	if err := os.WriteFile(file, first.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	in.Inputs = []tree.Input{{Role: tree.Index, Label: in.Name, Path: file}}
	in.Srctree, in.Objtree = "", ""
	return in
}

// plain tells whether a set asks for no more than its profile.
func (r *Recipe) plain() bool {
	return !r.narrowed() && !r.BTF && !r.Rust && len(r.Include)+len(r.Extra) == 0
}

// sameOfIndex compares sets with those of the tree's index: every set that a test
// makes is made of that as well.
func sameOfIndex(t *testing.T, in tree.Options, recipes []*Recipe, made []Result) {
	t.Helper()
	for i, r := range recipes {
		if !r.plain() {
			continue
		}
		quiet := *r
		quiet.Warn = nil
		tr, again, err := Load(writeIndex(t, in, r.Arch), &quiet)
		if err != nil {
			t.Fatal(err)
		}
		got, want := described(again[0]), described(made[i])
		tr.Close()
		if got != want {
			t.Errorf("profile %s of the index:\n%s\nof the tree itself:\n%s", r.Profile, got, want)
		}
	}
}

// described is all of a set.
func described(r Result) string {
	if r.Err != nil {
		return r.Err.Error()
	}
	var b strings.Builder
	for _, f := range r.Set.Files {
		text := "<nil>"
		if in, err := f.Open(); err == nil {
			bytes, _ := io.ReadAll(in)
			in.Close()
			text = fmt.Sprintf("%q", bytes)
		}
		fmt.Fprintf(&b, "%s %d %s %s %s %q %v %v %s\n", f.Path, f.Size, f.Rule, f.Reason, f.Origin(), f.Hides, f.Verbatim, f.StripSymbols, text)
	}
	fmt.Fprintf(&b, "%s %s %v %v %v", r.Set.Arch, r.Set.Release, r.Set.HostTools, r.Set.Named, r.Set.Check())
	return b.String()
}

// TestIndexedIsPruned has files that no profile takes, and one that a makefile
// names: they are known, and of those that profiles take alone there are bytes.
func TestIndexedIsPruned(t *testing.T) {
	in := writeIndex(t, dir(t, prepared(map[string]string{
		"Makefile": "VERSION = 6\nPATCHLEVEL = 1\nCC = $(srctree)/vendor/wrap gcc\n", "vendor/wrap": "#!/bin/sh\n", "drivers/a.c": "large", "drivers/b.h": "",
	})), "x86")
	_, full := load(t, in, Options{Profile: "modules"})
	if len(*full) > 0 {
		t.Errorf("warned of %q", *full)
	}
	made, _ := load(t, in, Options{Profile: "modules"}, Options{Include: []string{"drivers/*"}})
	if s := made[0].Set; !slices.ContainsFunc(s.Files, func(f Selected) bool { return f.Path == "vendor/wrap" }) {
		t.Errorf("not taken: what the makefile names; but %s", paths(s))
	}
	for _, f := range made[1].Set.Files {
		if _, err := f.Open(); strings.HasPrefix(f.Path, "drivers/") != (err != nil) || err != nil && !strings.Contains(err.Error(), "leave index out of the kernel_tree") {
			t.Errorf("%s: error %v", f.Path, err)
		}
	}
}

// TestIndexIsTheSame reads a tree in two places, and an index of an index.
func TestIndexIsTheSame(t *testing.T) {
	files := prepared(map[string]string{"include/gone.h": "->nowhere"})
	var texts [][]byte
	first := dir(t, files)
	for _, in := range []tree.Options{first, dir(t, files), writeIndex(t, first, "x86")} {
		var b bytes.Buffer
		if err := WriteIndex(&b, in, Options{Name: in.Name, Arch: "x86"}); err != nil {
			t.Fatal(err)
		}
		text := b.Bytes()
		if i := bytes.Index(text, []byte("in\t")); i >= 0 { // the directory's own name is another
			text = append(text[:i:i], text[i+bytes.IndexByte(text[i:], '\n'):]...)
		}
		texts = append(texts, text)
	}
	if !bytes.Equal(texts[0], texts[2]) || len(texts[0]) != len(texts[1]) {
		t.Errorf("%d, %d and %d bytes", len(texts[0]), len(texts[1]), len(texts[2]))
	}
}

// TestNotAllOfAnIndex has indexes that are cut short or something else.
func TestNotAllOfAnIndex(t *testing.T) {
	in := writeIndex(t, dir(t, nil), "x86")
	file := in.Inputs[0].Path
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	r, err := New(Options{Name: in.Name, Arch: "x86", Profile: "headers", HostTools: "keep"})
	if err != nil {
		t.Fatal(err)
	}
	// Of what comes after the last file nothing is needed.
	end := bytes.LastIndexFunc(whole, func(r rune) bool { return r != 0 })
	for size := 0; size <= end; size += 97 {
		if err := os.WriteFile(file, whole[:size], 0o600); err != nil {
			t.Fatal(err)
		}
		if _, _, err := Load(in, r); err == nil || !strings.Contains(err.Error(), "read the index of //k:tree: it is none, or not all of one: build it again") {
			t.Fatalf("%d of %d bytes: error %v", size, len(whole), err)
		}
	}
	for _, change := range [][2]string{{"kheaders index 1", "kheaders index 2"}, {"srctree\t+", "srctree\t-"}, {"srctree\t+", "nothing\t+"}, {"\t\"include/", "\t'include/"}} {
		text := bytes.Replace(whole, []byte(change[0]), []byte(change[1]), 1)
		if bytes.Equal(text, whole) {
			t.Errorf("the index has no %q", change[0])
		}
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, _, err := Load(in, r); err == nil {
			t.Errorf("an index with %q for %q is taken", change[1], change[0])
		}
	}
	in.Inputs = append(in.Inputs, tree.Input{Role: tree.Src, Label: "//k:more", Path: t.TempDir()})
	if _, _, err := Load(in, r); err == nil || !strings.Contains(err.Error(), "has other inputs besides the index //k:tree") {
		t.Errorf("with another input: error %v", err)
	}
}
