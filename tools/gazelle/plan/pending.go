package plan

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/bazelbuild/bazel-gazelle/label"

	"github.com/rules-kheaders/rules_kheaders/tools/gazelle/survey"
)

// want notes a label, as it stands in a BUILD file, of a target that another
// run may have to write.
func (p *Plan) want(from string, labels ...string) {
	for _, text := range labels {
		if l, err := label.Parse(text); err == nil && l.Repo == "" {
			l = l.Abs("", from)
			p.wanted[l] = survey.Add(p.wanted[l], from)
		}
	}
}

// Pending tells, when all rules are there, of labels whose targets are neither
// there nor written by this run, which was asked for some directories only;
// of object trees that no kernel is known for, and of what is taken for another
// project's own.
func (p *Plan) Pending() []string {
	var missing []label.Label
	for want := range p.wanted {
		f := p.ws.Load(want.Pkg)
		if p.written[want.Pkg] || f.Has(want.Name) || f != nil && slices.Contains(f.Exported, want.Name) {
			continue
		}
		missing = append(missing, want)
	}
	slices.SortFunc(missing, func(a, b label.Label) int { return strings.Compare(a.String(), b.String()) })
	out := slices.Clone(p.unread)
	for _, m := range missing {
		out = append(out, fmt.Sprintf("//%s: %s is not there yet: run gazelle for the directory %s as well", p.wanted[m][0], m, m.Pkg))
	}
	for _, rel := range slices.Sorted(maps.Keys(p.objTrees)) {
		o, group := p.objTrees[rel], label.New("", rel, survey.GroupObjtree)
		if p.written[rel] && len(p.ws.Kernels) > 1 && !p.chosen[group] && p.treeOf(o.ObjTree) == nil && !p.kernelKnown(o.ObjTree) {
			out = append(out, fmt.Sprintf("//%s: no kernel is known for this object tree: its link `source` or its Makefile leads to %q; correct that, or choose by a directive in the kernel's BUILD file: # gazelle:resolve kheaders %s/%s %s",
				rel, o.Source, survey.GroupObjtree, o.Arches[0], group))
		}
	}
	for _, project := range p.ws.Projects {
		if n := len(project.Own); n > 0 && p.written[project.Rel] {
			which := "//" + project.Own[0]
			if n > 1 {
				which += fmt.Sprintf(" and %d more", n-1)
			}
			out = append(out, fmt.Sprintf("//%s: another project that uses Kbuild, for it has arch/ and is no kernel: what obj-$(…) builds in %s is taken for its own; where that is a module for the kernel, say # gazelle:kheaders on in the BUILD file there, and # gazelle:kheaders off where it is none", project.Rel, which))
		}
	}
	return out
}
