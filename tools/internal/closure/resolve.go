package closure

import (
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/cinclude"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/kernel"
)

// Resolve returns the files that an #include in the file from may mean, as Find
// does; of an #include_next, those that come after the directory in which the
// includer is found itself.
func (s *Search) Resolve(from string, inc cinclude.Include) []string {
	if !inc.Next {
		return s.Find(from, inc.Name, inc.Kind)
	}
	i, ok := s.dirOf(from)
	if !ok {
		// No directory leads to it: gcc takes the #include_next of a file
		// that it was given by name for an #include.
		return without(s.Find(from, inc.Name, inc.Kind), from)
	}
	rest := Search{s.have, kernel.SearchPath{Dirs: s.Dirs[i+1:]}}
	return without(rest.Find("", inc.Name, cinclude.Angled), from)
}

// dirOf returns the index of the directory of the search path that a file is
// found in. The directories of boards come before or after the others, as the
// architecture likes: of a file in one of them nothing is known.
func (s *Search) dirOf(file string) (index int, ok bool) {
	longest := -1
	for i, d := range s.Dirs {
		if strings.HasPrefix(file, d+"/") && len(d) > longest {
			index, longest, ok = i, len(d), i < s.Fixed
		}
	}
	return index, ok
}

func without(list []string, path string) []string {
	var out []string
	for _, p := range list {
		if p != path {
			out = append(out, p)
		}
	}
	return out
}
