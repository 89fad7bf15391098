package gazelle

import (
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"github.com/bmatcuk/doublestar/v4"

	"rules_kheaders/tools/internal/selection"
)

// Whatever a profile may take, for any kernel, a generated glob has to hold.
func TestPatternsCoverTheProfiles(t *testing.T) {
	paths := []string{
		"Kbuild", "Makefile", "Module.symvers", "include/linux/a.h", "include/config/auto.conf", "include/config/A/B.h", "include/generated/autoconf.h",
		"scripts/Makefile.build", "scripts/basic/fixdep", "scripts/mod/modpost.real-lsb-64", "scripts/module.lds", "scripts/gcc-plugins/a.so", "scripts/module-common.c",
		"scripts/dtc/include-prefixes/arm/a.dtsi", "tools/objtool/objtool", "tools/objtool/objtool.real-x86", "kernel/fork.c", "drivers/md/dm.h", "block/a.h",
	}
	for _, arch := range []string{"x86", "arm64", "arm", "mips", "powerpc", "riscv", "s390"} {
		all := slices.Clone(paths)
		for _, p := range []string{
			"include/asm/a.h", "include/generated/asm/a.h", "Makefile", "Makefile_32.cpu", "Makefile.postlink", "Kbuild.platforms", "module.lds", "kernel/module.lds",
			"mach-x/include/mach/a.h", "plat-x/include/a.h", "board/Platform", "lib/crtsavres.o", "tools/check.sh", "kernel/vmlinux.lds", "mm/a.h",
		} {
			all = append(all, "arch/"+arch+"/"+p)
		}
		for _, profile := range selection.Profiles() {
			s, err := selection.New(selection.Options{Profile: profile, Arch: arch})
			if err != nil {
				t.Fatal(err)
			}
			for _, path := range all {
				in := func(patterns []string) bool {
					return slices.ContainsFunc(patterns, func(p string) bool { return doublestar.MatchUnvalidated(p, path) })
				}
				if s.MayMatch(path) && !in(treePatterns(arch)) && !in(treeExcludes) {
					t.Errorf("%s, %s: the profile may take %s, and no pattern has it", arch, profile, path)
				}
			}
		}
	}
}

func TestBazelGlobs(t *testing.T) {
	for pattern, want := range map[string][]string{
		"tools/include/**":       {"tools/include/**"},
		"a/*.{h,S}":              {"a/*.h", "a/*.S"},
		"{a,b/{c,d}}/x?.[ch]":    {"a/x*.*", "b/c/x*.*", "b/d/x*.*"},
		"a/**.h":                 {"a/*.h"},
		"drivers/**/include/*.h": {"drivers/**/include/*.h"},
		"{a":                     {"{a"},
	} {
		if got := bazelGlobs(pattern); !slices.Equal(got, want) {
			t.Errorf("bazelGlobs(%q) = %q, want %q", pattern, got, want)
		}
	}
}

func write(t *testing.T, dir string, files ...string) {
	t.Helper()
	for _, f := range files {
		name := filepath.Join(dir, f)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestClaim(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "Makefile", "include/a.h", "include/x/BUILD", "include/x/deep/b.h", "include/y/BUILD.bazel", "arch/x86/BUILD.bazel", "arch/x86/Makefile",
		"arch/x86/include/asm/c.h", "scripts/BUILD.bazel", "scripts/dtc/include-prefixes/d.h", "other/e.h")
	c := newClaim(dir, []string{"Makefile", "Missing*", "arch/x86/Makefile*", "arch/x86/include/**", "include/**", "scripts/**"}, []string{"scripts/dtc/include-prefixes/**", "include/z"}, []string{"BUILD.bazel", "BUILD"})
	if want := []string{"Makefile", "include/**"}; !slices.Equal(c.own, want) {
		t.Errorf("own = %q, want %q", c.own, want)
	}
	want := map[string]*part{
		"include/x": {patterns: []string{"**"}, files: []string{"deep/b.h"}},
		"arch/x86":  {patterns: []string{"Makefile*", "include/**"}, files: []string{"Makefile", "include/asm/c.h"}},
	}
	if !reflect.DeepEqual(c.nested, want) {
		t.Errorf("nested = %+v, want %+v", c.nested, want)
	}
	write(t, dir, "scripts/z.sh", "include/x/z/gone.h")
	c = newClaim(dir, []string{"include/**", "scripts/**"}, []string{"scripts/dtc/include-prefixes/**", "include/x/deep/b.h", "include/x/z/**"}, []string{"BUILD.bazel", "BUILD"})
	want = map[string]*part{"scripts": {patterns: []string{"**"}, excludes: []string{"dtc/include-prefixes/**"}, files: []string{"z.sh"}}}
	if !reflect.DeepEqual(c.nested, want) || len(c.excludes) > 0 {
		t.Errorf("nested = %+v, excludes %q; want %+v and none", c.nested, c.excludes, want)
	}
	if empty := newClaim(filepath.Join(dir, "none"), []string{"**"}, nil, nil); len(empty.own)+len(slices.Collect(maps.Keys(empty.nested))) != 0 {
		t.Errorf("a directory that is not there gives %+v", empty)
	}
}
