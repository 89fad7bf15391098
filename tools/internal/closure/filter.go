package closure

import (
	"strings"

	"rules_kheaders/tools/internal/tree"
)

// Filter widens a tree.Filter to all files that roots may reach: those in the
// directories of headers and, for a root elsewhere in the tree, those below its
// topmost directory.
type Filter struct {
	tree.Filter
	tops []string // with a final slash
}

// NewFilter makes a Filter for an architecture and the names of roots.
func NewFilter(f tree.Filter, arch string, roots []string) Filter {
	tops := []string{"include/", "arch/" + arch + "/"}
	if arch == "um" {
		tops = append(tops, "arch/x86/")
	}
	for _, r := range roots {
		if top, _, ok := strings.Cut(r, "/"); ok && top != "arch" {
			tops = append(tops, top+"/")
		}
	}
	return Filter{f, tops}
}

// MayContain tells whether anything below the directory can be wanted.
func (f Filter) MayContain(dir string) bool {
	for _, top := range f.tops {
		if strings.HasPrefix(dir+"/", top) || strings.HasPrefix(top, dir+"/") {
			return true
		}
	}
	return f.Filter.MayContain(dir)
}

// MayMatch tells whether the file can be wanted.
func (f Filter) MayMatch(path string) bool {
	for _, top := range f.tops {
		if strings.HasPrefix(path, top) && !strings.HasPrefix(path[strings.LastIndexByte(path, '/')+1:], ".") {
			return true
		}
	}
	return f.Filter.MayMatch(path)
}
