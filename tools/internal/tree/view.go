package tree

import (
	"fmt"
	"path"
)

// View returns the tree as it is for the i-th of Load's filters: of the files
// and of the problems with some only those that it wants. A problem is an
// error, such as a wanted path that is a pipe or a link that leads nowhere.
// The view is open as long as the tree is.
func (t *Tree) View(i int) (*Tree, error) {
	v := newView(t.wants[i])
	for _, p := range t.problems {
		if (p.alone || v.reaches(p.Path)) && p.Matters(v) {
			return nil, p.Err
		}
	}
	if len(t.wants) == 1 && !t.options.All {
		return t.show(t.Entries)
	}
	return t.show(v.of(t.Entries))
}

// Whole returns the tree with every file that there is, for who wants to know
// that, not to build from it. Problems are passed over, but for two sources
// for one path, of which it cannot be told which one the tree has, and for
// directories that cannot be read.
func (t *Tree) Whole() (*Tree, error) {
	v := newView(everything{})
	for _, p := range t.problems {
		if (p.twice || p.unread) && (p.alone || v.reaches(p.Path)) {
			return nil, p.Err
		}
	}
	return t.show(v.of(t.Entries))
}

func (t *Tree) show(entries []*Entry) (*Tree, error) {
	if len(entries) == 0 {
		return nil, fmt.Errorf("tree %s is empty: none of its %d inputs holds a file of a kernel tree; a directory must be the root of a tree, and a file needs its path in the tree (strip_prefix)", t.options.Name, len(t.options.Inputs))
	}
	return &Tree{Entries: entries, Facts: t.Facts, options: t.options, whole: t}, nil
}

// view is what a filter wants of a tree that was read for others as well.
type view struct {
	Filter
	entered map[string]bool
}

func newView(want Filter) *view { return &view{want, map[string]bool{"": true}} }

// reaches tells whether a walk for the filter alone comes to a path: it enters
// all directories above.
func (v *view) reaches(p string) bool {
	dir := path.Dir(p)
	if dir == "." {
		return true
	}
	yes, known := v.entered[dir]
	if !known {
		yes = v.reaches(dir) && v.MayContain(dir)
		v.entered[dir] = yes
	}
	return yes
}

func (v *view) of(entries []*Entry) []*Entry {
	var out []*Entry
	for _, e := range entries {
		if (e.alone() || v.reaches(e.Path)) && v.MayMatch(e.Path) {
			out = append(out, e)
		}
	}
	return out
}
