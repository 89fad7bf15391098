package headerset

import (
	"slices"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/closure"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/tree"
)

// follow narrows the rules to the headers that the roots can reach. Where these
// include a file that was not looked for in the tree, reach is widened, and
// that is to be done.
func (s *Set) follow(t *tree.Tree, reach *closure.Filter) (widened bool, err error) {
	r := s.recipe
	o := closure.Options{
		Tree: r.Name, Arch: s.Arch, Modules: r.Profile != "headers", Roots: slices.Clone(r.Roots), Files: r.RootFiles, Outputs: r.Outputs,
		Barred: s.Rules.Barred, Loaded: reach.MayMatch,
	}
	for _, e := range t.Entries {
		// What the profile compiles, such as scripts/module-common.c. Of the
		// sources of host tools those below scripts/ include the kernel's
		// headers, those below tools/ have their own.
		if v := s.Rules.Decide(e.Path); v.In && isSource(e.Path) && (!v.Verbatim || strings.HasPrefix(e.Path, "scripts/")) {
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

func isSource(path string) bool {
	return strings.HasSuffix(path, ".c") || strings.HasSuffix(path, ".S")
}
