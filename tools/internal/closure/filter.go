package closure

import (
	"path"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/kernel"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/tree"
)

// Filter widens a tree.Filter to all files that roots may reach: those in the
// directories of headers and, for a root elsewhere in the tree, those below its
// topmost directory, and those that Widen adds.
type Filter struct {
	tree.Filter
	// tops are such directories, above those that have one below them.
	tops, above map[string]bool
	// files are such files in the top of the tree.
	files map[string]bool
}

// NewFilter makes a Filter for an architecture and the names of roots.
func NewFilter(f tree.Filter, arch string, roots []string) *Filter {
	w := &Filter{f, map[string]bool{}, map[string]bool{}, map[string]bool{}}
	w.add("include")
	for _, a := range kernel.HeaderArches(arch) {
		w.add("arch/" + a)
	}
	for _, r := range roots {
		if top, _, ok := strings.Cut(r, "/"); ok && top != "arch" {
			w.add(top)
		}
	}
	return w
}

func (f *Filter) add(dir string) {
	f.tops[dir] = true
	for dir, ok := up(dir); ok; dir, ok = up(dir) {
		f.above[dir] = true
	}
}

// up returns the directory that a path is in; none is in the top of the tree.
func up(p string) (dir string, ok bool) {
	i := strings.LastIndexByte(p, '/')
	return p[:max(i, 0)], i > 0
}

// below tells whether a directory is a top or below one.
func (f *Filter) below(dir string) bool {
	for ok := true; ok; dir, ok = up(dir) {
		if f.tops[dir] {
			return true
		}
	}
	return false
}

// MayContain tells whether anything below the directory can be wanted.
func (f *Filter) MayContain(dir string) bool {
	return f.above[dir] || f.below(dir) && !strings.HasPrefix(path.Base(dir), ".") || f.Filter.MayContain(dir)
}

// MayMatch tells whether the file can be wanted.
func (f *Filter) MayMatch(file string) bool {
	if dir, ok := up(file); ok && f.below(dir) && !strings.HasPrefix(path.Base(file), ".") {
		return true
	}
	return f.files[file] || f.Filter.MayMatch(file)
}

// Search adds directories, with all below them, and tells whether that makes a
// difference.
func (f *Filter) Search(dirs []string) bool {
	grown := false
	for _, dir := range dirs {
		// Of what is searched in the top of the tree Widen adds what is found.
		if dir != "." && !f.below(dir) {
			f.add(dir)
			grown = true
		}
	}
	return grown
}

// Widen adds the directories of files, with all below them, and those of the
// tree's top alone; it tells whether that makes a difference.
func (f *Filter) Widen(files []string) bool {
	grown := false
	for _, file := range files {
		dir, ok := up(file)
		switch {
		case ok && !f.tops[dir]:
			f.add(dir)
			grown = true
		case !ok && !f.files[file]:
			f.files[file], grown = true, true
		}
	}
	return grown
}
