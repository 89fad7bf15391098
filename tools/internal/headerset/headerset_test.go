package headerset

import (
	"archive/tar"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/closure"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/hosttools"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/tree"
)

// kernelTree are the files of a kernel 6.1 for x86 that was prepared but not
// built: there is no Module.symvers.
var kernelTree = map[string]string{
	"Makefile":                        "VERSION = 6\nPATCHLEVEL = 1\n",
	"include/config/auto.conf":        "CONFIG_X86=y\n",
	"include/generated/autoconf.h":    "#define CONFIG_X86 1\n",
	"include/generated/utsrelease.h":  "#define UTS_RELEASE \"6.1.0-test\"\n",
	"include/linux/kconfig.h":         "#include <generated/autoconf.h>\n",
	"include/linux/list.h":            "#include <linux/types.h>\n",
	"include/linux/types.h":           "",
	"include/linux/unused.h":          "",
	"arch/x86/include/asm/bitops.h":   "",
	"arch/arm64/include/asm/bitops.h": "",
	"fs/ext4/ext4.h":                  "#include \"../../block/blk.h\"\n",
	"block/blk.h":                     "#include <linux/types.h>\n",
	"scripts/basic/fixdep":            "#!/bin/sh\n",
}

// dir writes the tree with changes: a text for a path, "->" and a target for a
// link, and a "-" before a path that is to be left out.
func dir(t *testing.T, changes map[string]string) tree.Options {
	t.Helper()
	top := t.TempDir()
	files := map[string]string{}
	for _, from := range []map[string]string{kernelTree, changes} {
		for p, text := range from {
			if gone, ok := strings.CutPrefix(p, "-"); ok {
				delete(files, gone)
			} else {
				files[p] = text
			}
		}
	}
	for p, text := range files {
		full := filepath.Join(top, p)
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			t.Fatal(err)
		}
		err := error(nil)
		if target, ok := strings.CutPrefix(text, "->"); ok {
			err = os.Symlink(target, full)
		} else {
			err = os.WriteFile(full, []byte(text), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return tree.Options{Name: "//k:tree", Inputs: []tree.Input{{Role: tree.Src, Label: "//k:src", Path: top}}}
}

// packed is the tree of dir in a package.
func packed(t *testing.T, in tree.Options) tree.Options {
	t.Helper()
	file := filepath.Join(t.TempDir(), "k.tar")
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w := tar.NewWriter(f)
	if err := errors.Join(w.AddFS(os.DirFS(in.Inputs[0].Path)), w.Close()); err != nil {
		t.Fatal(err)
	}
	in.Inputs = []tree.Input{{Role: tree.Archive, Label: "//k:tar", Path: file}}
	return in
}

// load makes the sets of recipes for x86, and returns them and what was warned
// of.
func load(t *testing.T, in tree.Options, options ...Options) ([]Result, *[]string) {
	t.Helper()
	warned := &[]string{}
	var recipes []*Recipe
	for _, o := range options {
		o.Name, o.Warn = "//k:tree", func(text string) { *warned = append(*warned, text) }
		if o.Arch == "" {
			o.Arch = "x86_64"
		}
		if o.Profile == "" {
			o.Profile = "headers"
		}
		if o.HostTools == "" {
			o.HostTools = "keep"
		}
		r, err := New(o)
		if err != nil {
			t.Fatal(err)
		}
		recipes = append(recipes, r)
	}
	tr, made, err := Load(in, recipes...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tr.Close)
	sameOfIndex(t, in, recipes, made)
	return made, warned
}

func paths(s *Set) string {
	var out []string
	for _, f := range s.Files {
		out = append(out, f.Path)
	}
	return strings.Join(out, " ")
}

func TestOptions(t *testing.T) {
	good := Options{Arch: "x86", Profile: "modules", HostTools: "keep"}
	for want, change := range map[string]func(*Options){
		`unknown architecture "vax"`: func(o *Options) { o.Arch = "vax" },
		`unknown profile "all"`:      func(o *Options) { o.Profile = "all" },
		`"pdp11"`:                    func(o *Options) { o.HostMachine = "pdp11" },
		"keep, stripped or none":     func(o *Options) { o.HostTools = "strip" },
		"bad include pattern":        func(o *Options) { o.Include = []string{"["} },
	} {
		o := good
		change(&o)
		if _, err := New(o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
	if _, err := New(good); err != nil {
		t.Error(err)
	}
}

// TestOtherArch has trees that were configured or built for another architecture
// than they are said to be for.
func TestOtherArch(t *testing.T) {
	const unsaid = "CONFIG_64BIT=y\n"
	other := map[string]string{"include/config/auto.conf": unsaid, "include/generated/autoconf.h": "#define CONFIG_64BIT 1\n", "arch/x86/include/generated/asm/a.h": ""}
	for name, c := range map[string]struct {
		changes map[string]string
		want    string // "" where it may be for arm64
	}{
		"configured":         {nil, `"include/config/auto.conf" of //k:src was configured for arch "x86", and arch is "arm64": correct arch, or `},
		"configured for C":   {map[string]string{"-include/config/auto.conf": ""}, `"include/generated/autoconf.h" of //k:src was configured for arch "x86", and arch is "arm64": correct arch, or `},
		"empty for make":     {map[string]string{"include/config/auto.conf": ""}, `"include/generated/autoconf.h" of //k:src was configured for arch "x86"`},
		"built":              {other, `"arch/x86/include/generated/asm/a.h" of //k:src is of a build for another arch, and arch is "arm64": correct arch, or `},
		"built for both":     {with(other, "arch/arm64/include/generated/asm/a.h", ""), ""},
		"not configured":     {map[string]string{"include/config/auto.conf": unsaid, "include/generated/autoconf.h": "/* #define CONFIG_X86 1 */\n#define CONFIG_X86 10\n"}, ""},
		"make's counts more": {map[string]string{"include/config/auto.conf": "CONFIG_ARM64=y\n"}, ""},
	} {
		o := dir(t, c.changes)
		made, _ := load(t, o, Options{Arch: "arm64"})
		if err := made[0].Err; c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: error %v, want %q", name, err, c.want)
		}
		o.AllowMismatch = true
		made, _ = load(t, o, Options{Arch: "arm64"})
		if made[0].Err != nil || !strings.Contains(paths(made[0].Set), "arch/arm64/include/asm/bitops.h") {
			t.Errorf("%s, allowed: %v", name, made[0].Err)
		}
	}
}

// TestNoHeadersOfArch has trees without headers of the architecture.
func TestNoHeadersOfArch(t *testing.T) {
	const gone = "-arch/x86/include/asm/bitops.h"
	for name, c := range map[string]struct {
		changes map[string]string
		options Options
		want    string // "" where the set may be without
	}{
		"others":       {map[string]string{gone: ""}, Options{}, `"arch/arm64/include/asm/bitops.h" of //k:src is of another architecture, and of x86 there is nothing below "arch/x86/include/": correct arch, or give all of the srctree, or say by allow_mismatch`},
		"generated":    {map[string]string{gone: "", "arch/x86/include/generated/asm/a.h": ""}, Options{}, `there is nothing below "arch/x86/include/"`},
		"uapi":         {map[string]string{gone: "", "arch/x86/include/uapi/asm/a.h": ""}, Options{}, ""},
		"none":         {map[string]string{gone: "", "-arch/arm64/include/asm/bitops.h": ""}, Options{}, ""},
		"excluded":     {map[string]string{gone: ""}, Options{Exclude: []string{"arch/**"}}, ""},
		"not reached":  {nil, Options{Roots: []string{"linux/types.h"}}, ""},
		"um has x86's": {map[string]string{"include/config/auto.conf": "CONFIG_UML=y\n"}, Options{Arch: "um"}, ""},
	} {
		o := dir(t, c.changes)
		made, _ := load(t, o, c.options)
		if err := made[0].Err; c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: error %v, want %q", name, err, c.want)
		}
		o.AllowMismatch = true
		if made, _ := load(t, o, c.options); made[0].Err != nil {
			t.Errorf("%s, allowed: %v", name, made[0].Err)
		}
	}
}

// TestLongLine: a configuration that cannot be read is told of by its name.
func TestLongLine(t *testing.T) {
	made, _ := load(t, dir(t, map[string]string{"include/config/auto.conf": "CONFIG_X86=y\nCONFIG_LONG=" + strings.Repeat("x", 1<<20)}), Options{})
	if err := made[0].Err; err == nil || err.Error() != `tree //k:tree: "include/config/auto.conf" of //k:src: read kernel configuration: line 2 is longer than 1048576 bytes: correct it, or give another file` {
		t.Errorf("error %v", err)
	}
}

// with returns the files and one more.
func with(files map[string]string, path, text string) map[string]string {
	out := maps.Clone(files)
	out[path] = text
	return out
}

func TestSet(t *testing.T) {
	const headers = "include/generated/autoconf.h include/generated/utsrelease.h include/linux/kconfig.h include/linux/list.h include/linux/types.h include/linux/unused.h"
	for name, c := range map[string]struct {
		o    Options
		want string
	}{
		"profile": {Options{}, "arch/x86/include/asm/bitops.h " + headers},
		"changed": {Options{Include: []string{"fs/**"}, Exclude: []string{"**/unused.h", "arch/**"}, Extra: []string{"include/linux/unused.h"}},
			"fs/ext4/ext4.h " + headers},
		"roots": {Options{Roots: []string{"linux/list.h"}},
			"include/generated/autoconf.h include/generated/utsrelease.h include/linux/kconfig.h include/linux/list.h include/linux/types.h"},
		// block/ is only read once fs/ has shown that it is needed.
		"far roots": {Options{Roots: []string{"fs/ext4/ext4.h"}},
			"block/blk.h fs/ext4/ext4.h include/generated/autoconf.h include/generated/utsrelease.h include/linux/kconfig.h include/linux/types.h"},
	} {
		made, warned := load(t, dir(t, nil), c.o)
		if made[0].Err != nil {
			t.Errorf("%s: %v", name, made[0].Err)
			continue
		}
		s := made[0].Set
		if got := paths(s); got != c.want {
			t.Errorf("%s: got  %s\nwant %s", name, got, c.want)
		}
		if err := s.Check(); err != nil || len(*warned) > 0 {
			t.Errorf("%s: %v, warned of %q", name, err, *warned)
		}
		if arch := cmp.Or(c.o.Arch, "x86"); s.Release != "6.1.0-test" || s.Arch != arch || s.HostTools != nil {
			t.Errorf("%s: release %q, arch %q, host tools %v", name, s.Release, s.Arch, s.HostTools)
		}
	}
}

// TestRootWarnings tells each warning once, though the tree is read twice.
func TestRootWarnings(t *testing.T) {
	prog := filepath.Join(t.TempDir(), "prog.c")
	if err := os.WriteFile(prog, []byte("#include \"gone.h\"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, warned := load(t, dir(t, nil), Options{Roots: []string{"fs/ext4/ext4.h"}, RootFiles: []closure.File{{Label: "prog.c", Path: prog}}}, Options{})
	if len(*warned) != 1 || !strings.Contains((*warned)[0], `tree //k:tree: prog.c:1: #include "gone.h" is neither in the tree`) {
		t.Errorf("warned of %q", *warned)
	}
}

func TestRelease(t *testing.T) {
	bare := map[string]string{"-include/generated/utsrelease.h": ""}
	for name, c := range map[string]struct {
		changes              map[string]string
		asked, release, want string
	}{
		"agreed":       {nil, "6.1.0-test", "6.1.0-test", ""},
		"other":        {nil, "6.1.1", "", `tree //k:tree is of kernel "6.1.0-test", release says "6.1.1"`},
		"bare":         {bare, "", "", ""},
		"odd":          {map[string]string{"include/generated/utsrelease.h": "#define UTS_RELEASE \"6.1.0-a\"b\"\n"}, "", "", `tree //k:tree: no kernel has a release such as "6.1.0-a\"b", with what is no part of a name: run "make prepare"`},
		"odd, stated":  {bare, "6.1.0 x", "", `no kernel has a release such as "6.1.0 x"`},
		"bare, stated": {bare, "6.1.9", "6.1.9", ""},
	} {
		made, _ := load(t, dir(t, c.changes), Options{Release: c.asked})
		if err := made[0].Err; c.want != "" {
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: error %v", name, err)
			}
		} else if err != nil || made[0].Set.Release != c.release {
			t.Errorf("%s: %+v", name, made[0])
		}
	}
}

func TestCheck(t *testing.T) {
	for name, c := range map[string]struct {
		changes       map[string]string
		o             Options
		want, warning string
	}{
		"missing":    {nil, Options{Profile: "modules"}, "; Module.symvers is missing (profile modules", ""},
		"no file":    {nil, Options{Exclude: []string{"**"}}, "no file selected: tree //k:tree has none", ""},
		"no version": {map[string]string{"-include/generated/utsrelease.h": "", "Makefile": ""}, Options{}, "", "tree //k:tree: the kernel's version is not known"},
	} {
		made, warned := load(t, dir(t, c.changes), c.o)
		if made[0].Err != nil {
			t.Fatal(made[0].Err)
		}
		err := made[0].Set.Check()
		if (err != nil) != (c.want != "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", name, err, c.want)
		}
		if got := strings.Join(*warned, "\n"); (got != "") != (c.warning != "") || !strings.Contains(got, c.warning) {
			t.Errorf("%s: warned of %q, want %q", name, got, c.warning)
		}
	}
	clash := []Selected{{Entry: tree.Made("a", "x", nil)}, {Entry: tree.Made("a/b/c", "y", nil)}}
	if err := CheckPaths(clash); fmt.Sprint(err) != `"a" from x is a file, "a/b/c" from y needs it to be a directory: exclude one` {
		t.Errorf("error %v", err)
	}
}

// TestTogether makes two sets from one reading; what is wrong with one is no
// matter of the other's.
func TestTogether(t *testing.T) {
	in := dir(t, map[string]string{"scripts/gone.sh": "->nowhere", "Module.symvers": "->nowhere"})
	made, _ := load(t, in, Options{}, Options{Profile: "modules"}, Options{Include: []string{"scripts/*"}}, Options{Lenient: true})
	if made[0].Err != nil || made[0].Set.Check() != nil {
		t.Errorf("headers: %v", made[0].Err)
	}
	for i, want := range map[int]string{1: `"Module.symvers" from //k:src: a dangling symlink`, 2: `"scripts/gone.sh" from //k:src: a dangling symlink`} {
		if err := made[i].Err; err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("set %d: error %v, want %q", i, err, want)
		}
	}
	if made[3].Err != nil || paths(made[3].Set) != paths(made[0].Set) {
		t.Errorf("lenient: %+v", made[3])
	}
	in.Inputs = nil
	if _, _, err := Load(in); err == nil || !strings.Contains(err.Error(), "tree //k:tree has no input") {
		t.Errorf("error %v", err)
	}
}

func TestBuildTree(t *testing.T) {
	r, err := NewBuildTree(Options{Name: "//k:tree", Arch: "amd64", Exclude: []string{"**"}})
	if err != nil {
		t.Fatal(err)
	}
	tr, made, err := Load(dir(t, nil), r)
	if err != nil || made[0].Err != nil {
		t.Fatal(err, made)
	}
	defer tr.Close()
	s := made[0].Set
	if !strings.Contains(paths(s), "scripts/basic/fixdep") || s.HostTools.HostTools != hosttools.Keep || s.recipe.machine != hosttools.AnyMachine {
		t.Errorf("%s, host tools %+v", paths(s), s.HostTools)
	}
}

func TestHostTools(t *testing.T) {
	made, _ := load(t, dir(t, nil), Options{Profile: "modules", HostTools: "stripped"}, Options{Profile: "modules", Exclude: []string{hosttools.InfoPath}})
	s := made[0].Set
	i := slices.IndexFunc(s.Files, func(f Selected) bool { return f.Path == hosttools.InfoPath })
	if i < 0 || s.Files[i].Rule != "host_tools" || !slices.IsSortedFunc(s.Files, func(a, b Selected) int { return strings.Compare(a.Path, b.Path) }) {
		t.Fatalf("%s", paths(s))
	}
	for _, f := range s.Files {
		if f.StripSymbols != (f.Path == "scripts/basic/fixdep") {
			t.Errorf("%s: symbols are stripped: %v", f.Path, f.StripSymbols)
		}
	}
	if strings.Contains(paths(made[1].Set), hosttools.InfoPath) || made[1].Set.HostTools == nil {
		t.Errorf("excluded: %s", paths(made[1].Set))
	}
	made, _ = load(t, dir(t, map[string]string{hosttools.InfoPath: "{}"}), Options{Profile: "modules", Include: []string{hosttools.InfoPath}})
	if err := made[0].Err; err == nil || !strings.Contains(err.Error(), "has the name of the file that tells of the host tools: exclude it") {
		t.Errorf("error %v", err)
	}
}

func TestWriteManifest(t *testing.T) {
	made, _ := load(t, dir(t, nil), Options{Exclude: []string{"include/**"}})
	var b bytes.Buffer
	if err := made[0].Set.WriteManifest(&b); err != nil || !strings.Contains(b.String(), "\narch/x86/include/asm/bitops.h\t0644\t0\t") {
		t.Errorf("%v\n%s", err, &b)
	}
}
