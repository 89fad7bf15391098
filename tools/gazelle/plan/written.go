package plan

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/bazelbuild/bazel-gazelle/label"

	"github.com/rules-kheaders/rules_kheaders/tools/gazelle/survey"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/kernel"
)

// allPatterns are those of all architectures, for sources, objects and headers.
var allPatterns = sync.OnceValue(func() map[string]bool {
	out := map[string]bool{headerPattern: true}
	for _, a := range kernel.Arches {
		for _, p := range append(treePatterns(a), objPatterns(a)...) {
			out[p] = true
		}
	}
	return out
})

// partPatterns are those, and what is left of them in a package below.
var partPatterns = sync.OnceValue(func() map[string]bool {
	out := map[string]bool{}
	for p := range allPatterns() {
		out[p] = true
		for _, rest, ok := strings.Cut(p, "/"); ok; _, rest, ok = strings.Cut(rest, "/") {
			out[rest] = true
		}
	}
	return out
})

// WritesPattern tells whether Gazelle writes a pattern into the srcs of a rule
// of that name, whatever its directory holds.
func WritesPattern(name, pattern string) bool {
	if name == survey.GroupNested {
		return partPatterns()[pattern]
	}
	return allPatterns()[pattern]
}

// WritesExclude tells whether Gazelle leaves the files out of the globs of a
// rule of that name.
func WritesExclude(name, pattern string) bool {
	if name != survey.GroupNested {
		return slices.Contains(treeExcludes, pattern) || slices.Contains(objExcludes, pattern)
	}
	ends := func(x string) bool { return strings.HasSuffix("/"+x, "/"+pattern) }
	return slices.Contains([]string{"BUILD", "BUILD.bazel"}, pattern) || slices.ContainsFunc(treeExcludes, ends) || slices.ContainsFunc(objExcludes, ends)
}

// WritesFile tells whether a file is one that the patterns name.
func WritesFile(name string) bool {
	parts := strings.Split(name, "/")
	if len(parts) < 3 || parts[0] != "arch" {
		return slices.Contains([]string{"Kbuild", "Makefile", "Module.symvers"}, name)
	}
	return slices.Contains(append(treePatterns(parts[1]), objPatterns(parts[1])...), name)
}

// MarksGazelle tells whether no user would write a pattern for another reason
// than Gazelle does.
func MarksGazelle(pattern string) bool {
	return pattern == "include/**" || pattern == "scripts/**" || strings.HasPrefix(pattern, "arch/") && strings.HasSuffix(pattern, "/include/**")
}

var packageRE = regexp.MustCompile(`^//[^:]*:__pkg__$`)

// WritesVisibility tells whether Gazelle gives a visibility to a rule of that
// name.
func WritesVisibility(name string, v []string) bool {
	if name == survey.GroupNested {
		return len(v) == 1 && packageRE.MatchString(v[0])
	}
	return slices.Equal(v, public)
}

// WritesName tells whether Gazelle gives the name to a rule of a kind that is
// for arch, or made from tree.
func WritesName(kind, name, arch, tree string) bool {
	switch kind {
	case survey.KindTree:
		known, _ := kernel.ParseArch(arch)
		return name == "tree_"+known
	case survey.KindMacro:
		return tree == ":tree_"+strings.TrimPrefix(name, "kheaders_")
	}
	return true
}

// IsModuleSet knows the names of the sets of external modules.
func IsModuleSet(name string) bool {
	arch, ok := strings.CutPrefix(strings.TrimSuffix(name, ".set"), "kheaders_")
	return ok && strings.HasSuffix(name, ".set") && slices.Contains(kernel.Arches, arch)
}

// IsObjtree tells whether a label is that of an object tree's filegroup in this
// workspace.
func IsObjtree(s string) bool {
	l, err := label.Parse(s)
	return err == nil && l.Repo == "" && l.Name == survey.GroupObjtree
}

// IsNested tells whether a label is that of a package below another that hands
// out its files.
func IsNested(s string) bool {
	l, err := label.Parse(s)
	return err == nil && l.Name == survey.GroupNested
}
