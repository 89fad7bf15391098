package gazelle

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/bazelbuild/bazel-gazelle/label"
	"github.com/bazelbuild/bazel-gazelle/rule"
	bzl "github.com/bazelbuild/buildtools/build"
)

// nestedPackage is a package below another that wants its files.
type nestedPackage struct {
	owner    string
	patterns []string
	// excludes are what the owner leaves out.
	excludes []string
	// files are those that match, relative to the package.
	files []string
	// labels stand for the files, missing are those that none stands for.
	labels, missing []string
	// kept is true if the package's BUILD file is not Gazelle's to change;
	// keptBy says why.
	kept   bool
	keptBy string
	said   bool
}

// nest notes the packages that a claim reaches into.
func (s *survey) nest(at place, c *claim) {
	for rel, in := range c.nested {
		pkg := path.Join(at.rel, rel)
		n := s.nested[pkg]
		if n == nil {
			n = &nestedPackage{owner: at.rel}
			s.nested[pkg] = n
			n.keptBy = s.keptBy(at, rel)
			n.kept = n.keptBy != ""
		}
		n.patterns = added(n.patterns, in.patterns)
		n.excludes = added(n.excludes, in.excludes)
		slices.Sort(n.patterns)
		slices.Sort(n.excludes)
		n.files = append(n.files, in.files...)
		slices.Sort(n.files)
		n.files = slices.Compact(n.files)
	}
}

// keptBy says why Gazelle leaves the package at the path rel below a place
// alone, "" if it does not.
func (s *survey) keptBy(at place, rel string) string {
	for _, name := range strings.Split(rel, "/") {
		at = at.below(name)
		s.enter(&at)
	}
	return s.leftAlone(at)
}

// handedOut returns the labels under which a package below another gives its
// files, and the files that it does not give.
func (s *survey) handedOut(rel string, n *nestedPackage) (labels, missing []string) {
	group := label.New("", rel, nestedGroup).String()
	if !n.kept {
		return []string{group}, nil
	}
	var given []string
	if f := s.load(rel); f != nil {
		if slices.ContainsFunc(f.Rules, func(r *rule.Rule) bool { return r.Name() == nestedGroup }) {
			return []string{group}, nil
		}
		given = exported(f)
	}
	for _, file := range n.files {
		if slices.Contains(given, file) {
			labels = append(labels, label.New("", rel, file).String())
		} else {
			missing = append(missing, file)
		}
	}
	return labels, missing
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

// lost describes the files that no label reaches, "" if there are none, or if
// it has been said.
func (s *survey) lost(rel string) string {
	n := s.nested[rel]
	if n == nil || len(n.missing) == 0 || n.said {
		return ""
	}
	n.said = true
	files := n.missing
	more := ""
	if len(files) > 10 {
		files, more = files[:10], fmt.Sprintf(" and %d more", len(files)-10)
	}
	if s.bazelIgnored(rel) {
		return fmt.Sprintf("%s: is not there for Bazel, and its files are lost: %s%s; take it out of there, or the BUILD file out of //%s",
			n.keptBy, strings.Join(files, ", "), more, rel)
	}
	return fmt.Sprintf("%s: //%s is a package of its own that this run does not change, and gives no label for its files %s%s; name them in exports_files, or add a filegroup %s to it",
		n.keptBy, rel, strings.Join(files, ", "), more, nestedGroup)
}
