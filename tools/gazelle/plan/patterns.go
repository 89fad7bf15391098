package plan

import (
	"regexp"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/gazelle/survey"
)

// treePatterns returns what a source tree has that any profile could want for
// an architecture, as globs of Bazel's. Each is kept if it matches something.
func treePatterns(arch string) []string {
	a := "arch/" + arch + "/"
	p := []string{
		"Kbuild", "Makefile", "Module.symvers",
		a + "Kbuild*", a + "Makefile*", a + "*.lds", a + "kernel/module.lds", a + "include/**",
		"include/**", "scripts/**", "tools/objtool/objtool*",
	}
	switch arch {
	case "arm":
		p = append(p, a+"mach-*/include/**", a+"plat-*/include/**")
	case "csky":
		p = append(p, a+"abiv*/inc/**")
	case "mips":
		p = append(p, a+"*/Platform")
	case "powerpc":
		p = append(p, a+"lib/crtsavres.o", a+"tools/*.sh")
	case "um":
		p = append(p, "arch/x86/include/**", "arch/x86/um/**")
	case "xtensa":
		p = append(p, a+"platforms/*/include/**", a+"variants/*/include/**")
	}
	return p
}

// wantedPatterns returns what sets beyond their profiles want of a source tree:
// what makes BTF, what modules in Rust are built with, the sources of the host
// tools. The first two may be in an object tree as well.
func wantedPatterns(arch string, btf, rust, toolSources bool) []string {
	var p []string
	if btf {
		p = append(p, "tools/bpf/resolve_btfids/resolve_btfids", "vmlinux")
	}
	if rust {
		p = append(p, ".clippy.toml", ".rustfmt.toml", "rust/*.dylib", "rust/*.rmeta", "rust/*.so", "rust/Makefile", "rust/helpers/helpers_module.bc", "rust/kernel/generated_arch_*_asm.rs", "rust/target.json")
	}
	if toolSources {
		p = append(p, "tools/arch/"+arch+"/**", "tools/build/**", "tools/include/**", "tools/lib/*.c", "tools/lib/subcmd/**", "tools/objtool/**", "tools/scripts/**")
	}
	return p
}

// treeExcludes are links into the device trees of all architectures, of which
// no profile takes anything.
var treeExcludes = []string{"scripts/dtc/include-prefixes/**"}

// objPatterns returns what an object tree has for an architecture. Its
// Makefile is of no use, it names a path of the machine that built the kernel.
func objPatterns(arch string) []string {
	a := "arch/" + arch + "/"
	p := []string{
		"Module.symvers", "include/**", "scripts/**", "tools/objtool/objtool*",
		a + "include/generated/**", a + "*.lds", a + "kernel/module.lds",
	}
	switch arch {
	case "powerpc":
		p = append(p, a+"lib/crtsavres.o")
	case "um":
		p = append(p, "arch/x86/include/generated/**")
	}
	return p
}

// objExcludes change with every build of the kernel, and no profile takes
// them.
var objExcludes = []string{"include/generated/compile.h", "include/generated/utsversion.h"}

// bazelGlobs writes a glob of a set as globs of Bazel's, which have no ?, [a-z]
// or {a,b}, and ** only for whole directories. They may match more.
func bazelGlobs(pattern string) []string {
	if open := strings.IndexByte(pattern, '{'); open >= 0 {
		depth, from := 0, open+1
		var out, alternatives []string
		for i := open; i < len(pattern); i++ {
			switch c := pattern[i]; {
			case c == '{':
				depth++
			case c == '}':
				depth--
			}
			if depth == 1 && pattern[i] == ',' || depth == 0 {
				alternatives = append(alternatives, pattern[from:i])
				from = i + 1
			}
			if depth == 0 {
				for _, a := range alternatives {
					out = survey.Add(out, bazelGlobs(pattern[:open]+a+pattern[i+1:])...)
				}
				return out
			}
		}
	}
	parts := strings.Split(classRE.ReplaceAllString(pattern, "*"), "/")
	for i, p := range parts {
		if p != "**" {
			parts[i] = starsRE.ReplaceAllString(p, "*")
		}
	}
	return []string{strings.Join(parts, "/")}
}

var (
	classRE = regexp.MustCompile(`\?|\[[^\]]*\]`)
	starsRE = regexp.MustCompile(`\*\*+`)
)
