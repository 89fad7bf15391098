package headerset

import (
	"fmt"
	"slices"
	"strings"

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
	if s.Release != "" && !r.Lenient && !kernel.IsRelease(s.Release) {
		return fmt.Errorf("tree %s: no kernel has a release such as %q, with what is no part of a name: run \"make prepare\" in the kernel, which writes %s and %s", r.Name, s.Release, kernel.UTSRelease, kernel.KernelRelease)
	}
	s.Rules = r.selector.ForKernel(t.Facts.Version)
	config, err := s.readConfig(t)
	if err != nil {
		return err
	}
	if !t.AllowsMismatch() {
		if err := s.checkArch(t, config); err != nil {
			return err
		}
	}
	if config == nil {
		return nil
	}
	s.Rules = s.Rules.WithConfig(config)
	if r.Rust {
		return s.useCrates(t)
	}
	return nil
}

// readConfig returns the tree's configuration, nil where there is none.
func (s *Set) readConfig(t *tree.Tree) (kernel.Config, error) {
	e := t.Get(kernel.AutoConf)
	if e == nil {
		return nil, nil
	}
	in, err := e.Open()
	if err != nil {
		return nil, err
	}
	defer in.Close()
	config, err := kernel.ReadConfig(in)
	if err != nil {
		return nil, fmt.Errorf("tree %s: %q of %s: %w", s.recipe.Name, e.Path, e.Label, err)
	}
	return config, nil
}

// checkArch compares the architecture with what the configuration says, that of C
// where make's does not, and with whose generated headers the tree has.
func (s *Set) checkArch(t *tree.Tree, config kernel.Config) error {
	by, arches := t.Get(kernel.AutoConf), config.Arches()
	if e := t.Get(kernel.AutoConfHeader); len(arches) == 0 && e != nil {
		text, err := readText(e)
		if err != nil {
			return err
		}
		by, arches = e, kernel.ReadConfigHeader([]byte(text)).Arches()
	}
	if len(arches) > 0 && !slices.Contains(arches, s.Arch) {
		return fmt.Errorf("tree %s: %q of %s was configured for arch %q, and arch is %q: correct arch, or %s", s.recipe.Name, by.Path, by.Label, arches[0], s.Arch, tree.Mend)
	}
	if err := s.checkGenerated(t); err != nil {
		return err
	}
	return s.checkSource(t)
}

// generatedHeaders are where each build has headers of its architecture,
// sourceHeaders where each srctree has them.
var (
	generatedHeaders = []string{"arch/*/include/generated/asm/*.h", "arch/*/include/generated/uapi/asm/*.h"}
	sourceHeaders    = []string{"arch/*/include/asm/*.h", "arch/*/include/uapi/asm/*.h"}
)

// checkGenerated tells of a tree that has generated headers of other architectures
// alone. What keeps it from looking for them keeps nothing else.
func (s *Set) checkGenerated(t *tree.Tree) error {
	var seen kernel.ArchesSeen
	for _, e := range t.Entries {
		seen.Add(e.Path)
	}
	if seen.Generated(s.Arch) {
		return nil
	}
	found, err := t.Find(generatedHeaders, func(string) bool { return false })
	if err != nil || len(found) == 0 {
		return nil
	}
	for _, e := range found {
		seen.Add(e.Path)
	}
	if seen.Generated(s.Arch) {
		return nil
	}
	return fmt.Errorf("tree %s: %q of %s is of a build for another arch, and arch is %q: correct arch, or %s", s.recipe.Name, found[0].Path, found[0].Label, s.Arch, tree.Mend)
}

// checkSource tells of a tree that has headers of other architectures and none of
// this one, as far as the set would take them.
func (s *Set) checkSource(t *tree.Tree) error {
	own := func(p string) bool {
		arch, below, ok := kernel.SplitArch(p)
		return ok && slices.Contains(kernel.HeaderArches(s.Arch), arch) && strings.HasPrefix(below, "include/") && !kernel.Generated(p)
	}
	dir := "arch/" + s.Arch + "/include/"
	if !s.recipe.selector.MayMatch(dir+"asm/bitops.h") || slices.ContainsFunc(t.Entries, func(e *tree.Entry) bool { return own(e.Path) }) {
		return nil
	}
	found, err := t.Find(sourceHeaders, func(string) bool { return false })
	if err != nil || len(found) == 0 || slices.ContainsFunc(found, func(e tree.Found) bool { return own(e.Path) }) {
		return nil
	}
	return fmt.Errorf("tree %s: %q of %s is of another architecture, and of %s there is nothing below %q: correct arch, or give all of the srctree, or %s", s.recipe.Name, found[0].Path, found[0].Label, s.Arch, dir, tree.Meant)
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
