package tree

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"sort"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/pkgfile"
)

// layer is the srctree or the objtree.
type layer struct {
	name     string
	entries  map[string]*Entry
	problems []problem
	// opened is told of the path of each file that is opened; nil for no one.
	opened func(path string)
}

// problem is one with a path of the tree.
type problem struct {
	pkgfile.Problem
	// alone tells that the path is that of an input that is a file.
	alone bool
	// twice tells that the path has two sources.
	twice bool
	// unread tells that the path is that of a directory that cannot be read.
	unread bool
}

// newLayers returns the srctree, which is not generated, and the objtree.
func newLayers(o Options) map[bool]*layer {
	layers := map[bool]*layer{}
	for generated, name := range map[bool]string{false: "srctree", true: "objtree"} {
		layers[generated] = &layer{name: name, entries: map[string]*Entry{}, opened: o.Opened}
	}
	return layers
}

// add adds a file. Of two of the same path the first one stays; it is a problem
// unless they have the same bytes, as what a rule made in two configurations.
func (l *layer) add(e *Entry) {
	if open := e.open; l.opened != nil {
		e.open = func() (io.ReadCloser, error) {
			l.opened(e.Path)
			return open()
		}
	}
	if old := l.entries[e.Path]; old != nil {
		// One that cannot be read is told of by its path, as two sources.
		if old.alone() && e.alone() {
			if same, err := old.sameBytes(e); same && err == nil {
				return
			}
		}
		err := fmt.Errorf("two sources for %q in the %s: %s and %s: leave one out", e.Path, l.name, old.Origin(), e.Origin())
		p := pkgfile.Problem{Path: e.Path, File: true, Err: err}
		l.problems = append(l.problems, problem{Problem: p, alone: e.alone() && old.alone(), twice: true})
		return
	}
	l.entries[e.Path] = e
}

func (l *layer) problem(p pkgfile.Problem, alone bool) {
	l.problems = append(l.problems, problem{Problem: p, alone: alone})
}

// merge lays the objtree over the srctree.
func (t *Tree) merge(layers map[bool]*layer) {
	all := maps.Clone(layers[false].entries)
	for path, e := range layers[true].entries {
		e.Generated = true
		if under := all[path]; under != nil {
			if path == "Makefile" {
				under.Hides = e.Origin()
				continue
			}
			// A link in each tree may lead to one and the same file.
			if under.Origin() != e.Origin() {
				e.Hides = under.Origin()
			}
		}
		all[path] = e
	}
	t.problems = append(slices.Clone(layers[false].problems), layers[true].problems...)
	t.layers = layers
	for _, e := range all {
		t.Entries = append(t.Entries, e)
	}
	sort.Slice(t.Entries, func(i, j int) bool { return t.Entries[i].Path < t.Entries[j].Path })
}
