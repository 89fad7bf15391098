package gazelle

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bazelbuild/bazel-gazelle/label"
	"github.com/bazelbuild/bazel-gazelle/rule"
	bzl "github.com/bazelbuild/buildtools/build"
	"github.com/bmatcuk/doublestar/v4"
)

// nestedPackage is a package below another that wants its files.
type nestedPackage struct {
	owner    string
	patterns []string
	// labels stand for the files where no filegroup can be generated.
	labels []string
	// kept is true if the package's BUILD file is not Gazelle's to change.
	kept bool
}

// nest notes the packages that a claim reaches into.
func (s *survey) nest(at place, c *claim) {
	for rel, patterns := range c.nested {
		pkg := path.Join(at.rel, rel)
		n := s.nested[pkg]
		if n == nil {
			n = &nestedPackage{owner: at.rel}
			s.nested[pkg] = n
			n.kept = s.kept(at, rel)
		}
		n.patterns = added(n.patterns, patterns)
		slices.Sort(n.patterns)
	}
}

// kept tells whether Gazelle leaves the package at the path rel below a place
// alone.
func (s *survey) kept(at place, rel string) bool {
	whole := path.Join(at.rel, rel)
	for _, name := range strings.Split(rel, "/") {
		at.rel = path.Join(at.rel, name)
		f := s.enter(&at)
		if at.excluded(at.rel) {
			return true
		}
		if at.rel == whole && f != nil && slices.ContainsFunc(f.Directives, func(d rule.Directive) bool { return d.Key == "ignore" }) {
			return true
		}
	}
	return at.settings.off
}

// handedOut returns the labels under which a package below another gives its
// files.
func (s *survey) handedOut(rel string, n *nestedPackage) []string {
	name := buildFileIn(filepath.Join(s.root, rel), s.buildNames)
	group := label.New("", rel, nestedGroup).String()
	if !n.kept {
		return []string{group}
	}
	b, err := os.ReadFile(name)
	if err != nil {
		return nil
	}
	f, err := rule.LoadData(name, rel, b)
	if err != nil {
		return nil
	}
	if slices.ContainsFunc(f.Rules, func(r *rule.Rule) bool { return r.Name() == nestedGroup }) {
		return []string{group}
	}
	var labels []string
	for _, file := range exported(f) {
		if isFile(filepath.Join(s.root, rel, file)) && slices.ContainsFunc(n.patterns, func(p string) bool { return doublestar.MatchUnvalidated(p, file) }) {
			labels = append(labels, label.New("", rel, file).String())
		}
	}
	return labels
}

// exported returns the files that a BUILD file names in exports_files.
func exported(f *rule.File) []string {
	var out []string
	for _, stmt := range f.File.Stmt {
		call, ok := stmt.(*bzl.CallExpr)
		if !ok {
			continue
		}
		if id, ok := call.X.(*bzl.Ident); !ok || id.Name != "exports_files" {
			continue
		}
		for _, arg := range call.List {
			if as, ok := arg.(*bzl.AssignExpr); ok {
				if id, ok := as.LHS.(*bzl.Ident); !ok || id.Name != "srcs" {
					continue
				}
				arg = as.RHS
			}
			out = append(out, bzl.Strings(arg)...)
		}
	}
	return out
}

// lost describes the files that no label reaches, "" if there are none.
func (s *survey) lost(rel string) string {
	n := s.nested[rel]
	if n == nil || len(n.labels) > 0 {
		return ""
	}
	return fmt.Sprintf("//%s is a package of its own that this run does not change, and gives no label for its files %s; add a filegroup %s to it",
		rel, strings.Join(n.patterns, ", "), nestedGroup)
}
