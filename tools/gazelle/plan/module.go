package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/gazelle/survey"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/kernel"
)

// module gives a set and an archive for each architecture that there is a
// kernel_tree for.
func (a *answer) module(m *survey.Module) {
	for _, problem := range m.Makefile.Problems(a.ws.Files, a.ws.Root, m.Dir) {
		a.Report(problem)
	}
	if len(m.Makefile.Sources(a.ws.Files, m.Dir)) == 0 {
		return
	}
	arches := m.Settings.Arches
	if len(arches) == 0 {
		arches = kernel.Arches
	}
	reported, found := map[string]bool{}, false
	for _, arch := range arches {
		target, err := a.target(arch)
		if err != nil {
			a.Report(fmt.Sprintf("//%s: %v", m.Rel, err))
		}
		if target == nil {
			continue
		}
		n := a.needs(m, target.tree, arch)
		for _, u := range n.unknown {
			if !reported[u] {
				a.Report(u)
			}
			reported[u] = true
		}
		if target.tree != nil {
			a.want(m.Rel, target.label.String())
		}
		a.want(m.Rel, n.labels...)
		a.moduleSet(m, target, arch, n)
		found = true
	}
	if !found {
		for _, why := range a.noTree {
			a.Report(fmt.Sprintf("//%s: no targets for the module: %s", m.Rel, why))
		}
	}
}

func (a *answer) moduleSet(m *survey.Module, target *kernelTarget, arch string, n needs) {
	name := "kheaders_" + arch
	set, _ := a.add(survey.KindSet, name+".set")
	set.set("tree", target.label.Rel("", m.Rel).String())
	a.selection(set, m.Settings, append(n.headers, n.labels...), true)
	if len(n.extra) > 0 {
		set.set("extra", n.extra)
	}
	archive, _ := a.add(survey.KindArchive, name)
	archive.set("set", ":"+name+".set")
	choose(archive, m.Settings, "format", m.Settings.Format, m.Settings.Format != "")
	a.visible(archive)
}

// selection sets what the directives, and the sources of a module, say of a
// set. The roots of a module's are Gazelle's, those of others the user's where
// no directive says any.
func (a *answer) selection(r *Rule, s *survey.Settings, roots []string, module bool) {
	choose(r, s, "profile", s.Profile, s.Profile != "")
	choose(r, s, "exclude", s.Exclude, len(s.Exclude) > 0)
	var headers, labels []string
	for _, root := range survey.Add(roots, s.Roots...) {
		if isLabel(root) {
			labels = append(labels, root)
		} else {
			headers = append(headers, root)
		}
	}
	slices.Sort(headers)
	if len(headers) > 0 || !module {
		choose(r, s, "roots", headers, len(headers) > 0)
	}
	if len(labels) > 0 || !module {
		choose(r, s, "root_files", a.relative(labels), len(labels) > 0)
	}
}

// isLabel tells a root that is a label from one that is a header.
func isLabel(root string) bool { return strings.HasPrefix(root, "//") || strings.HasPrefix(root, "@") }
