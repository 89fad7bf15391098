package survey

import (
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// Claim is what patterns find below a directory: Bazel's glob stops where
// another package begins.
type Claim struct {
	// Own are the patterns that match files of the directory's own package.
	Own []string
	// Excludes are those that leave out files of it.
	Excludes []string
	// Nested are the packages below with files that match.
	Nested map[string]*Part
}

// Part is what a claim has in a package below; all is relative to that.
type Part struct{ Patterns, Excludes, Files []string }

// NewClaim looks for the files. dir is absolute, buildNames are the names of
// BUILD files.
func NewClaim(dir string, patterns, excludes, buildNames []string) *Claim {
	c := &Claim{Nested: map[string]*Part{}}
	own, excluded := map[string]bool{}, map[string]bool{}
	in := map[string]*Part{}
	partOf := func(pkg string) *Part {
		if in[pkg] == nil {
			in[pkg] = &Part{}
		}
		return in[pkg]
	}
	exclude := func(x, pkg string) {
		if pkg == "." {
			excluded[x] = true
		} else {
			p := partOf(pkg)
			p.Excludes = Add(p.Excludes, below(x, pkg))
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
				exclude(rel+"/**", packageOf(packages, dir, path.Dir(rel), buildNames))
				return fs.SkipDir
			}
			return nil
		}
		pkg := packageOf(packages, dir, path.Dir(rel), buildNames)
		for _, x := range excludes {
			if doublestar.MatchUnvalidated(x, rel) {
				exclude(x, pkg)
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
				n.Patterns = Add(n.Patterns, below(p, pkg))
				if f := strings.TrimPrefix(rel, pkg+"/"); len(n.Files) == 0 || n.Files[len(n.Files)-1] != f {
					n.Files = append(n.Files, f)
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
			c.Own = append(c.Own, p)
		}
	}
	for _, x := range excludes {
		if excluded[x] {
			c.Excludes = append(c.Excludes, x)
		}
	}
	for pkg, p := range in {
		if len(p.Patterns) > 0 {
			slices.Sort(p.Patterns)
			slices.Sort(p.Excludes)
			c.Nested[pkg] = p
		}
	}
	return c
}

// FilesOf returns the files below a directory that are of its own package, match
// one of the patterns and none of the excludes.
func FilesOf(dir string, patterns, excludes, buildNames []string) []string {
	var out []string
	packages := map[string]string{".": "."}
	matches := func(list []string, rel string) bool {
		return slices.ContainsFunc(list, func(p string) bool { return doublestar.MatchUnvalidated(p, rel) })
	}
	for _, base := range bases(patterns) {
		filepath.WalkDir(filepath.Join(dir, base), func(name string, d fs.DirEntry, err error) error {
			if err != nil {
				return nil
			}
			rel, _ := filepath.Rel(dir, name)
			if d.IsDir() {
				if packageOf(packages, dir, rel, buildNames) != "." {
					return fs.SkipDir
				}
				return nil
			}
			if packageOf(packages, dir, path.Dir(rel), buildNames) == "." && matches(patterns, rel) && !matches(excludes, rel) {
				out = append(out, rel)
			}
			return nil
		})
	}
	return out
}

// packageOf returns the directory, relative to root, whose package rel is of.
func packageOf(known map[string]string, root, rel string, buildNames []string) string {
	if p, ok := known[rel]; ok {
		return p
	}
	p := rel
	if !slices.ContainsFunc(buildNames, func(n string) bool { return IsFile(filepath.Join(root, rel, n)) }) {
		p = packageOf(known, root, path.Dir(rel), buildNames)
	}
	known[rel] = p
	return p
}

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

// Add returns a new list: a list, then what is not in it yet.
func Add(list []string, more ...string) []string {
	out := slices.Clone(list)
	for _, m := range more {
		if !slices.Contains(out, m) {
			out = append(out, m)
		}
	}
	return out
}
