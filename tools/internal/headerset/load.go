package headerset

import (
	"fmt"
	"slices"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/closure"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/hosttools"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/kernel"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/tree"
)

// Result is the set of one recipe, or why there is none.
type Result struct {
	Set *Set
	Err error
}

// Load reads a tree once, and makes the set of each recipe, which may be of no
// use: see Set.Check. One that cannot be made does not keep the others from
// it; an error is that the tree cannot be read at all. Close the tree when done
// with the sets' files.
func Load(o tree.Options, recipes ...*Recipe) (*tree.Tree, []Result, error) {
	var makers []*maker
	var wants []tree.Filter
	for _, r := range recipes {
		m := &maker{Recipe: r, want: r.selector}
		if r.narrowed() {
			m.reach = closure.NewFilter(r.selector, r.arch, r.Roots)
			m.want = m.reach
		}
		makers, wants = append(makers, m), append(wants, m.want)
	}
	o.HostTool = func(path string) bool {
		return slices.ContainsFunc(recipes, func(r *Recipe) bool { return r.mode != hosttools.None && r.selector.HostTool(path) })
	}
	for {
		t, err := tree.Load(o, wants...)
		if err != nil {
			return nil, nil, err
		}
		results, again := make([]Result, len(makers)), false
		for i, m := range makers {
			if m.unmade {
				continue
			}
			s, widened, err := m.make(t, i)
			results[i] = Result{s, err}
			again = again || widened
		}
		if again {
			t.Close()
			continue
		}
		for _, res := range results {
			if res.Set != nil {
				for _, w := range res.Set.warnings {
					res.Set.recipe.warn(w)
				}
			}
		}
		return t, results, nil
	}
}

// maker makes the set of a recipe.
type maker struct {
	*Recipe
	want tree.Filter
	// reach is what is read of the tree for roots.
	reach *closure.Filter
}

// make makes the set from its view of the tree, the i-th. widened tells that
// the roots reach farther than that, so that the tree is to be read again.
func (m *maker) make(t *tree.Tree, i int) (s *Set, widened bool, err error) {
	var view *tree.Tree
	if m.Lenient {
		view, err = t.Whole()
	} else {
		view, err = t.View(i)
	}
	if err != nil {
		return nil, false, err
	}
	all := view
	s = &Set{Arch: m.arch, recipe: m.Recipe, have: func(p string) bool { return all.Get(p) != nil }}
	if err := s.useFacts(view); err != nil {
		return nil, false, err
	}
	s.missing = s.Rules.Missing(s.have)
	if m.narrowed() {
		if widened, err = s.follow(view, m.reach); widened || err != nil {
			return nil, widened, err
		}
	}
	if view, err = s.followNames(view); err != nil {
		return nil, false, err
	}
	if s.Rules.Keeps() {
		if err := s.keep(view); err != nil {
			return nil, false, err
		}
	}
	for _, e := range view.Entries {
		if v := s.Rules.Decide(e.Path); v.In {
			s.Files = append(s.Files, Selected{Entry: e, Rule: v.Rule, Reason: v.Reason, Verbatim: v.Verbatim})
		}
	}
	if m.selector.HasHostTools() {
		if err := s.describeHostTools(); err != nil {
			return nil, false, err
		}
	}
	return s, false, nil
}

// useFacts narrows the rules to the tree's kernel.
func (s *Set) useFacts(t *tree.Tree) error {
	r := s.recipe
	s.Release = t.Facts.Release
	switch {
	case r.Release == "":
	case s.Release == "":
		s.Release = r.Release
	case s.Release != r.Release:
		return fmt.Errorf("tree %s is of kernel %q, release says %q: correct release or leave it out", r.Name, s.Release, r.Release)
	}
	s.Rules = r.selector.ForKernel(t.Facts.Version)
	e := t.Get(kernel.AutoConf)
	if e == nil {
		return nil
	}
	in, err := e.Open()
	if err != nil {
		return err
	}
	defer in.Close()
	config, err := kernel.ReadConfig(in)
	if err != nil {
		return err
	}
	if arches := config.Arches(); len(arches) > 0 && !slices.Contains(arches, s.Arch) && !t.AllowsMismatch() {
		return fmt.Errorf("tree %s: %q of %s was configured for arch %q, and arch is %q: correct arch, or %s", r.Name, e.Path, e.Label, arches[0], s.Arch, tree.Mend)
	}
	s.Rules = s.Rules.WithConfig(config)
	if r.Rust {
		return s.useCrates(t)
	}
	return nil
}

// rustMakefile says which crates a kernel has.
const rustMakefile = "rust/Makefile"

// useCrates narrows the rules to the crates that the kernel makes, as far as the
// tree has the makefile that says so.
func (s *Set) useCrates(t *tree.Tree) error {
	found, err := t.Find([]string{rustMakefile}, func(string) bool { return false })
	if err != nil {
		return fmt.Errorf("tree %s: %w", s.recipe.Name, err)
	}
	for _, e := range found {
		text, err := readText(e.Entry)
		if err != nil {
			return err
		}
		s.Rules = s.Rules.WithCrates(text)
	}
	return nil
}
