package gazelle

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bazelbuild/bazel-gazelle/label"
	"github.com/bazelbuild/bazel-gazelle/rule"
)

// survey is what there is in a workspace. It walks every directory once,
// except that of the sources of a kernel only those parts are read that its
// targets can name.
type survey struct {
	lookup
	root       string
	buildNames []string
	// ignored are the directories in .bazelignore, each with its line.
	ignored map[string]int
	// trees and objtrees are those that the language is switched on for, by
	// directory.
	trees    map[string]*kernelTree
	objtrees map[string]*objTree
	// passed are the object trees that no label can be written to.
	passed  []*objTree
	headers map[string]*headerDir
	modules map[string]*module
	// nested are the packages inside others that have files to hand out: their
	// directory, and what they give to whom.
	nested map[string]*nestedPackage
	// written are the kernel_tree rules that someone wrote by hand.
	written []treeTarget
	// kernels are the tops of all kernel source trees, switched on or not.
	kernels []string
	// noTree says which kernels have no kernel_tree, and why.
	noTree []string
	// elsewhere: a directive chooses the kernel_tree of some module.
	elsewhere bool
	// wanted are the labels written, each with the packages that it stands in;
	// made are the packages that this run writes.
	wanted map[label.Label][]string
	made   map[string]bool
	// chosen are the object trees that directives name.
	chosen map[label.Label]bool
}

// kernelTree is a kernel's source tree.
type kernelTree struct {
	place
	dir     string
	file    *rule.File // its BUILD file; nil if there is none
	version string     // as the Makefile says
	has     []string   // directories of arch/
	inPlace []string   // architectures it was built for where it is
	arches  []string   // those to make targets for
	claims  map[string]*claim
}

// objTree is a directory that a kernel was built in with O=.
type objTree struct {
	rel, dir string
	arches   []string
	release  string
	source   string // absolute; "" if unknown
	claim    *claim
	// leftAlone says why this run does not write its BUILD file.
	leftAlone string
}

// treeTarget is a kernel_tree in some BUILD file.
type treeTarget struct{ pkg, name, arch string }

// newSurvey looks at the workspace below root. langs and excludes are those of
// the command line.
func newSurvey(root string, buildNames, langs, excludes []string) *survey {
	s := &survey{
		lookup: newLookup(), root: root, buildNames: buildNames, ignored: readBazelIgnore(root),
		trees: map[string]*kernelTree{}, objtrees: map[string]*objTree{},
		headers: map[string]*headerDir{}, modules: map[string]*module{}, nested: map[string]*nestedPackage{},
		wanted: map[label.Label][]string{}, made: map[string]bool{}, chosen: map[label.Label]bool{},
	}
	top := place{settings: &settings{}, langs: langs, langsAt: "-lang=" + strings.Join(langs, ",")}
	for _, x := range excludes {
		top.excludes = append(top.excludes, exclusion{x, "-exclude=" + x})
	}
	s.walk(top)
	s.adopt()
	s.settleHeaders()
	s.finish()
	return s
}

func (s *survey) walk(at place) {
	dir := filepath.Join(s.root, at.rel)
	f := s.enter(&at)
	if s.left(at) != "" {
		return
	}
	for _, t := range written(at.settings.kinds, f) {
		s.written = append(s.written, treeTarget{at.rel, t.Name(), t.AttrString("arch")})
	}
	if version, ok := kernelVersion(dir); ok {
		s.kernel(at, f, version)
		return
	}
	if arches := builtArches(dir); len(arches) > 0 {
		s.objtree(at, arches)
		return
	}
	ents := readDir(dir)
	s.header(at, f, ents)
	if m, ok := readMakefile(dir); ok && s.writable(at) {
		s.modules[at.rel] = &module{place: at, dir: dir, made: m}
	}
	for _, e := range ents {
		if e.IsDir() && e.Name() != ".git" {
			s.walk(at.below(e.Name()))
		}
	}
}

// written returns the kernel_tree rules of a BUILD file that have an
// architecture.
func written(k kinds, f *rule.File) []*rule.Rule {
	var out []*rule.Rule
	if f != nil {
		for _, r := range f.Rules {
			if k.is(r, kindTree) && r.AttrString("arch") != "" {
				out = append(out, r)
			}
		}
	}
	return out
}

func (s *survey) kernel(at place, f *rule.File, version string) {
	dir := filepath.Join(s.root, at.rel)
	s.kernels = append(s.kernels, at.rel)
	t := &kernelTree{
		place: at, dir: dir, file: f, version: version,
		has: archDirs(dir), inPlace: builtArches(dir), claims: map[string]*claim{},
	}
	if why := s.leftAlone(at); why == "" {
		s.trees[at.rel] = t
	} else if len(written(at.settings.kinds, f)) == 0 {
		s.noTree = append(s.noTree, fmt.Sprintf("%s: //%s is a kernel that this run leaves alone, and that has no kernel_tree", why, at.rel))
	}
	// make O=build is the usual name; its directory need not be next to the sources.
	for _, e := range readDir(dir) {
		if !e.IsDir() || e.Name() == ".git" || e.Name() == "arch" || e.Name() == "include" {
			continue
		}
		child := at.below(e.Name())
		if len(builtArches(filepath.Join(dir, e.Name()))) > 0 {
			s.objtreeInside(child)
			continue
		}
		s.enter(&child)
		for _, e := range readDir(filepath.Join(dir, e.Name())) {
			if e.IsDir() {
				s.objtreeInside(child.below(e.Name()))
			}
		}
	}
}

func (s *survey) objtreeInside(at place) {
	if arches := builtArches(filepath.Join(s.root, at.rel)); len(arches) > 0 {
		s.enter(&at)
		s.objtree(at, arches)
	}
}

// objtree notes an object tree. One that this run does not change counts if
// its BUILD file has the filegroup.
func (s *survey) objtree(at place, arches []string) {
	dir := filepath.Join(s.root, at.rel)
	o := &objTree{rel: at.rel, dir: dir, arches: arches, release: builtRelease(dir), source: sourceOf(dir), claim: &claim{}}
	if o.leftAlone = s.leftAlone(at); o.leftAlone != "" {
		if s.hasRule(at.rel, objGroup) {
			s.objtrees[at.rel] = o
		} else {
			s.passed = append(s.passed, o)
		}
		return
	}
	var patterns []string
	for _, a := range arches {
		patterns = added(patterns, objPatterns(a))
	}
	o.claim = newClaim(dir, patterns, objExcludes, s.buildNames)
	s.objtrees[at.rel] = o
	s.nest(at, o.claim)
}

// adopt notes the object trees that the trees' BUILD files name, in places that
// the survey does not go to.
func (s *survey) adopt() {
	for _, rel := range sortedKeys(s.trees) {
		for _, r := range written(s.trees[rel].settings.kinds, s.trees[rel].file) {
			for _, g := range elements(r.Attr("generated")) {
				l, err := label.Parse(g)
				if err != nil || !isObjLabel(g) || l.Relative || s.objtrees[l.Pkg] != nil {
					continue
				}
				arches := builtArches(filepath.Join(s.root, l.Pkg))
				if len(arches) > 0 && s.hasRule(l.Pkg, objGroup) {
					dir := filepath.Join(s.root, l.Pkg)
					s.objtrees[l.Pkg] = &objTree{rel: l.Pkg, dir: dir, arches: arches, release: builtRelease(dir), source: sourceOf(dir), claim: &claim{}, leftAlone: "excluded"}
				}
			}
		}
	}
}

// passedOver returns the object trees of a kernel for an architecture that no
// label can be written to.
func (s *survey) passedOver(t *kernelTree, arch string) []*objTree {
	var out []*objTree
	for _, o := range s.passed {
		if slices.Contains(o.arches, arch) && s.treeOf(o) == t {
			out = append(out, o)
		}
	}
	return out
}
