package plan

import (
	"fmt"
	"maps"
	"slices"

	"github.com/bazelbuild/bazel-gazelle/label"

	"github.com/rules-kheaders/rules_kheaders/tools/gazelle/survey"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/kernel"
)

// otherBuilt returns the release of an object tree that is of another version
// than a kernel, "" if it is of that, or does not tell. A release alone tells
// no more than two numbers: distributions choose the third.
func (p *Plan) otherBuilt(t *kernelTree, o *survey.ObjTree) string {
	key := builtKey{t, o}
	if says, ok := p.built[key]; ok {
		return says
	}
	says := ""
	built, same := kernel.SameVersion(t.Makefile, o.Header)
	if !same {
		says = built
	} else if built == "" {
		of, err := kernel.ParseVersion(o.Release)
		if have, err2 := kernel.ParseVersion(t.Version); err == nil && err2 == nil && of != have {
			says = o.Release
		}
	}
	if says != "" && o.Release != "" {
		says = o.Release
	}
	p.built[key] = says
	return says
}

type builtKey struct {
	tree *kernelTree
	obj  *survey.ObjTree
}

// otherVersions tells of the object trees of other versions than a kernel,
// unless a directive chooses them: of those that it would be the only one for;
// and of those that say it is their source, if their headers have the version,
// which their release alone need not.
func (a *answer) otherVersions(t *kernelTree) {
	for _, rel := range slices.Sorted(maps.Keys(a.objTrees)) {
		o := a.objTrees[rel].ObjTree
		says := a.otherBuilt(t, o)
		group := label.New("", o.Rel, survey.GroupObjtree)
		chosen := slices.ContainsFunc(o.Arches, func(arch string) bool {
			l, ok := a.Override(survey.GroupObjtree + "/" + arch)
			return ok && label.New(l.Repo, l.Pkg, l.Name) == group
		})
		_, same := kernel.SameVersion(t.Makefile, o.Header)
		switch of := a.treeOf(o); {
		case says == "" || chosen:
		case of == t && !same:
			a.Report(fmt.Sprintf("//%s: %s is an object tree of %s, and these sources, which it says it was built from, are %s: build it anew", t.Rel, o.Rel, says, t.Version))
		case of == nil && len(a.ws.Kernels) == 1:
			arch := o.Arches[0]
			a.Report(fmt.Sprintf("//%s: %s is an object tree of %s, and these sources are %s: not laid over them; build one of these, or choose it all the same by a directive: # gazelle:resolve kheaders %s/%s %s", t.Rel, o.Rel, says, t.Version, survey.GroupObjtree, arch, group))
		}
	}
}
