package gazelle

import (
	"slices"
	"strings"

	"rules_kheaders/tools/internal/kernel"
)

// defaultArches are those that targets are made for where neither a directive
// nor a built kernel names any.
var defaultArches = []string{"arm64", "x86"}

// finish settles what depends on the whole of the workspace.
func (s *survey) finish() {
	for _, t := range s.trees {
		t.arches = s.archesOf(t)
	}
	for _, rel := range sortedKeys(s.trees) {
		t := s.trees[rel]
		for _, a := range t.arches {
			asked := t.asked()
			for _, m := range sortedKeys(s.modules) {
				if m := s.modules[m]; len(m.made.inTree) > 0 {
					asked = added(asked, s.needs(m, t, a).extra)
				}
			}
			c := newClaim(t.dir, added(treePatterns(a), asked), treeExcludes, s.buildNames)
			t.claims[a] = c
			s.nest(t.place, c)
		}
	}
	for _, rel := range sortedKeys(s.headers) {
		if h := s.headers[rel]; h.claim != nil {
			s.nest(h.place, h.claim)
		}
	}
	for _, rel := range sortedKeys(s.nested) {
		n := s.nested[rel]
		n.labels, n.missing = s.handedOut(rel, n)
	}
}

// archesOf returns the architectures to make targets for: those of the
// directive; or else those that the kernel was built for, or the default ones
// that it has, or the first that it has, and those that the BUILD file has a
// tree for.
func (s *survey) archesOf(t *kernelTree) []string {
	if len(t.settings.arches) > 0 {
		return keep(t.settings.arches, t.has)
	}
	built := slices.Clone(t.inPlace)
	for _, rel := range sortedKeys(s.objtrees) {
		if o := s.objtrees[rel]; s.treeOf(o) == t {
			built = added(built, o.arches)
		}
	}
	arches := keep(built, t.has)
	if len(arches) == 0 {
		arches = keep(defaultArches, t.has)
	}
	if len(arches) == 0 {
		arches = slices.Clone(t.has[:min(1, len(t.has))])
	}
	arches = added(arches, keep(t.standing(), t.has))
	slices.Sort(arches)
	return arches
}

// standing returns the architectures that the BUILD file has a kernel_tree for
// with sources as Gazelle writes them.
func (t *kernelTree) standing() []string {
	var out []string
	for _, r := range written(t.settings.kinds, t.file) {
		a, err := kernel.ParseArch(r.AttrString("arch"))
		if err == nil && !r.ShouldKeep() && slices.ContainsFunc(globs(r), generatedPattern) {
			out = added(out, []string{a})
		}
	}
	return out
}

func keep(list, of []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(x string) bool { return !slices.Contains(of, x) })
}

// treeOf returns the kernel that an object tree is of: the one that it says,
// the one it lies in, or the only one there is; nil if that is not known.
func (s *survey) treeOf(o *objTree) *kernelTree {
	if o.source != "" {
		for _, rel := range s.kernels {
			if absolute(s.root, rel) == o.source {
				return s.trees[rel]
			}
		}
		if strings.HasPrefix(o.source, s.root+"/") && isDir(o.source) {
			return nil
		}
	}
	for _, rel := range s.kernels {
		if inside(o.rel, rel) {
			return s.trees[rel]
		}
	}
	if len(s.kernels) == 1 {
		return s.trees[s.kernels[0]]
	}
	return nil
}

// inside tells whether rel is dir or below it.
func inside(rel, dir string) bool {
	return dir == "" || rel == dir || strings.HasPrefix(rel, dir+"/")
}

// objtreesOf returns the object trees of a kernel for an architecture.
func (s *survey) objtreesOf(t *kernelTree, arch string) []*objTree {
	var out []*objTree
	for _, rel := range sortedKeys(s.objtrees) {
		if o := s.objtrees[rel]; slices.Contains(o.arches, arch) && s.treeOf(o) == t {
			out = append(out, o)
		}
	}
	return out
}

// kernelAround returns the top of the kernel whose sources a directory is
// among.
func (s *survey) kernelAround(rel string) (string, bool) {
	for _, k := range s.kernels {
		if inside(rel, k) {
			return k, true
		}
	}
	return "", false
}

// objtreeAround returns the object tree that a directory is in, or nil.
func (s *survey) objtreeAround(rel string) *objTree {
	for top, o := range s.objtrees {
		if inside(rel, top) {
			return o
		}
	}
	return nil
}

// asked returns what the sets and the `kheaders` of the tree's BUILD file add
// to their profile: the tree must have it.
func (t *kernelTree) asked() []string {
	var out []string
	if t.file != nil {
		for _, r := range t.file.Rules {
			if (t.settings.kinds.is(r, kindSet) || t.settings.kinds.is(r, kindMacro)) && strings.HasPrefix(r.AttrString("tree"), ":") {
				out = added(out, r.AttrStrings("extra"))
				for _, p := range r.AttrStrings("include") {
					out = added(out, bazelGlobs(p))
				}
			}
		}
	}
	return out
}

// treeName returns the name of the tree's kernel_tree for an architecture: the
// one that the BUILD file has, whatever its user called it.
func (t *kernelTree) treeName(arch string) string {
	var found []string
	for _, r := range written(t.settings.kinds, t.file) {
		if a, err := kernel.ParseArch(r.AttrString("arch")); err == nil && a == arch {
			found = append(found, r.Name())
		}
	}
	name := "tree_" + arch
	if len(found) == 1 && !slices.Contains(found, name) {
		return found[0]
	}
	return name
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
