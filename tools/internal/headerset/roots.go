package headerset

import (
	"slices"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/closure"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/selection"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/tree"
)

// follow narrows the rules to the headers that the roots can reach. Where these
// include a file that was not looked for in the tree, reach is widened, and
// that is to be done.
func (s *Set) follow(t *tree.Tree, reach *closure.Filter) (widened bool, err error) {
	r := s.recipe
	o := closure.Options{
		Tree: r.Name, Arch: s.Arch, Modules: s.Rules.FollowsNames(), Roots: slices.Clone(r.Roots), Files: r.RootFiles, Outputs: r.Outputs,
		Barred: s.Rules.Barred, Loaded: reach.MayMatch,
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
	may := map[string]bool{}
	o := closure.Options{
		Tree: r.Name, Arch: s.Arch, Modules: s.Rules.FollowsNames(), Outputs: r.Outputs,
		Barred: func(path string) bool { return !may[path] },
	}
	for _, e := range t.Entries {
		v := s.Rules.Decide(e.Path)
		if v.In && (strings.HasSuffix(e.Path, ".h") || includesKernel(e.Path, v)) {
			o.Roots = append(o.Roots, e.Path)
		}
		may[e.Path] = v.In || s.Rules.MayKeep(e.Path)
	}
	res, err := closure.Run(t, o)
	if err != nil {
		return err
	}
	for path, reason := range res.Reasons {
		res.Reasons[path] = strings.TrimPrefix(reason, "closure: ")
	}
	s.Rules = s.Rules.WithKept(res.Reasons)
	return nil
}

// includesKernel tells whether a file is one that the profile compiles, such as
// scripts/module-common.c. Of the sources of host tools those below scripts/
// include the kernel's headers, those below tools/ have their own.
func includesKernel(path string, v selection.Verdict) bool {
	return (strings.HasSuffix(path, ".c") || strings.HasSuffix(path, ".S")) && (!v.Verbatim || strings.HasPrefix(path, "scripts/"))
}
