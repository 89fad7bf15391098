package tree

import (
	"fmt"
	"path"
	"slices"
	"sort"
	"strings"
)

// Found is a file, and by which of the paths it was found.
type Found struct {
	*Entry
	By string
}

// Find returns what a view's tree has at paths, whatever its filter wants; a *
// in a path stands for any part of a name, a final /** for all headers below a
// directory. A problem with such a path is an error if takes wants what is
// there, unless a * found it; a directory below such a path that cannot be read is
// one in any case. The entries are open as long as the tree is.
func (t *Tree) Find(paths []string, takes func(path string) bool) ([]Found, error) {
	whole := t.whole
	want := newNames(paths)
	found := &Tree{options: whole.options, wants: []Filter{want}, fs: whole.fs, index: whole.index}
	layers := newLayers(found.options)
	if _, err := found.readInputs(want, layers); err != nil {
		return nil, err
	}
	if found.fs != nil {
		if err := found.readArchives(want, layers); err != nil {
			return nil, err
		}
	}
	found.merge(layers)
	v := newView(want)
	for _, p := range found.problems {
		if p.unread && v.reaches(p.Path) && want.MayContain(p.Path) {
			return nil, p.Err
		}
		if p.File && want.literal[p.Path] && takes(p.Path) {
			return nil, fmt.Errorf("a makefile or script names it: %w", p.Err)
		}
	}
	out := make([]Found, len(found.Entries))
	for i, e := range found.Entries {
		out[i] = Found{e, want.of(e.Path)}
	}
	return out, nil
}

// With returns the view with more entries.
func (t *Tree) With(more []*Entry) *Tree {
	n := *t
	n.Entries = append(append([]*Entry(nil), t.Entries...), more...)
	sort.SliceStable(n.Entries, func(i, j int) bool { return n.Entries[i].Path < n.Entries[j].Path })
	return &n
}

// names is a Filter for paths.
type names struct {
	literal map[string]bool
	// dirs are the directories above them.
	dirs map[string]bool
	// globs are the paths with a *, below the directories of headers.
	globs, below []string
}

func newNames(paths []string) *names {
	n := &names{literal: map[string]bool{}, dirs: map[string]bool{}}
	for _, p := range paths {
		if top, ok := strings.CutSuffix(p, "/**"); ok {
			n.below = append(n.below, top+"/")
		} else if strings.Contains(p, "*") {
			n.globs = append(n.globs, p)
			continue
		} else {
			n.literal[p] = true
		}
		for dir := path.Dir(p); dir != "." && !n.dirs[dir]; dir = path.Dir(dir) {
			n.dirs[dir] = true
		}
	}
	return n
}

// MayMatch tells whether the file is named.
func (n *names) MayMatch(p string) bool { return n.of(p) != "" }

// of returns the path that names the file, "" where none does.
func (n *names) of(p string) string {
	if n.literal[p] {
		return p
	}
	if i := slices.IndexFunc(n.globs, func(g string) bool { return matched(g, p) }); i >= 0 {
		return n.globs[i]
	}
	if i := slices.IndexFunc(n.below, func(top string) bool { return strings.HasSuffix(p, ".h") && strings.HasPrefix(p, top) }); i >= 0 {
		return n.below[i] + "**"
	}
	return ""
}

// MayContain tells whether a file below the directory is named.
func (n *names) MayContain(dir string) bool {
	if n.dirs[dir] || slices.ContainsFunc(n.below, func(top string) bool { return strings.HasPrefix(dir+"/", top) }) {
		return true
	}
	depth := strings.Count(dir, "/") + 1
	for _, g := range n.globs {
		parts := strings.Split(g, "/")
		if len(parts) > depth && matched(strings.Join(parts[:depth], "/"), dir) {
			return true
		}
	}
	return false
}

// Excludes is false: what a makefile names it wants.
func (n *names) Excludes(string) bool { return false }

func matched(glob, name string) bool {
	ok, err := path.Match(glob, name)
	return ok && err == nil
}
