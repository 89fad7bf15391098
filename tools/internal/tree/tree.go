package tree

import (
	"bytes"
	"fmt"
	"io"
	"sort"

	"rules_kheaders/tools/internal/oserr"
	"rules_kheaders/tools/internal/pkgfile"
)

// Entry is one file of a tree.
type Entry struct {
	// Path is relative to the tree's root, with slashes. It may hold any byte
	// but NUL.
	Path string
	// Size is in bytes, as it is in the tree.
	Size int64
	// Exec tells whether the source's owner may execute it.
	Exec bool
	// Generated tells whether it comes from the objtree.
	Generated bool
	// Label is the input it came from, Member its name within that: in a
	// package, or below a directory; "" for a file.
	Label, Member string
	// Hides is the origin of the file of the same path that this one is laid
	// over (the srctree's; for the top Makefile, the objtree's), "" if none.
	Hides string

	open func() (io.ReadCloser, error)
}

// Made returns an entry that is in no input: made is who made it.
func Made(path, made string, data []byte) *Entry {
	return &Entry{Path: path, Size: int64(len(data)), Label: made, open: func() (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(data)), nil
	}}
}

// Open opens the file's bytes.
func (e *Entry) Open() (io.ReadCloser, error) {
	r, err := e.open()
	if err != nil {
		return nil, fmt.Errorf("read %q from %s: %w", e.Path, e.Label, oserr.Reason(err))
	}
	return r, nil
}

// Origin says where the entry came from in one string.
func (e *Entry) Origin() string {
	if e.Member == "" {
		return e.Label
	}
	return e.Label + "!" + e.Member
}

// Options say how to read a tree.
type Options struct {
	// Name is what messages call the tree, a label as a rule.
	Name string
	// Inputs in any order: the order does not matter.
	Inputs []Input
	// Srctree and Objtree are the roots inside the archives; "" finds them.
	Srctree, Objtree string
	// All lists every file, whatever the filter says, and leaves out what
	// cannot be a file of a set, such as a pipe or a link that leads nowhere,
	// where that is an error otherwise. For who wants to know what there is,
	// not to build from it: only what the filter wants can be opened.
	All bool
}

// Tree holds the entries that the filter may want, sorted bytewise by path.
type Tree struct {
	Entries []*Entry
	Facts   Facts
	fs      *pkgfile.FS
}

// Close frees what the tree's entries are read from.
func (t *Tree) Close() {
	if t.fs != nil {
		t.fs.Close()
	}
}

// Get returns the entry at a path, or nil.
func (t *Tree) Get(path string) *Entry {
	i := sort.Search(len(t.Entries), func(i int) bool { return t.Entries[i].Path >= path })
	if i < len(t.Entries) && t.Entries[i].Path == path {
		return t.Entries[i]
	}
	return nil
}

// Load reads a tree. Of the objtree every file wins over the srctree's but for
// the top Makefile: an objtree's only includes the srctree's by a path of the
// machine that built it.
func Load(o Options, want Filter) (*Tree, error) {
	if len(o.Inputs) == 0 {
		return nil, fmt.Errorf("tree %s has no input: give it srcs, generated or archives", o.Name)
	}
	want = withFacts{want}
	keep := keepSuffix(want)
	if o.All {
		want = everything{}
	}
	t := &Tree{}
	layers := map[bool]*layer{false: newLayer("srctree"), true: newLayer("objtree")}
	var pkgs []pkgfile.Package
	inputs := append([]Input(nil), o.Inputs...)
	sort.Slice(inputs, func(i, j int) bool { return lessInput(inputs[i], inputs[j]) })
	for i, in := range inputs {
		if i > 0 && in == inputs[i-1] {
			continue
		}
		if in.Role == Archive {
			pkgs = append(pkgs, pkgfile.Package{Path: in.Path, Label: in.Label})
			continue
		}
		if err := readInput(in, want, layers[in.Role == Gen], o.All); err != nil {
			return nil, err
		}
	}
	if len(pkgs) > 0 {
		fs, err := pkgfile.Open(pkgs, keep)
		if err != nil {
			return nil, err
		}
		t.fs = fs
		if err := readArchives(fs, o, want, layers); err != nil {
			t.Close()
			return nil, err
		}
	}
	t.merge(layers)
	if len(t.Entries) == 0 {
		t.Close()
		return nil, fmt.Errorf("tree %s is empty: none of its %d inputs holds a file of a kernel tree; a directory must be the root of a tree, and a file needs its path in the tree (strip_prefix)", o.Name, len(o.Inputs))
	}
	if err := t.readFacts(); err != nil {
		t.Close()
		return nil, err
	}
	return t, nil
}

func lessInput(a, b Input) bool {
	switch {
	case a.Role != b.Role:
		return a.Role < b.Role
	case a.Label != b.Label:
		return a.Label < b.Label
	case a.Dest != b.Dest:
		return a.Dest < b.Dest
	}
	return a.Path < b.Path
}

// readArchives adds what the packages' srctree and objtree hold.
func readArchives(fs *pkgfile.FS, o Options, want Filter, layers map[bool]*layer) error {
	src, obj, srcOK, objOK, err := fs.Roots(o.Srctree, o.Objtree)
	if err != nil {
		return fmt.Errorf("tree %s: %w", o.Name, err)
	}
	if !srcOK && !objOK {
		return fmt.Errorf("tree %s: no kernel tree in the archives (looked for include/linux/kconfig.h with arch/, and for include/generated/autoconf.h): name its place by srctree or objtree", o.Name)
	}
	if srcOK && objOK && src == obj {
		objOK = false // built in the source: one tree holds both
	}
	for _, root := range []struct {
		dir  string
		ok   bool
		into *layer
	}{{src, srcOK, layers[false]}, {obj, objOK, layers[true]}} {
		if !root.ok {
			continue
		}
		walk := fs.Walk
		if o.All {
			walk = fs.WalkLenient
		}
		files, err := walk(root.dir, want)
		if err != nil {
			return fmt.Errorf("tree %s: %w", o.Name, err)
		}
		for _, f := range files {
			e := &Entry{Path: f.Path, Size: f.Size, Exec: f.Exec, Label: f.Label, Member: f.Member, open: f.Open}
			if err := root.into.add(e); err != nil {
				return err
			}
		}
	}
	return nil
}

// layer is the srctree or the objtree.
type layer struct {
	name    string
	entries map[string]*Entry
}

func newLayer(name string) *layer { return &layer{name, map[string]*Entry{}} }

func (l *layer) add(e *Entry) error {
	if old := l.entries[e.Path]; old != nil {
		return fmt.Errorf("two sources for %q in the %s: %s and %s: leave one out", e.Path, l.name, old.Origin(), e.Origin())
	}
	l.entries[e.Path] = e
	return nil
}

// merge lays the objtree over the srctree.
func (t *Tree) merge(layers map[bool]*layer) {
	all := layers[false].entries
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
	for _, e := range all {
		t.Entries = append(t.Entries, e)
	}
	sort.Slice(t.Entries, func(i, j int) bool { return t.Entries[i].Path < t.Entries[j].Path })
}
