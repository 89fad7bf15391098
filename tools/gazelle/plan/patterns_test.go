package plan

import (
	"slices"
	"testing"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/kernel"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/selection"
)

// Whatever a profile may take, for any kernel, a generated glob has to hold.
func TestPatternsCoverTheProfiles(t *testing.T) {
	paths := []string{
		"Kbuild", "Makefile", "Module.symvers", "include/linux/a.h", "include/config/auto.conf", "include/config/A/B.h", "include/generated/autoconf.h",
		"scripts/Makefile.build", "scripts/basic/fixdep", "scripts/mod/modpost.real-lsb-64", "scripts/module.lds", "scripts/gcc-plugins/a.so", "scripts/module-common.c",
		"scripts/dtc/include-prefixes/arm/a.dtsi", "tools/objtool/objtool", "tools/objtool/objtool.real-x86", "kernel/fork.c", "drivers/md/dm.h", "block/a.h",
	}
	for _, arch := range []string{"x86", "arm64", "arm", "mips", "powerpc", "riscv", "s390", "um", "csky", "m68k", "sh", "xtensa"} {
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

// What a module finds in a kernel has to be among the files of its tree.
func TestPatternsCoverTheSearchPath(t *testing.T) {
	everywhere := []string{"arch", "include", "inc", "asm", "mach-x", "plat-x", "cpu-x", "abiv1", "platforms", "variants", "x"}
	for _, arch := range kernel.Arches {
		subdirs := func(dir string) []string {
			if dir == "arch" {
				return []string{arch}
			}
			return everywhere
		}
		for _, dir := range kernel.NewSearchPath(arch, subdirs).Dirs {
			if dir == "arch/powerpc" {
				continue // that would be the whole architecture
			}
			header := dir + "/a.h"
			if !slices.ContainsFunc(treePatterns(arch), func(p string) bool { return doublestar.MatchUnvalidated(p, header) }) {
				t.Errorf("%s: a module may find %s, and no pattern has it", arch, header)
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
