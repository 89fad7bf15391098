package closure

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// write makes files below a new directory.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		p := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestBeside follows what a program includes from beside itself, if it may, and
// warns of what it cannot.
func TestBeside(t *testing.T) {
	tr := load(t, map[string]string{"include/linux/a.h": "", "include/linux/b.h": "", "include/linux/c.h": "", "include/linux/gen.h": ""})
	dir := write(t, map[string]string{
		"progs/prog.bpf.c": "#include \"common.h\"\n#include \"linux/a.h\"\n#include \"gone.h\"\n#include <stdio.h>\n#if __has_include(\"may.h\")\n#endif\n#include \"sub/gen.h\"\n#include HEADER\n#define HEADER \"more.h\"\n",
		"progs/common.h":   "#include <linux/b.h>\n#include \"prog.bpf.c\"\n",
		"progs/more.h":     "#include \"../up.h\"\n",
		"up.h":             "#include <linux/c.h>\n",
		"progs/tool.py":    "'#include \"%s\"'\n'#include \"{}\"'\n'#include \"lost.h\"'\n",
		"out/sub/gen.h":    "#include <linux/gen.h>\n",
	})
	at := func(p string) string { return filepath.Join(dir, p) }
	prog, gen := File{"prog.bpf.c", at("progs/prog.bpf.c"), false}, File{"gen.h", at("out/sub/gen.h"), false}
	alone := func(f File) File { f.Alone = true; return f }
	common := File{"//p:common.h", at("progs/common.h"), true}
	none := func(line, name string) string {
		return "prog.bpf.c:" + line + ": #include \"" + name + "\" is neither in the tree nor a root file: add it to root_files (--root-file), or what it includes is left out"
	}
	const more = "prog.bpf.c:8: nothing that roots reach says which header #include HEADER is: add that header to roots if it is needed"
	for _, c := range []struct {
		files    []File
		want     map[string]string
		warnings []string
	}{
		{[]File{prog, gen}, map[string]string{
			"a": "prog.bpf.c", "b": "common.h, beside prog.bpf.c", "c": "../up.h, beside more.h, beside prog.bpf.c", "gen": "gen.h",
		}, []string{none("3", "gone.h")}},
		{[]File{alone(prog), alone(gen), common}, map[string]string{"a": "prog.bpf.c", "b": "//p:common.h", "gen": "gen.h"}, []string{none("3", "gone.h"), more}},
		{[]File{alone(prog)}, map[string]string{"a": "prog.bpf.c"}, []string{none("1", "common.h"), none("3", "gone.h"), none("7", "sub/gen.h"), more}},
		{[]File{{Label: "tool.py", Path: at("progs/tool.py")}}, nil, []string{strings.Replace(none("3", "lost.h"), "prog.bpf.c", "tool.py", 1)}},
	} {
		r, err := Run(tr, Options{Tree: "//k:tree", Arch: "x86", Files: c.files})
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range []string{"a", "b", "c", "gen"} {
			want := c.want[h]
			if want != "" {
				want = "closure: reached from " + want
			}
			if got := r.Reasons["include/linux/"+h+".h"]; got != want {
				t.Errorf("%+v: linux/%s.h: %q, want %q", c.files, h, got, want)
			}
		}
		if !reflect.DeepEqual(r.Warnings, c.warnings) {
			t.Errorf("%+v: warnings %q, want %q", c.files, r.Warnings, c.warnings)
		}
	}
}

// TestLinkedDirectories follows links to directories below a root, each
// directory once, and none to a directory above.
func TestLinkedDirectories(t *testing.T) {
	tr := load(t, map[string]string{"include/linux/a.h": "", "include/linux/b.h": "", "include/linux/x.h": ""})
	dir := write(t, map[string]string{"progs/a.c": "#include <linux/a.h>", "shared/b.c": "#include <linux/b.h>", "x.c": "#include <linux/x.h>"})
	for link, target := range map[string]string{
		"progs/common": "../shared", "progs/same": "../shared", "progs/up": "..", "progs/self": ".", "shared/back": "../progs", "root": "progs",
	} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	for _, root := range []string{"progs", "root"} {
		r, err := Run(tr, Options{Tree: "//k:tree", Arch: "x86", Files: []File{{Label: "//p", Path: filepath.Join(dir, root)}}})
		if err != nil {
			t.Fatal(err)
		}
		for p, want := range map[string]string{"a": "closure: reached from //p!a.c", "b": "closure: reached from //p!common/b.c", "x": ""} {
			if got := r.Reasons["include/linux/"+p+".h"]; got != want {
				t.Errorf("%s: linux/%s.h: %q, want %q", root, p, got, want)
			}
		}
	}
	if err := os.Symlink("nowhere", filepath.Join(dir, "progs/gone.c")); err != nil {
		t.Fatal(err)
	}
	_, err := Run(tr, Options{Tree: "//k:tree", Arch: "x86", Files: []File{{Label: "//p", Path: filepath.Join(dir, "progs")}}})
	if err == nil || !strings.Contains(err.Error(), "root //p!gone.c: no such file") {
		t.Error(err)
	}
}
