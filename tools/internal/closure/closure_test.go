package closure

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/tree"
)

type all struct{}

func (all) Excludes(string) bool   { return false }
func (all) MayContain(string) bool { return true }
func (all) MayMatch(string) bool   { return true }

// load makes a tree of "path: text" pairs, with the headers that are always
// included.
func load(t *testing.T, files map[string]string) *tree.Tree {
	t.Helper()
	dir := t.TempDir()
	write := func(p, text string) {
		p = filepath.Join(dir, p)
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("include/linux/kconfig.h", "#include <generated/autoconf.h>\n")
	write("include/generated/autoconf.h", "")
	for p, text := range files {
		write(p, text)
	}
	tr, err := tree.Load(tree.Options{Name: "//k:tree", Inputs: []tree.Input{{Role: tree.Src, Label: "//k:src", Path: dir}}}, all{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tr.Close)
	return tr
}

// reached lists what was found, without what is always found.
func reached(r *Result) string {
	var out []string
	for p := range r.Reasons {
		if p != "include/linux/kconfig.h" && p != "include/generated/autoconf.h" {
			out = append(out, p)
		}
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

func TestReach(t *testing.T) {
	for _, c := range []struct {
		name  string
		files map[string]string
		roots []string
		want  string
	}{
		{"both branches", map[string]string{
			"include/linux/r.h": "#ifdef CONFIG_A\n#include <linux/a.h>\n#else\n#include <linux/b.h>\n#endif\n#if 0\n#include <linux/c.h>\n#endif",
			"include/linux/a.h": "", "include/linux/b.h": "", "include/linux/c.h": "", "include/linux/d.h": "",
		}, []string{"linux/r.h"}, "include/linux/a.h include/linux/b.h include/linux/c.h include/linux/r.h"},
		{"every candidate", map[string]string{
			"include/linux/r.h": "#include <asm/x.h>", "arch/x86/include/asm/x.h": "", "arch/x86/include/uapi/asm/x.h": "#include <linux/n.h>",
			"arch/x86/include/generated/asm/x.h": "", "arch/x86/include/generated/uapi/asm/x.h": "", "arch/arm/include/asm/x.h": "",
			"include/uapi/linux/n.h": "", "include/generated/uapi/linux/n.h": "", "include/asm-generic/x.h": "",
		}, []string{"linux/r.h"}, "arch/x86/include/asm/x.h arch/x86/include/generated/asm/x.h arch/x86/include/generated/uapi/asm/x.h arch/x86/include/uapi/asm/x.h " +
			"include/generated/uapi/linux/n.h include/linux/r.h include/uapi/linux/n.h"},
		{"asm-generic", map[string]string{"include/linux/r.h": "#include <asm/x.h>", "include/asm-generic/x.h": "", "include/uapi/asm-generic/x.h": ""},
			[]string{"linux/r.h"}, "include/asm-generic/x.h include/linux/r.h include/uapi/asm-generic/x.h"},
		{"beside the includer first", map[string]string{
			"include/net/r.h": "#include \"a.h\"\n#include \"../linux/b.h\"\n#include \"linux/c.h\"", "include/net/a.h": "", "include/a.h": "",
			"include/linux/b.h": "", "include/linux/c.h": "",
		}, []string{"net/r.h"}, "include/linux/b.h include/linux/c.h include/net/a.h include/net/r.h"},
		{"path in the tree", map[string]string{"fs/ext4/ext4.h": "#include \"acl.h\"\n#include <linux/a.h>", "fs/ext4/acl.h": "#include \"../internal.h\"", "fs/internal.h": "", "include/linux/a.h": ""},
			[]string{"fs/ext4/ext4.h"}, "fs/ext4/acl.h fs/ext4/ext4.h fs/internal.h include/linux/a.h"},
		{"a circle", map[string]string{"include/linux/a.h": "#include <linux/b.h>", "include/linux/b.h": "#include <linux/a.h>"}, []string{"linux/a.h"}, "include/linux/a.h include/linux/b.h"},
		{"has_include", map[string]string{"include/linux/r.h": "#if __has_include(<linux/a.h>)\n#endif", "include/linux/a.h": ""}, []string{"linux/r.h"}, "include/linux/a.h include/linux/r.h"},
		{"events", map[string]string{
			"include/trace/events/e.h":     "#define TRACE_SYSTEM e\n#include <trace/define_trace.h>",
			"include/trace/events/other.h": "",
			"include/trace/define_trace.h": "#ifndef TRACE_INCLUDE_FILE\n# define TRACE_INCLUDE_FILE TRACE_SYSTEM\n#endif\n#ifndef TRACE_INCLUDE_PATH\n" +
				"# define __TRACE_INCLUDE(system) <trace/events/system.h>\n#else\n# define __TRACE_INCLUDE(system) __stringify(TRACE_INCLUDE_PATH/system.h)\n#endif\n" +
				"# define TRACE_INCLUDE(system) __TRACE_INCLUDE(system)\n#include <linux/stringify.h>\n#include TRACE_INCLUDE(TRACE_INCLUDE_FILE)\n",
			"include/linux/stringify.h": "#define __stringify_1(x...) #x\n#define __stringify(x...) __stringify_1(x)",
			"drivers/d/r.h":             "#define TRACE_SYSTEM d\n#define TRACE_INCLUDE_FILE d_trace\n#define TRACE_INCLUDE_PATH ../../drivers/d\n#include <trace/define_trace.h>",
			"drivers/d/d_trace.h":       "",
		}, []string{"drivers/d/r.h", "trace/events/e.h"}, "drivers/d/d_trace.h drivers/d/r.h include/linux/stringify.h include/trace/define_trace.h include/trace/events/e.h"},
		{"a macro nobody knows", map[string]string{
			"include/linux/r.h": "#include <linux/def.h>\n#include PICK(one)", "include/linux/def.h": "#define PICK(x) <linux/GLUE(x, _y).h>\n#define GLUE(a, b) a ## b\n#define one two\n#define PICK(x) STR(sub/x.h)\n#define STR(y) #y",
			"include/linux/one_y.h": "", "include/linux/two_y.h": "", "include/linux/sub/two.h": "#include <linux/z.h>", "include/linux/z.h": "", "include/linux/three_y.h": "",
		}, []string{"linux/r.h"}, "include/linux/def.h include/linux/one_y.h include/linux/r.h include/linux/sub/two.h include/linux/two_y.h include/linux/z.h"},
	} {
		r, err := Run(load(t, c.files), Options{Tree: "//k:tree", Arch: "x86", Roots: c.roots})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := reached(r); got != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", c.name, got, c.want)
		}
		if len(r.Warnings) > 0 {
			t.Errorf("%s: %q", c.name, r.Warnings)
		}
	}
}

// TestRootsOutside takes programs as roots, in C and in Python.
func TestRootsOutside(t *testing.T) {
	tr := load(t, map[string]string{"include/linux/a.h": "", "include/linux/b.h": "", "include/linux/c.h": "", "include/linux/x.h": ""})
	dir := t.TempDir()
	for name, text := range map[string]string{
		"one.bpf.c": "#include <linux/a.h>\n// #include <linux/x.h>\n#include <stdio.h>", "sub/tool.py": "b = '''#include <linux/b.h>'''\n",
		".git/no.c": "#include <linux/x.h>", "lone.h": "#include <linux/c.h>",
	} {
		p := filepath.Join(dir, name)
		os.MkdirAll(filepath.Dir(p), 0o755)
		os.WriteFile(p, []byte(text), 0o644)
	}
	r, err := Run(tr, Options{Tree: "//k:tree", Arch: "x86", Files: []File{{Label: "//bpf:progs", Path: dir}}})
	if err != nil {
		t.Fatal(err)
	}
	for p, want := range map[string]string{
		"include/linux/a.h":            "closure: reached from //bpf:progs!one.bpf.c",
		"include/linux/b.h":            "closure: reached from //bpf:progs!sub/tool.py",
		"include/linux/c.h":            "closure: reached from //bpf:progs!lone.h",
		"include/linux/kconfig.h":      "closure: included before every source file",
		"include/generated/autoconf.h": "closure: reached from include/linux/kconfig.h",
		"include/linux/x.h":            "",
	} {
		if got := r.Reasons[p]; got != want {
			t.Errorf("%s: %q, want %q", p, got, want)
		}
	}
}

// TestShortest shows that the reason leads back to a root by a shortest way,
// and does not depend on the number of cores.
func TestShortest(t *testing.T) {
	files := map[string]string{"include/linux/far.h": "#include <linux/mid.h>", "include/linux/mid.h": "#include <linux/end.h>", "include/linux/end.h": "", "include/linux/near.h": "#include <linux/end.h>"}
	var many strings.Builder
	for i := range 300 {
		fmt.Fprintf(&many, "#include <linux/n%d.h>\n", i)
		files[fmt.Sprintf("include/linux/n%d.h", i)] = "#include <linux/last.h>"
	}
	files["include/linux/last.h"] = ""
	files["include/linux/many.h"] = many.String()
	tr := load(t, files)
	o := Options{Tree: "//k:tree", Arch: "x86", Roots: []string{"linux/far.h", "linux/near.h", "linux/many.h"}}
	first, err := Run(tr, o)
	if err != nil {
		t.Fatal(err)
	}
	if got := first.Reasons["include/linux/end.h"]; got != "closure: reached from include/linux/near.h" {
		t.Error(got)
	}
	if got := first.Reasons["include/linux/last.h"]; got != "closure: reached from include/linux/n0.h" {
		t.Error(got)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(7))
	for range 5 {
		if r, err := Run(tr, o); err != nil || fmt.Sprint(r.Reasons) != fmt.Sprint(first.Reasons) {
			t.Fatal("another run finds other reasons", err)
		}
	}
}

// TestBarred shows that what only an excluded header includes is not reached.
func TestBarred(t *testing.T) {
	tr := load(t, map[string]string{"include/linux/r.h": "#include <linux/x.h>\n#include <linux/y.h>", "include/linux/x.h": "#include <linux/z.h>", "include/linux/y.h": "", "include/linux/z.h": ""})
	o := Options{Tree: "//k:tree", Arch: "x86", Roots: []string{"linux/r.h"}, Barred: func(p string) bool { return p == "include/linux/x.h" }}
	r, err := Run(tr, o)
	if err != nil || reached(r) != "include/linux/r.h include/linux/y.h" {
		t.Error(reached(r), err)
	}
	o.Roots = []string{"include/linux/x.h"}
	if _, err := Run(tr, o); err == nil || !strings.Contains(err.Error(), `root "include/linux/x.h" is excluded`) {
		t.Error(err)
	}
}

func TestBad(t *testing.T) {
	tr := load(t, map[string]string{"include/linux/r.h": "#include WHO_KNOWS\n", "include/linux/deep.h": "#include D0\n" + deepDefines(), "include/linux/many.h": "#include M(x)\n#define M(a) N(a)N(a)N(a)N(a)N(a)\n" + strings.Repeat("#define N(a) a\n#define N(b) b b\n", 1) + manyDefines()})
	for _, c := range []struct {
		o    Options
		want string
	}{
		{Options{Roots: []string{"linux/gone.h"}}, `root "linux/gone.h" is neither in the include directories of arch "x86" nor a path in the tree: write it as`},
		{Options{Roots: []string{"/etc/passwd"}}, `root "/etc/passwd" is neither`},
		{Options{Roots: []string{"arch/arm/include/asm/page.h"}}, `root "arch/arm/include/asm/page.h" is of arch "arm", and headers are for arch "x86" here: correct`},
		{Options{Roots: []string{"arch/x86/include/asm/gone.h"}}, `root "arch/x86/include/asm/gone.h" is neither`},
		{Options{Roots: []string{"linux/deep.h"}}, "include/linux/deep.h:1: #include D0 can be expanded in too many ways, or by too many macros within each other: exclude the file"},
		{Options{Roots: []string{"../x.h"}}, `root "../x.h" is neither`},
		{Options{Files: []File{{Label: "//b:gone", Path: "/nonexistent"}}}, "root //b:gone: no such file or directory"},
		{Options{Files: []File{{Label: "//b:null", Path: "/dev/null"}}}, "root //b:null is neither a file nor a directory"},
		{Options{Files: []File{{Label: "//b:empty", Path: t.TempDir()}}}, "root //b:empty is a directory without files"},
		{Options{Roots: []string{"linux/many.h"}}, "include/linux/many.h:1: #include M(x) can be expanded in too many ways"},
	} {
		c.o.Tree, c.o.Arch = "//k:tree", "x86"
		if _, err := Run(tr, c.o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want %q", c.o, err, c.want)
		}
	}
	r, err := Run(tr, Options{Tree: "//k:tree", Arch: "x86", Roots: []string{"linux/r.h"}})
	if err != nil || len(r.Warnings) != 1 || !strings.HasPrefix(r.Warnings[0], "include/linux/r.h:1: nothing that roots reach says which header #include WHO_KNOWS is") {
		t.Errorf("%+v %v", r, err)
	}
}

// deepDefines are macros of which each uses the next, to a header.
func deepDefines() string {
	var b strings.Builder
	for i := range 40 {
		fmt.Fprintf(&b, "#define D%d D%d\n", i, i+1)
	}
	return b.String() + "#define D40 <linux/r.h>\n"
}

func manyDefines() string {
	var b strings.Builder
	for i := range 20 {
		fmt.Fprintf(&b, "#define x v%d\n", i)
	}
	return b.String()
}

// TestBoards names a header for each directory that an architecture's Makefile
// adds to the search.
func TestBoards(t *testing.T) {
	for _, c := range []struct{ arch, name, want string }{
		{"arm", "mach/m.h", "arch/arm/mach-a/include/mach/m.h arch/arm/mach-b/include/mach/m.h"},
		{"arm", "plat/p.h", "arch/arm/plat-orion/include/plat/p.h"},
		{"csky", "abi/cacheflush.h", "arch/csky/abiv1/inc/abi/cacheflush.h arch/csky/abiv2/inc/abi/cacheflush.h"},
		{"mips", "war.h", "arch/mips/include/asm/mach-generic/war.h"},
		{"mips", "lantiq_soc.h", "arch/mips/include/asm/mach-lantiq/falcon/lantiq_soc.h arch/mips/include/asm/mach-lantiq/xway/lantiq_soc.h"},
		{"powerpc", "xmon/x.h", "arch/powerpc/xmon/x.h"},
		{"sh", "mach/se.h", "arch/sh/include/mach-se/mach/se.h"},
		{"um", "kern_util.h", "arch/um/include/shared/kern_util.h"},
		{"um", "stub-data.h", "arch/um/include/shared/skas/stub-data.h"},
		{"um", "sysdep/ptrace.h", "arch/x86/um/shared/sysdep/ptrace.h"},
		{"xtensa", "variant/core.h", "arch/xtensa/variants/dc232b/include/variant/core.h arch/xtensa/variants/fsf/include/variant/core.h"},
		{"xtensa", "platform/hardware.h", "arch/xtensa/platforms/iss/include/platform/hardware.h"},
		{"x86", "mach/m.h", ""},
	} {
		files := map[string]string{
			"include/linux/r.h": "#include <" + c.name + ">", "arch/x86/mach-a/include/mach/m.h": "", "arch/arm/mach-b/include/mach/n.h": "",
		}
		for _, p := range strings.Fields(c.want) {
			files[p] = ""
		}
		r, err := Run(load(t, files), Options{Tree: "//k:tree", Arch: c.arch, Roots: []string{"linux/r.h"}})
		if want := strings.TrimSpace(c.want + " include/linux/r.h"); err != nil || reached(r) != want {
			t.Errorf("%s, <%s>: %s, %v, want %s", c.arch, c.name, reached(r), err, want)
		}
	}
}

// TestFar finds what was not looked for, of which nobody knows if it is there.
func TestFar(t *testing.T) {
	tr := load(t, map[string]string{
		"include/trace/events/wbt.h": "#include \"../../../block/blk-wbt.h\"\n#include \"../../../../../../../../etc/passwd\"\n#include \"gone.h\"\n#include \"../../linux/a.h\"",
		"include/linux/a.h":          "#include <../../kernel/sched/sched.h>", "block/blk-wbt.h": "#include \"blk.h\"", "block/blk.h": "",
	})
	f := NewFilter(none{}, "x86", nil)
	o := Options{Tree: "//k:tree", Arch: "x86", Roots: []string{"trace/events/wbt.h"}, Loaded: f.MayMatch}
	r, err := Run(tr, o)
	if err != nil || reached(r) != "include/linux/a.h include/trace/events/wbt.h" {
		t.Error(reached(r), err)
	}
	if !slices.Contains(r.Far, "block/blk-wbt.h") || slices.ContainsFunc(r.Far, func(p string) bool { return strings.Contains(p, "passwd") || strings.Contains(p, "gone") }) {
		t.Errorf("far: %q", r.Far)
	}
	if !f.Widen(r.Far) {
		t.Fatal("the filter is no wider")
	}
	r, err = Run(tr, o)
	if err != nil || reached(r) != "block/blk-wbt.h block/blk.h include/linux/a.h include/trace/events/wbt.h" || len(r.Far) > 0 {
		t.Error(reached(r), r.Far, err)
	}
	o.Barred, f = func(p string) bool { return p == "block/blk-wbt.h" }, NewFilter(none{}, "x86", nil)
	o.Loaded = f.MayMatch
	if r, err = Run(tr, o); err != nil || slices.Contains(r.Far, "block/blk-wbt.h") {
		t.Errorf("far, though excluded: %q, %v", r.Far, err)
	}
}

func TestFilter(t *testing.T) {
	f := NewFilter(none{}, "x86", []string{"linux/sched.h", "fs/ext4/ext4.h", "arch/x86/kernel/x.h"})
	for p, want := range map[string]bool{
		"include/linux/a.inc": true, "arch/x86/include/asm/a.h": true, "arch/x86/kernel/x.h": true, "arch/arm/include/asm/a.h": false,
		"fs/internal.h": true, "drivers/a.h": false, "Makefile": false, "include/.a.h.cmd": false,
	} {
		if got := f.MayMatch(p); got != want {
			t.Errorf("%s: %v", p, got)
		}
	}
	far := []string{"block/blk.h", "sound/soc/sof/audio.h", "top.h"}
	if f.MayMatch(far[0]) || !f.Widen(far) || f.Widen(far) {
		t.Error("Widen does not say, or says twice, that it makes a difference")
	}
	for p, want := range map[string]bool{"block/blk.h": true, "block/sub/a.h": true, "sound/soc/sof/ops.h": true, "sound/core.h": false} {
		if got := f.MayMatch(p); got != want {
			t.Errorf("%s: %v after Widen", p, got)
		}
	}
	for d, want := range map[string]bool{"include": true, "include/linux": true, "arch": true, "arch/x86": true, "arch/arm": false, "fs/ext4": true, "drivers": false, "block": true, "sound": true, "sound/pci": false} {
		if got := f.MayContain(d); got != want {
			t.Errorf("%s/: %v", d, got)
		}
	}
}

type none struct{}

func (none) Excludes(string) bool   { return false }
func (none) MayContain(string) bool { return false }
func (none) MayMatch(string) bool   { return false }
