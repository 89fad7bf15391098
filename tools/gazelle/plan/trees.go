package plan

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bazelbuild/bazel-gazelle/label"
	"github.com/bmatcuk/doublestar/v4"

	"github.com/rules-kheaders/rules_kheaders/tools/gazelle/survey"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/kernel"
)

// defaultArches are those that targets are made for where neither a directive
// nor a built kernel names any.
var defaultArches = []string{"arm64", "x86"}

// adopt takes in the object trees that the trees' BUILD files name, in places
// that the survey does not go to.
func (p *Plan) adopt() {
	for _, rel := range slices.Sorted(maps.Keys(p.trees)) {
		for _, r := range p.trees[rel].Package.Trees() {
			for _, g := range r.Generated {
				l, err := label.Parse(g)
				known := func(o *survey.ObjTree) bool { return o.Rel == l.Pkg && (o.ReadOnly == "" || o.HasGroup) }
				if err == nil && IsObjtree(g) && !l.Relative && !slices.ContainsFunc(p.ws.ObjTrees, known) {
					p.ws.Adopt(l.Pkg)
				}
			}
		}
	}
}

// objTree takes in an object tree. One that this run does not change counts if
// its BUILD file has the filegroup.
func (p *Plan) objTree(o *survey.ObjTree) {
	switch {
	case o.ReadOnly == "":
		var patterns []string
		for _, a := range o.Arches {
			patterns = survey.Add(patterns, objPatterns(a)...)
		}
		p.objTrees[o.Rel] = &objTree{ObjTree: o, patterns: survey.Add(patterns, wantedPatterns("", p.ws.BTF, p.ws.Rust, false)...)}
	case o.HasGroup:
		p.objTrees[o.Rel] = &objTree{ObjTree: o, claim: &survey.Claim{}}
	default:
		p.unlabelled = append(p.unlabelled, o)
	}
}

// settleTrees settles for which architectures there are trees, and what files
// these have.
func (p *Plan) settleTrees() {
	for _, t := range p.trees {
		t.arches = p.archesOf(t)
	}
	for _, rel := range slices.Sorted(maps.Keys(p.trees)) {
		t := p.trees[rel]
		for _, arch := range t.arches {
			more := survey.Add(p.namedPatterns(t, arch), wantedPatterns(arch, p.ws.BTF, p.ws.Rust, p.ws.ToolSources)...)
			more = survey.Add(more, t.extraPatterns()...)
			for _, m := range slices.Sorted(maps.Keys(p.ws.Modules)) {
				if m := p.ws.Modules[m]; len(m.Makefile.InTree) > 0 {
					more = survey.Add(more, p.needs(m, t, arch).extra...)
				}
			}
			c := survey.NewClaim(t.Dir, survey.Add(treePatterns(arch), more...), treeExcludes, p.ws.BuildNames)
			t.claims[arch] = c
			p.nest(t.Rel, c)
		}
	}
	for _, rel := range slices.Sorted(maps.Keys(p.objTrees)) {
		if o := p.objTrees[rel]; o.claim == nil {
			o.claim = survey.NewClaim(o.Dir, o.patterns, objExcludes, p.ws.BuildNames)
			p.nest(rel, o.claim)
		}
	}
}

// namedPatterns returns globs of the files that makefiles and scripts of a kernel
// name and the patterns that are there for every kernel do not have; those of
// the object tree it gives to that.
func (p *Plan) namedPatterns(t *kernelTree, arch string) []string {
	built := &objTree{ObjTree: &survey.ObjTree{}}
	if all := p.objTreesOf(t, arch); len(all) == 1 {
		built = all[0]
	}
	named, err := p.readNamed(t.Dir, built.Dir, arch)
	if err != nil {
		p.unread = append(p.unread, fmt.Sprintf("//%s: what its makefiles name beyond the patterns for every kernel is not known: %v", t.Rel, err))
	}
	built.patterns = survey.Add(built.patterns, notIn(named.Built, objPatterns(arch))...)
	return notIn(named.Source, treePatterns(arch))
}

// notIn returns the globs of names that no pattern finds.
func notIn(globs, patterns []string) []string {
	return slices.DeleteFunc(slices.Clone(globs), func(g string) bool {
		return slices.ContainsFunc(patterns, func(p string) bool { return doublestar.MatchUnvalidated(p, g) })
	})
}

// archesOf returns the architectures to make targets for: those of the
// directive; or else those that the kernel was built for, or the default ones
// that it has, or the first that it has, and those that the BUILD file has a
// tree for.
func (p *Plan) archesOf(t *kernelTree) []string {
	if len(t.Settings.Arches) > 0 {
		return common(t.Settings.Arches, t.Has)
	}
	built := slices.Clone(t.InPlace)
	for _, rel := range slices.Sorted(maps.Keys(p.objTrees)) {
		if o := p.objTrees[rel]; p.treeOf(o.ObjTree) == t {
			built = survey.Add(built, o.Arches...)
		}
	}
	arches := common(built, t.Has)
	if len(arches) == 0 {
		arches = common(defaultArches, t.Has)
	}
	if len(arches) == 0 {
		arches = slices.Clone(t.Has[:min(1, len(t.Has))])
	}
	arches = survey.Add(arches, common(t.writtenArches(), t.Has)...)
	slices.Sort(arches)
	return arches
}

// writtenArches returns the architectures that the BUILD file has a
// kernel_tree for with sources as Gazelle writes them.
func (t *kernelTree) writtenArches() []string {
	var out []string
	for _, r := range t.Package.Trees() {
		a, err := kernel.ParseArch(r.Arch)
		if err == nil && !r.Keep && slices.ContainsFunc(r.Globs, MarksGazelle) {
			out = survey.Add(out, a)
		}
	}
	return out
}

// common returns what of a list is in another as well.
func common(list, other []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(x string) bool { return !slices.Contains(other, x) })
}

// treeOf returns the kernel that an object tree is of: the one that it says,
// the one it lies in, or the only one there is; nil if that is not known, or
// not one that this run writes.
func (p *Plan) treeOf(o *survey.ObjTree) *kernelTree {
	if o.Source != "" {
		for _, k := range p.ws.Kernels {
			if survey.Absolute(p.ws.Root, k.Rel) == o.Source {
				return p.trees[k.Rel]
			}
		}
		if strings.HasPrefix(o.Source, p.ws.Root+"/") && survey.IsDir(o.Source) {
			return nil
		}
	}
	for _, k := range p.ws.Kernels {
		if inside(o.Rel, k.Rel) {
			return p.trees[k.Rel]
		}
	}
	if len(p.ws.Kernels) == 1 {
		if t := p.trees[p.ws.Kernels[0].Rel]; t != nil && p.otherBuilt(t, o) == "" {
			return t
		}
	}
	return nil
}

// kernelKnown tells whether an object tree says a kernel that is there, be it
// one that the language is switched off for.
func (p *Plan) kernelKnown(o *survey.ObjTree) bool {
	return slices.ContainsFunc(p.ws.Kernels, func(k *survey.Kernel) bool {
		return inside(o.Rel, k.Rel) || o.Source != "" && survey.Absolute(p.ws.Root, k.Rel) == filepath.Clean(o.Source)
	})
}

// inside tells whether rel is dir or below it.
func inside(rel, dir string) bool {
	return dir == "" || rel == dir || strings.HasPrefix(rel, dir+"/")
}

// objTreesOf returns the object trees of a kernel for an architecture.
func (p *Plan) objTreesOf(t *kernelTree, arch string) []*objTree {
	var out []*objTree
	for _, rel := range slices.Sorted(maps.Keys(p.objTrees)) {
		if o := p.objTrees[rel]; slices.Contains(o.Arches, arch) && p.treeOf(o.ObjTree) == t {
			out = append(out, o)
		}
	}
	return out
}

// unlabelledOf returns those that no label can be written to.
func (p *Plan) unlabelledOf(t *kernelTree, arch string) []*survey.ObjTree {
	var out []*survey.ObjTree
	for _, o := range p.unlabelled {
		if slices.Contains(o.Arches, arch) && p.treeOf(o) == t {
			out = append(out, o)
		}
	}
	return out
}

// extraPatterns returns what the sets and the `kheaders` of the tree's BUILD
// file add to their profile: the tree must have it.
func (t *kernelTree) extraPatterns() []string {
	var out []string
	if t.Package == nil {
		return nil
	}
	for _, r := range t.Package.Rules {
		if (r.Is(survey.KindSet) || r.Is(survey.KindMacro)) && strings.HasPrefix(r.Tree, ":") {
			out = survey.Add(out, r.Extra...)
			for _, p := range r.Include {
				out = survey.Add(out, bazelGlobs(p)...)
			}
		}
	}
	return out
}

// treeName returns the name of the tree's kernel_tree for an architecture: the
// one that the BUILD file has, whatever its user called it.
func (t *kernelTree) treeName(arch string) string {
	var found []string
	for _, r := range t.Package.Trees() {
		if a, err := kernel.ParseArch(r.Arch); err == nil && a == arch {
			found = append(found, r.Name)
		}
	}
	name := "tree_" + arch
	if len(found) == 1 && !slices.Contains(found, name) {
		return found[0]
	}
	return name
}
