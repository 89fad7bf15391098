package headerset

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/buildfiles"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/closure"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/tree"
)

// searched returns the names that nobody looked for yet of the makefiles that
// others include, and of the headers in directories that makefiles add to the
// search path. Of those of the profile it says itself which are taken, and so do
// roots.
func (f *follower) searched(search buildfiles.Search) []wanted {
	var out []wanted
	for _, file := range search.Read {
		if by := search.By[file]; by != "" {
			out = f.want(out, by, buildfiles.Name{Path: file, Included: true})
		}
	}
	for _, dir := range search.Dirs {
		w := wanted{name{dir + "/**", false}, "headers named by " + search.By[dir]}
		if !f.set.recipe.narrowed() && dir != "." && !namesNothing(dir+"/") && !f.asked[w.name] {
			f.asked[w.name] = true
			out = append(out, w)
		}
	}
	return out
}

// follow takes the headers that makefiles have included before every source, and
// what these include, be it beside them. Where the search path has the top of the
// tree, it takes what headers of the set include from there.
func (f *follower) follow(search buildfiles.Search) error {
	s := f.set
	top := slices.Contains(search.Dirs, ".")
	vendors := slices.ContainsFunc(search.Forced, func(p string) bool { return !namesNothing(path.Dir(p) + "/") })
	if s.recipe.narrowed() || !top && !vendors {
		return nil // the roots reach them, or all of it is the profile's
	}
	o := closure.Options{Tree: s.recipe.Name, Arch: s.Arch, Outputs: s.recipe.Outputs, Dirs: search.Dirs, Forced: search.Forced}
	rules := s.Rules.WithNamed(f.named)
	o.Barred = func(p string) bool { return rules.Excluded(p) || rules.Barred(p) }
	tried := map[string]bool{}
	o.Loaded = func(p string) bool {
		e := f.view.Get(p)
		return tried[p] || e != nil && e.Kept()
	}
	for _, e := range f.view.Entries {
		if top && strings.HasSuffix(e.Path, ".h") && rules.Decide(e.Path).In {
			o.Roots = append(o.Roots, e.Path)
		}
	}
	for round := 0; ; round++ {
		res, err := closure.Run(f.view, o)
		if err != nil {
			return err
		}
		if len(res.Far) == 0 {
			for p, reason := range res.Reasons {
				if f.takes(p) {
					from, ok := strings.CutPrefix(reason, "closure: reached from ")
					if !ok {
						from = "-include of a makefile"
					}
					f.named[p], f.by[p] = "included by "+from, p
				}
			}
			return nil
		}
		if round == maxRounds {
			return fmt.Errorf("tree %s: %q and other headers that makefiles have included include one another more than %d deep: exclude what is not needed", s.recipe.Name, res.Far[0], maxRounds)
		}
		for _, p := range res.Far {
			tried[p] = true
		}
		found, err := f.view.Find(res.Far, func(p string) bool { return !s.recipe.Lenient && f.takes(p) })
		if err != nil {
			return fmt.Errorf("tree %s: %w", s.recipe.Name, err)
		}
		var more []*tree.Entry
		for _, e := range found {
			if f.view.Get(e.Path) == nil {
				more = append(more, e.Entry)
			}
		}
		f.view = f.view.With(more)
	}
}
