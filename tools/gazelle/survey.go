package gazelle

import (
	"bytes"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bazelbuild/bazel-gazelle/rule"
	"github.com/bmatcuk/doublestar/v4"
)

// survey is what there is in a workspace. It walks every directory once,
// except that of the sources of a kernel only those parts are read that its
// targets can name.
type survey struct {
	root       string
	buildNames []string
	// trees and objtrees are those that the language is switched on for, by
	// directory.
	trees    map[string]*kernelTree
	objtrees map[string]*objTree
	headers  map[string]*headerDir
	modules  map[string]*module
	// nested are the packages inside others that have files to hand out: their
	// directory, and what they give to whom.
	nested map[string]*nestedPackage
	// written are the kernel_tree rules that someone wrote by hand.
	written []treeTarget
	// kernels are the tops of all kernel source trees, switched on or not.
	kernels []string
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
}

// treeTarget is a kernel_tree in some BUILD file.
type treeTarget struct{ pkg, name, arch string }

// place is a directory on the survey's way, with what it inherits.
type place struct {
	rel      string
	settings *settings
	excludes []string
	// updateOnly: no BUILD file comes where there is none.
	updateOnly bool
}

func newSurvey(root string, buildNames []string) *survey {
	s := &survey{
		root: root, buildNames: buildNames,
		trees: map[string]*kernelTree{}, objtrees: map[string]*objTree{},
		headers: map[string]*headerDir{}, modules: map[string]*module{}, nested: map[string]*nestedPackage{},
	}
	s.walk(place{settings: &settings{}}, s.bazelIgnored())
	s.finish()
	return s
}

// bazelIgnored returns the directories that .bazelignore names.
func (s *survey) bazelIgnored() map[string]bool {
	out := map[string]bool{}
	for _, line := range strings.Split(head(filepath.Join(s.root, ".bazelignore")), "\n") {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			out[path.Clean(line)] = true
		}
	}
	return out
}

func (s *survey) walk(at place, ignored map[string]bool) {
	dir := filepath.Join(s.root, at.rel)
	f := s.enter(&at)
	if at.excluded(at.rel) {
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
		rel := path.Join(at.rel, e.Name())
		if e.IsDir() && e.Name() != ".git" && !ignored[rel] && !at.excluded(rel) {
			s.walk(at.below(e.Name()), ignored)
		}
	}
}

// enter reads the BUILD file of a place and changes what it inherits.
func (s *survey) enter(at *place) *rule.File {
	name := buildFileIn(filepath.Join(s.root, at.rel), s.buildNames)
	if name == "" {
		return nil
	}
	b, err := os.ReadFile(name)
	if err != nil || !(bytes.Contains(b, []byte("gazelle:")) || bytes.Contains(b, []byte("kheaders")) ||
		bytes.Contains(b, []byte("kernel_tree")) || bytes.Contains(b, []byte("ddk_headers")) || at.settings.kinds.in(b)) {
		return nil
	}
	f, err := rule.LoadData(name, at.rel, b)
	if err != nil {
		return nil // Gazelle says so itself
	}
	at.settings, _ = at.settings.with(f)
	for _, d := range f.Directives {
		switch d.Key {
		case "exclude":
			at.excludes = append(slices.Clone(at.excludes), path.Join(at.rel, d.Value))
		case "generation_mode":
			at.updateOnly = d.Value == "update_only"
		}
	}
	return f
}

// below returns the place of a subdirectory.
func (at place) below(name string) place {
	at.rel = path.Join(at.rel, name)
	return at
}

// writable tells whether the place has a BUILD file, or may get one.
func (s *survey) writable(at place) bool {
	return !at.settings.off && (!at.updateOnly || buildFileIn(filepath.Join(s.root, at.rel), s.buildNames) != "")
}

func (at *place) excluded(rel string) bool {
	return slices.ContainsFunc(at.excludes, func(x string) bool { return doublestar.MatchUnvalidated(x, rel) })
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
	if s.writable(at) {
		s.trees[at.rel] = t
	}
	// make O=build is the usual name; its directory need not be next to the sources.
	for _, e := range readDir(dir) {
		if !e.IsDir() || e.Name() == ".git" || e.Name() == "arch" || e.Name() == "include" {
			continue
		}
		child := at.below(e.Name())
		s.objtreeInside(child)
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

func (s *survey) objtree(at place, arches []string) {
	if !s.writable(at) || at.excluded(at.rel) {
		return
	}
	dir := filepath.Join(s.root, at.rel)
	o := &objTree{rel: at.rel, dir: dir, arches: arches, release: builtRelease(dir), source: sourceOf(dir)}
	var patterns []string
	for _, a := range arches {
		patterns = added(patterns, objPatterns(a))
	}
	o.claim = newClaim(dir, patterns, objExcludes, s.buildNames)
	s.objtrees[at.rel] = o
	s.nest(at, o.claim)
}
