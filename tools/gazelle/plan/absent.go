package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bazelbuild/bazel-gazelle/label"

	"github.com/rules-kheaders/rules_kheaders/tools/gazelle/survey"
)

// Stays says why a set of an external module stays, which this run does not
// write: its tree is not there, or not clear, and both may be so today alone; ""
// where the module is gone, or no tree of its kernel is for the architecture.
func (p *Plan) Stays(rel, name, tree string) string {
	m := p.ws.Modules[rel]
	l, err := label.Parse(tree)
	if m == nil || err != nil {
		return ""
	}
	l = l.Abs("", rel)
	arch := strings.TrimSuffix(strings.TrimPrefix(name, "kheaders_"), ".set")
	if len(m.Settings.Arches) > 0 && !slices.Contains(m.Settings.Arches, arch) {
		return ""
	}
	t := p.trees[l.Pkg]
	switch {
	case len(m.Makefile.Sources(p.ws.Files, m.Dir)) == 0:
		return "none of the module's sources is there"
	case l.Repo != "":
		return fmt.Sprintf("no directive says any more that it is for %s", l)
	case t != nil && slices.ContainsFunc(t.arches, func(a string) bool { return t.treeName(a) == l.Name }), slices.ContainsFunc(p.ws.TreeRules, func(r survey.TreeRule) bool {
		return t == nil && r.Pkg == l.Pkg && r.Name == l.Name
	}):
		return fmt.Sprintf("it names %s, and which kernel the module is for is not clear", l)
	case t != nil && !t.usersTree(l.Name):
		return ""
	}
	return fmt.Sprintf("it names %s, which is not there in this run", l)
}

// usersTree tells whether the BUILD file has a kernel_tree of that name which is
// not Gazelle's.
func (t *kernelTree) usersTree(name string) bool {
	return t.Package.Find(func(r *survey.Rule) bool {
		return r.Is(survey.KindTree) && r.Name == name && (r.Keep || !slices.ContainsFunc(r.Globs, MarksGazelle))
	}) != nil
}
