package headerset

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/closure"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/codec"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/selection"
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
	file := filepath.Join(t.TempDir(), "index.tar.zst")
	if err := os.WriteFile(file, first.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	in.Inputs = []tree.Input{{Role: tree.Index, Label: in.Name, Path: file}}
	in.Srctree, in.Objtree = "", ""
	return in
}

// fromIndex tells whether an index has all that a set may ask for, as the rules
// have it in _index_for of rules/private/tree_args.bzl.
func (r *Recipe) fromIndex() bool {
	return !r.narrowed() && !r.BTF && !r.Rust && len(r.Include)+len(r.Extra) == 0 && (len(r.Exclude) == 0 || !r.selector.HasHostTools())
}

// sameOfIndex compares sets with those of the tree's index: every set that a test
// makes is made of that as well. One that asks for more than an index has may be
// refused, and is never another one. It returns the errors of those.
func sameOfIndex(t *testing.T, in tree.Options, recipes []*Recipe, made []Result) []error {
	t.Helper()
	refused := make([]error, len(recipes))
	for i, r := range recipes {
		quiet := *r
		quiet.Warn = nil
		tr, again, err := Load(writeIndex(t, in, r.Arch), &quiet)
		if err != nil {
			t.Fatal(err)
		}
		got, want := described(again[0]), described(made[i])
		if !r.fromIndex() {
			refused[i] = refusal(again[0])
		}
		tr.Close()
		if got != want && refused[i] == nil {
			t.Errorf("profile %s of the index:\n%s\nof the tree itself:\n%s", r.Profile, got, want)
		}
	}
	return refused
}

// refusal is the error of a set of which an index has not all, or of a file of it.
func refusal(r Result) error {
	is := func(err error) bool {
		return err != nil && strings.Contains(err.Error(), "this is none of them: make the set from the tree itself")
	}
	if is(r.Err) {
		return r.Err
	}
	if r.Set == nil {
		return nil
	}
	for _, f := range r.Set.Files {
		in, err := f.Open()
		if is(err) {
			return err
		}
		if err == nil {
			in.Close()
		}
	}
	return nil
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
		if _, err := f.Open(); strings.HasPrefix(f.Path, "drivers/") != (err != nil) {
			t.Errorf("%s: error %v", f.Path, err)
		}
	}
}

// TestAskedOfIndex has sets with each attribute, of each profile, of a tree in
// which leaving one file out has others taken. What the rules make from an index is
// the same as of the tree; of all else some set is refused, so that the rules do
// well not to.
func TestAskedOfIndex(t *testing.T) {
	in := dir(t, prepared(map[string]string{
		"Makefile":   "VERSION = 6\nPATCHLEVEL = 1\nX := $(srctree)/oem/board.sh $(srctree)/oem/lib.sh\nLINUXINCLUDE += -I$(srctree)\n",
		"oem/lib.sh": "sh $srctree/oem/$BOARD/run\n", "oem/board.sh": "BOARD=first\n. $srctree/oem/lib.sh\n", "oem/first/run": "x", "oem/second/run": "x",
		"include/linux/sched.h": "#include <oem/a.h>\n#include <sound/a.h>\n#include \"../../drivers/near.h\"\n",
		"include/oem/a.h":       "", "oem/a.h": "", "include/sound/a.h": "", "include/sound/b.h": "", "sound/a.h": "", "sound/b.h": "", "drivers/near.h": "", "drivers/a.c": "", "vendor/only.h": "",
		"include/config/auto.conf": "CONFIG_X86=y\nCONFIG_DEBUG_INFO_BTF_MODULES=y\nCONFIG_RUST=y\n", "vmlinux": "", "tools/bpf/resolve_btfids/resolve_btfids": "#!/bin/sh\n",
		"rust/libkernel.rmeta": "", "rust/libcore.rmeta": "", "rust/libmacros.so": "",
	}))
	outside := filepath.Join(t.TempDir(), "prog.c")
	if err := os.WriteFile(outside, []byte("#include <vendor/only.h>\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	refused := map[string]bool{}
	for _, c := range []struct {
		name string
		o    Options
		// index tells for which profiles the rules make it from an index; not of
		// which a set is none, as of an option that the profile has not got.
		index, not []string
	}{
		{"nothing", Options{}, selection.Profiles(), nil},
		{"exclude of a preset", Options{Exclude: []string{"@drivers"}}, []string{"headers", "tracing"}, nil},
		{"exclude of a script", Options{Exclude: []string{"oem/board.sh"}}, []string{"headers", "tracing"}, nil},
		{"exclude of a header", Options{Exclude: []string{"include/oem/*"}}, []string{"headers", "tracing"}, nil},
		{"exclude of both", Options{Exclude: []string{"include/oem/*", "@drivers"}}, []string{"headers", "tracing"}, nil},
		{"include", Options{Include: []string{"drivers/*.c"}}, nil, nil},
		{"extra", Options{Extra: []string{"drivers/a.c"}}, nil, nil},
		{"roots", Options{Roots: []string{"linux/sched.h", "vendor/only.h"}}, nil, nil},
		{"root_files", Options{RootFiles: []closure.File{{Label: "prog.c", Path: outside}}}, nil, nil},
		{"btf", Options{BTF: true}, nil, []string{"headers", "tracing"}},
		{"rust", Options{Rust: true}, nil, []string{"headers", "tracing"}},
		{"host_tools", Options{HostTools: "none"}, []string{"modules", "rfc"}, []string{"headers", "tracing"}},
		{"host_tools and exclude", Options{HostTools: "none", Exclude: []string{"oem/board.sh"}}, nil, []string{"headers", "tracing"}},
		{"stripped host_tools", Options{HostTools: "stripped", HostMachine: "any"}, []string{"modules", "rfc"}, []string{"headers", "tracing"}},
	} {
		for _, profile := range selection.Profiles() {
			if slices.Contains(c.not, profile) {
				continue
			}
			o := c.o
			o.Name, o.Arch, o.Profile, o.HostTools = "//k:tree", "x86", profile, cmp.Or(o.HostTools, "keep")
			r, err := New(o)
			if err != nil {
				t.Fatalf("%s, profile %s: %v", c.name, profile, err)
			}
			if want := slices.Contains(c.index, profile); r.fromIndex() != want {
				t.Errorf("%s, profile %s: from an index %v", c.name, profile, !want)
			}
			tr, made, err := Load(in, r)
			if err != nil {
				t.Fatal(err)
			}
			if err := made[0].Err; err != nil {
				t.Errorf("%s, profile %s: %v", c.name, profile, err)
			}
			if sameOfIndex(t, in, []*Recipe{r}, made)[0] != nil {
				refused[c.name] = true
			}
			tr.Close()
		}
	}
	for _, name := range []string{"exclude of a script", "include", "extra", "roots", "root_files", "btf", "rust"} {
		if !refused[name] {
			t.Errorf("%s: nothing that is not in an index", name)
		}
	}
}

// TestIndexIsTheSame reads a tree in two places, and an index of an index.
func TestIndexIsTheSame(t *testing.T) {
	files := prepared(map[string]string{"include/gone.h": "->nowhere"})
	var texts [][]byte
	file := filepath.Join(t.TempDir(), "index.tar.zst")
	first := dir(t, files)
	for _, in := range []tree.Options{first, dir(t, files), writeIndex(t, first, "x86")} {
		var b bytes.Buffer
		if err := WriteIndex(&b, in, Options{Name: in.Name, Arch: "x86"}); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		text := unpacked(t, file)
		if i := bytes.Index(text, []byte("in\t")); i >= 0 { // the directory's own name is another
			text = append(text[:i:i], text[i+bytes.IndexByte(text[i:], '\n'):]...)
		}
		texts = append(texts, text)
	}
	if !bytes.Equal(texts[0], texts[2]) || len(texts[0]) != len(texts[1]) {
		t.Errorf("%d, %d and %d bytes", len(texts[0]), len(texts[1]), len(texts[2]))
	}
}

// unpacked is the tar of an index.
func unpacked(t *testing.T, file string) []byte {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, _, stop, err := codec.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// pack compresses a tar as that of an index is.
func pack(t *testing.T, text []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w, _, err := codec.NewWriter(&b, codec.TarZstd, 1)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestNotAllOfAnIndex has indexes that are cut short or something else.
func TestNotAllOfAnIndex(t *testing.T) {
	in := writeIndex(t, dir(t, nil), "x86")
	file := in.Inputs[0].Path
	whole := unpacked(t, file)
	put := func(text []byte) {
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	r, err := New(Options{Name: in.Name, Arch: "x86", Profile: "headers", HostTools: "keep"})
	if err != nil {
		t.Fatal(err)
	}
	refuse := func(what string, args ...any) {
		t.Helper()
		if _, _, err := Load(in, r); err == nil || !strings.Contains(err.Error(), "read the index of //k:tree: it is none, or not all of one: build it again") {
			t.Fatalf(what+": error %v", append(args, err)...)
		}
	}
	packed, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for size := 0; size < len(packed); size += 13 {
		put(packed[:size])
		refuse("%d of %d bytes", size, len(packed))
	}
	put(packed)
	in.Limits.MaxBytes = int64(len(whole)) - 1
	refuse("larger than what is allowed")
	in.Limits.MaxBytes++
	if _, _, err := Load(in, r); err != nil {
		t.Fatal(err)
	}
	put(whole)
	refuse("not compressed")
	// Of what comes after the last file nothing is needed.
	end := bytes.LastIndexFunc(whole, func(r rune) bool { return r != 0 })
	for size := 0; size <= end; size += 97 {
		put(pack(t, whole[:size]))
		refuse("%d of the tar's %d bytes", size, len(whole))
	}
	for _, change := range [][2]string{{"kheaders index 1", "kheaders index 2"}, {"srctree\t+", "srctree\t-"}, {"srctree\t+", "nothing\t+"}, {"\t\"include/", "\t'include/"}} {
		text := bytes.Replace(whole, []byte(change[0]), []byte(change[1]), 1)
		if bytes.Equal(text, whole) {
			t.Errorf("the index has no %q", change[0])
		}
		put(pack(t, text))
		if _, _, err := Load(in, r); err == nil {
			t.Errorf("an index with %q for %q is taken", change[1], change[0])
		}
	}
	in.Inputs = append(in.Inputs, tree.Input{Role: tree.Src, Label: "//k:more", Path: t.TempDir()})
	if _, _, err := Load(in, r); err == nil || !strings.Contains(err.Error(), "has other inputs besides the index //k:tree") {
		t.Errorf("with another input: error %v", err)
	}
}
