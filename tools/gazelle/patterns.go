package gazelle

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
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
	case "mips":
		p = append(p, a+"*/Platform")
	case "powerpc":
		p = append(p, a+"lib/crtsavres.o", a+"tools/*.sh")
	}
	return p
}

// generatedFile tells whether a file is one that the patterns name.
func generatedFile(name string) bool {
	parts := strings.Split(name, "/")
	if len(parts) < 3 || parts[0] != "arch" {
		return slices.Contains([]string{"Kbuild", "Makefile", "Module.symvers"}, name)
	}
	return slices.Contains(append(treePatterns(parts[1]), objPatterns(parts[1])...), name)
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
	if arch == "powerpc" {
		p = append(p, a+"lib/crtsavres.o")
	}
	return p
}

// objExcludes change with every build of the kernel, and no profile takes
// them.
var objExcludes = []string{"include/generated/compile.h", "include/generated/utsversion.h"}

// claim is what patterns find below a directory: Bazel's glob stops where
// another package begins.
type claim struct {
	// own are the patterns that match files of the directory's own package.
	own []string
	// excludes are those that leave out files of it.
	excludes []string
	// nested are the packages below with files that match.
	nested map[string]*part
}

// part is what a claim has in a package below; all is relative to that.
type part struct{ patterns, excludes, files []string }

// newClaim looks for the files. dir is absolute, buildNames are the names of
// BUILD files.
func newClaim(dir string, patterns, excludes, buildNames []string) *claim {
	c := &claim{nested: map[string]*part{}}
	own, left := map[string]bool{}, map[string]bool{}
	in := map[string]*part{}
	partOf := func(pkg string) *part {
		if in[pkg] == nil {
			in[pkg] = &part{}
		}
		return in[pkg]
	}
	leave := func(x, pkg string) {
		if pkg == "." {
			left[x] = true
		} else {
			p := partOf(pkg)
			p.excludes = added(p.excludes, []string{below(x, pkg)})
		}
	}
	packages := map[string]string{".": "."} // directory → its package's
	visit := func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return nil
		}
		rel, _ := filepath.Rel(dir, name)
		if d.IsDir() {
			packages[rel] = packageOf(packages, dir, rel, buildNames)
			if slices.ContainsFunc(excludes, func(x string) bool { return x == rel+"/**" }) {
				leave(rel+"/**", packageOf(packages, dir, path.Dir(rel), buildNames))
				return fs.SkipDir
			}
			return nil
		}
		pkg := packageOf(packages, dir, path.Dir(rel), buildNames)
		for _, x := range excludes {
			if doublestar.MatchUnvalidated(x, rel) {
				leave(x, pkg)
				return nil
			}
		}
		for _, p := range patterns {
			if (pkg == "." && own[p]) || !doublestar.MatchUnvalidated(p, rel) {
				continue
			}
			if pkg == "." {
				own[p] = true
			} else if !slices.Contains(buildNames, path.Base(rel)) {
				n := partOf(pkg)
				n.patterns = added(n.patterns, []string{below(p, pkg)})
				if f := strings.TrimPrefix(rel, pkg+"/"); len(n.files) == 0 || n.files[len(n.files)-1] != f {
					n.files = append(n.files, f)
				}
			}
		}
		return nil
	}
	for _, base := range bases(patterns) {
		filepath.WalkDir(filepath.Join(dir, base), visit)
	}
	for _, p := range patterns {
		if own[p] {
			c.own = append(c.own, p)
		}
	}
	for _, x := range excludes {
		if left[x] {
			c.excludes = append(c.excludes, x)
		}
	}
	for pkg, p := range in {
		if len(p.patterns) > 0 {
			slices.Sort(p.patterns)
			slices.Sort(p.excludes)
			c.nested[pkg] = p
		}
	}
	return c
}

// packageOf returns the directory, relative to root, whose package rel is of.
func packageOf(known map[string]string, root, rel string, buildNames []string) string {
	if p, ok := known[rel]; ok {
		return p
	}
	p := rel
	if !slices.ContainsFunc(buildNames, func(n string) bool { return isFile(filepath.Join(root, rel, n)) }) {
		p = packageOf(known, root, path.Dir(rel), buildNames)
	}
	known[rel] = p
	return p
}

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
					out = added(out, bazelGlobs(pattern[:open]+a+pattern[i+1:]))
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

// bases returns the directories and files that hold all that the patterns can
// match, none below another.
func bases(patterns []string) []string {
	var all []string
	for _, p := range patterns {
		base, _ := doublestar.SplitPattern(p)
		if !strings.ContainsAny(p, "*?[{") {
			base = p
		}
		if base == "." {
			return []string{"."}
		}
		all = append(all, base)
	}
	slices.Sort(all)
	var out []string
	for _, b := range all {
		if !slices.ContainsFunc(out, func(o string) bool { return b == o || strings.HasPrefix(b, o+"/") }) {
			out = append(out, b)
		}
	}
	return out
}

// below returns a pattern as seen from a directory that lies on its way.
func below(pattern, dir string) string {
	parts := strings.Split(pattern, "/")
	for range strings.Split(dir, "/") {
		if len(parts) < 2 || parts[0] == "**" {
			break
		}
		parts = parts[1:]
	}
	return strings.Join(parts, "/")
}

// buildFileIn returns the path of a directory's BUILD file, "" without one.
func buildFileIn(dir string, buildNames []string) string {
	for _, n := range buildNames {
		if p := filepath.Join(dir, n); isFile(p) {
			return p
		}
	}
	return ""
}

func readDir(dir string) []fs.DirEntry {
	ents, _ := os.ReadDir(dir)
	return ents
}
