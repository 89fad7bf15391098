package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bazelbuild/bazel-gazelle/label"

	"github.com/rules-kheaders/rules_kheaders/tools/gazelle/survey"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/kernel"
)

// tree gives a kernel_tree and a `kheaders` for each architecture.
func (a *answer) tree(t *kernelTree) error {
	for _, arch := range t.Settings.Arches {
		if !slices.Contains(t.Has, arch) {
			a.Report(fmt.Sprintf("%s: gazelle:kheaders_arch: //%s has no arch/%s: take it out, or use some of %s", t.Settings.ArchesAt, t.Rel, arch, strings.Join(t.Has, ", ")))
			if a.Strict {
				return ErrStrict
			}
		}
	}
	a.otherVersions(t)
	for _, arch := range t.arches {
		a.treeFor(t, arch)
	}
	return nil
}

func (a *answer) treeFor(t *kernelTree, arch string) {
	r, old := a.add(survey.KindTree, t.treeName(arch))
	c := t.claims[arch]
	r.set("srcs", Sources{c.Own, c.Excludes, a.relative(a.labelsBelow(c))})
	r.set("arch", arch)
	if old != nil {
		if known, err := kernel.ParseArch(old.Arch); err == nil && known == arch {
			r.set("arch", old.Arch)
		}
	}
	built := a.built(r, old, t, arch)
	r.set("tags", Manual(!built))
	a.visible(r)
	a.products(t, arch, r.Name, !built)
}

// built says what the tree is built from, and returns false if nothing is
// known to be.
func (a *answer) built(r *Rule, old *survey.Rule, t *kernelTree, arch string) bool {
	objTrees := a.objTreesOf(t, arch)
	name := survey.GroupObjtree + "/" + arch
	override, overridden := a.Override(name)
	byHand := old != nil && (old.Archives || !allObjtrees(old.Generated))
	switch {
	case overridden:
		chosen := label.New(override.Repo, override.Pkg, override.Name)
		a.chosen[chosen] = true
		a.generated(r, chosen)
		if i := slices.IndexFunc(objTrees, func(o *objTree) bool { return override.Repo == "" && o.Rel == override.Pkg }); i >= 0 {
			r.setRelease(objTrees[i].Release)
		}
	case len(objTrees) == 1 && !byHand:
		group := label.New("", objTrees[0].Rel, survey.GroupObjtree)
		a.want(t.Rel, group.String())
		a.generated(r, group)
		r.setRelease(objTrees[0].Release)
	case slices.Contains(t.InPlace, arch):
		r.setRelease(survey.BuiltRelease(t.Dir))
	case byHand:
		for _, attr := range []string{"generated", "generated_strip_prefix", "release"} {
			r.set(attr, Users{})
		}
	default:
		a.unbuilt(t, arch, name, objTrees)
		r.setRelease(t.Version + survey.LocalVersion(t.Dir))
		return false
	}
	return true
}

// unbuilt tells why a tree has none of the object trees that there are.
func (a *answer) unbuilt(t *kernelTree, arch, name string, objTrees []*objTree) {
	for _, o := range a.unlabelledOf(t, arch) {
		a.Report(fmt.Sprintf("//%s: %s: %s is an object tree for %s that this run leaves alone, and that has no filegroup %s: write one, or let Gazelle do it", t.Rel, o.ReadOnly, o.Rel, arch, survey.GroupObjtree))
	}
	if len(objTrees) > 1 {
		var names []string
		for _, o := range objTrees {
			names = append(names, label.New("", o.Rel, survey.GroupObjtree).String())
		}
		a.Report(fmt.Sprintf("//%s: %s are all object trees for %s; choose by a directive: # gazelle:resolve kheaders %s %s", t.Rel, strings.Join(names, ", "), arch, name, names[0]))
	}
}

func allObjtrees(labels []string) bool {
	return !slices.ContainsFunc(labels, func(l string) bool { return !IsObjtree(l) })
}

func (a *answer) generated(r *Rule, l label.Label) {
	r.set("generated", Objtree(l.Rel("", a.Rel).String()))
	if l.Repo == "" && l.Pkg != a.Rel {
		r.set("generated_strip_prefix", "/"+l.Pkg)
	} else {
		r.set("generated_strip_prefix", Users{})
	}
}

// products gives what is made from a kernel_tree: a `kheaders`, unless the
// user has sets of it.
func (a *answer) products(t *kernelTree, arch, treeName string, manual bool) {
	of := func(kind string) *survey.Rule {
		return a.Package.Find(func(r *survey.Rule) bool { return r.Is(kind) && r.Tree == ":"+treeName })
	}
	name := "kheaders_" + arch
	if m := of(survey.KindMacro); m != nil {
		name = m.Name
	} else if of(survey.KindSet) != nil {
		a.sets(t, treeName, manual)
		return
	}
	r, old := a.add(survey.KindMacro, name)
	r.set("tree", ":"+treeName)
	a.selection(r, t.Settings, nil, false)
	r.set("extra", Users{})
	choose(r, t.Settings, "format", t.Settings.Format, t.Settings.Format != "")
	r.set("tags", Manual(manual))
	a.visible(r)

	var dirs []string
	for _, o := range a.objTreesOf(t, arch) {
		dirs = append(dirs, o.Dir)
	}
	if slices.Contains(t.InPlace, arch) {
		dirs = append(dirs, t.Dir)
	}
	// True is the rule's default; whoever writes it wants the module.
	if old != nil && old.Module == "True" {
		r.set("module", true)
	} else if !survey.AsksForKheaders(t.Dir, arch, dirs...) {
		r.set("module", false)
	}
}

// sets keeps the user's sets of a kernel_tree, and the archives of those.
func (a *answer) sets(t *kernelTree, treeName string, manual bool) {
	for _, set := range a.Package.Rules {
		if !set.Is(survey.KindSet) || set.Tree != ":"+treeName {
			continue
		}
		r, _ := a.add(survey.KindSet, set.Name)
		r.set("tree", ":"+treeName)
		a.selection(r, t.Settings, nil, false)
		r.set("extra", Users{})
		r.set("tags", Manual(manual))
		for _, archive := range a.Package.Rules {
			if archive.Is(survey.KindArchive) && archive.Set == ":"+set.Name {
				r, _ := a.add(survey.KindArchive, archive.Name)
				r.set("set", ":"+set.Name)
				choose(r, t.Settings, "format", t.Settings.Format, t.Settings.Format != "")
				r.set("tags", Manual(manual))
			}
		}
	}
}
