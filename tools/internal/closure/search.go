package closure

import (
	"path"
	"slices"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/cinclude"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/kernel"
)

// Search finds headers in a set of files by the names in #include directives.
type Search struct {
	have func(string) bool
	kernel.SearchPath
}

// NewSearch returns a Search over the files that have reports. paths are their
// paths, needed where an architecture has directories of boards; nil: there
// are none. added are directories that the tree's makefiles add to the search.
func NewSearch(arch string, paths []string, have func(string) bool, added ...string) *Search {
	return &Search{have, kernel.NewSearchPath(arch, kernel.SubdirsOf(paths), added...)}
}

// Has tells whether a file is among those that headers are found in.
func (s *Search) Has(path string) bool { return s.have(path) }

// Find returns the files that an #include in the file from may mean, in the
// order in which a compiler would look for them. A quoted name that is found
// beside the includer means that file alone. Of others every candidate is
// returned: which one a compiler takes depends on the order of its -I flags,
// which is not the same in Kbuild, in bcc and in user space, and #include_next
// goes on to the others. from is "" for a file outside of the tree.
func (s *Search) Find(from, name string, kind cinclude.Kind) []string {
	if strings.HasPrefix(name, "/") || name == "" {
		return nil
	}
	if kind == cinclude.Quoted && from != "" {
		if p := path.Join(path.Dir(from), name); s.have(p) {
			return []string{p}
		}
	}
	return s.in(name)
}

// FindForced returns the files that a -include of a name may mean: that of the
// path in the tree, or else what the search path has.
func (s *Search) FindForced(name string) []string {
	if s.have(name) {
		return []string{name}
	}
	return s.Find("", name, cinclude.Angled)
}

// findOrGeneric does the same for trees without the objtree's wrappers, where
// <asm/x.h> only includes <asm-generic/x.h>.
func (s *Search) findOrGeneric(from, name string, kind cinclude.Kind) []string {
	found := s.Find(from, name, kind)
	if generic := kernel.Generic(name); generic != "" && len(found) == 0 {
		found = s.in(generic)
	}
	return found
}

// candidates returns the paths at which Find looks, those below the tree's top
// alone, and of directories that are searched those that are not read as a whole.
func (s *Search) candidates(from, name string, kind cinclude.Kind) []string {
	if strings.HasPrefix(name, "/") || name == "" {
		return nil
	}
	var all []string
	if kind == cinclude.Quoted && from != "" {
		p := path.Join(path.Dir(from), name)
		if s.have(p) {
			return nil
		}
		all = append(all, p)
	}
	if slices.Contains(s.Dirs, ".") {
		all = append(all, path.Clean(name))
	}
	if strings.HasPrefix(name, "../") || strings.Contains(name, "/../") {
		for _, d := range s.Dirs {
			all = append(all, path.Join(d, name))
		}
	}
	return slices.DeleteFunc(all, func(p string) bool { return p == ".." || strings.HasPrefix(p, "../") })
}

func (s *Search) in(name string) []string {
	var found []string
	for _, d := range s.Dirs {
		if p := path.Join(d, name); s.have(p) {
			found = append(found, p)
		}
	}
	return found
}
