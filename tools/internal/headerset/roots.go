package headerset

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/buildfiles"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/closure"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/selection"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/tree"
)

// follow narrows the rules to the headers that the roots can reach. Where these
// include a file that was not looked for in the tree, reach is widened, and
// that is to be done.
func (s *Set) follow(t *tree.Tree, reach *closure.Filter) (widened bool, err error) {
	r := s.recipe
	search, err := s.searchOf(t, func(string) bool { return false })
	if err != nil {
		return false, err
	}
	if reach.Search(search.Dirs) {
		return true, nil
	}
	o := closure.Options{
		Tree: r.Name, Arch: s.Arch, Modules: s.Rules.FollowsNames(), Roots: slices.Clone(r.Roots), Files: r.RootFiles, Outputs: r.Outputs,
		Dirs: search.Dirs, Forced: search.Forced, Barred: s.Rules.Barred, Loaded: reach.MayMatch,
	}
	for _, e := range t.Entries {
		if v := s.Rules.Decide(e.Path); v.In && includesKernel(e.Path, v) {
			o.Roots = append(o.Roots, e.Path)
		}
	}
	res, err := closure.Run(t, o)
	if err != nil {
		return false, err
	}
	if reach.Widen(res.Far) {
		return true, nil
	}
	s.warnings = res.Warnings
	s.Rules = s.Rules.WithReached(res.Reasons)
	return false, nil
}

// keep takes, of the headers that are taken only where another one includes
// them, those that the rest of the set reaches.
func (s *Set) keep(t *tree.Tree) error {
	r := s.recipe
	// What is in, and what is where a header includes it.
	in, may := map[string]bool{}, map[string]bool{}
	o := closure.Options{
		Tree: r.Name, Arch: s.Arch, Modules: s.Rules.FollowsNames(), Outputs: r.Outputs,
		Barred: func(path string) bool { return !in[path] && !may[path] },
	}
	for _, e := range t.Entries {
		v := s.Rules.Decide(e.Path)
		if v.In && (strings.HasSuffix(e.Path, ".h") || includesKernel(e.Path, v)) {
			o.Roots = append(o.Roots, e.Path)
		}
		in[e.Path], may[e.Path] = v.In, !v.In && s.Rules.MayKeep(e.Path)
	}
	res, err := closure.Run(t, o)
	if err != nil {
		return err
	}
	kept := map[string]string{}
	for path, reason := range res.Reasons {
		if may[path] {
			kept[path] = strings.TrimPrefix(reason, "closure: reached from ")
		}
	}
	s.Rules = s.Rules.WithKept(kept)
	return nil
}

// includesKernel tells whether a file is one that the profile compiles, such as
// scripts/module-common.c. Of the sources of host tools those below scripts/
// include the kernel's headers, those below tools/ have their own.
func includesKernel(path string, v selection.Verdict) bool {
	return (strings.HasSuffix(path, ".c") || strings.HasSuffix(path, ".S")) && (!v.Verbatim || strings.HasPrefix(path, "scripts/"))
}

// searchOf returns what the tree's makefiles add to the search path. looked tells
// of which paths the view has all that the tree has.
func (s *Set) searchOf(t *tree.Tree, looked func(path string) bool) (buildfiles.Search, error) {
	search, err := buildfiles.ReadSearch(s.Arch, func(names []string) ([]buildfiles.File, error) {
		var entries []*tree.Entry
		var more []string
		for _, name := range names {
			if e := t.Get(name); e != nil && e.Kept() {
				entries = append(entries, e)
			} else if e != nil || !looked(name) {
				more = append(more, name)
			}
		}
		if len(more) > 0 {
			found, err := t.Find(more, func(string) bool { return false })
			if err != nil {
				return nil, err
			}
			for _, f := range found {
				entries = append(entries, f.Entry)
			}
		}
		var files []buildfiles.File
		for _, e := range entries {
			if e.Size > maxBuildFile || s.Rules.Barred(e.Path) {
				continue
			}
			text, err := readText(e)
			if err != nil {
				return nil, err
			}
			files = append(files, buildfiles.File{Path: e.Path, Text: text})
		}
		return files, nil
	})
	if err != nil {
		return search, fmt.Errorf("tree %s: %w", s.recipe.Name, err)
	}
	return search, nil
}
