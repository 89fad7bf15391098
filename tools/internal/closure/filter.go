package closure

import (
	"path"
	"slices"
	"strings"

	"rules_kheaders/tools/internal/kernel"
	"rules_kheaders/tools/internal/tree"
)

// Filter widens a tree.Filter to all files that roots may reach: those in the
// directories of headers and, for a root elsewhere in the tree, those below its
// topmost directory, and those that Widen adds.
type Filter struct {
	tree.Filter
	tops []string // with a final slash
}

// NewFilter makes a Filter for an architecture and the names of roots.
func NewFilter(f tree.Filter, arch string, roots []string) *Filter {
	tops := []string{"include/"}
	for _, a := range kernel.HeaderArches(arch) {
		tops = append(tops, "arch/"+a+"/")
	}
	for _, r := range roots {
		if top, _, ok := strings.Cut(r, "/"); ok && top != "arch" {
			tops = append(tops, top+"/")
		}
	}
	return &Filter{f, tops}
}

// MayContain tells whether anything below the directory can be wanted.
func (f *Filter) MayContain(dir string) bool {
	for _, top := range f.tops {
		if strings.HasPrefix(dir+"/", top) || strings.HasPrefix(top, dir+"/") {
			return true
		}
	}
	return f.Filter.MayContain(dir)
}

// MayMatch tells whether the file can be wanted.
func (f *Filter) MayMatch(file string) bool {
	for _, top := range f.tops {
		if strings.HasPrefix(file, top) && !strings.HasPrefix(path.Base(file), ".") {
			return true
		}
	}
	return f.Filter.MayMatch(file)
}

// Widen adds the directories of files, with all below them, and tells whether
// that makes a difference.
func (f *Filter) Widen(files []string) bool {
	grown := false
	for _, file := range files {
		if dir := path.Dir(file); dir != "." && !slices.Contains(f.tops, dir+"/") {
			f.tops = append(f.tops, dir+"/")
			grown = true
		}
	}
	return grown
}
