// Package tree reads a kernel tree: a srctree with the objtree of a build laid
// over it, from files, directories, packages and tar archives.
package tree

import (
	"fmt"
	"slices"
	"sort"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/infile"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/pkgfile"
)

// Options say how to read a tree.
type Options struct {
	// Name is what messages call the tree, a label as a rule.
	Name string
	// Inputs in any order: the order does not matter.
	Inputs []Input
	// Srctree and Objtree are the roots inside the archives; "" finds them.
	Srctree, Objtree string
	// AllowMismatch takes a srctree and an objtree that do not belong together.
	AllowMismatch bool
	// HostTool tells whether a path is that of a program that the kernel's build
	// makes, and that is taken; nil for none.
	HostTool func(path string) bool
	// Outputs are the files that will be replaced. One that a filter wants of a
	// directory, or that is given, is an error.
	Outputs infile.Outputs
	// Limits bound the packages, and how many files, directories and links a walk
	// through an input may come to.
	Limits pkgfile.Limits
	// All lists every file, whatever the filters want; only what these want
	// can be opened. See Whole.
	All bool
	// Opened is told of the path of each file that is opened, even twice; nil for
	// no one.
	Opened func(path string)
}

// Tree holds the entries that the filters may want, sorted bytewise by path.
type Tree struct {
	Entries []*Entry
	Facts   Facts

	options  Options
	wants    []Filter
	problems []problem
	fs       *pkgfile.FS
	index    *index
	// layers are what was read, before the one was laid over the other.
	layers map[bool]*layer
	// srcRoot is where the srctree is in the archives.
	srcRoot string
	// whole is the tree that a view is of.
	whole *Tree
}

// Close frees what the tree's entries are read from.
func (t *Tree) Close() {
	if t.fs != nil {
		t.fs.Close()
	}
	if t.index != nil {
		t.index.file.Close()
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

// Load reads a tree once for all who want some of its files: wants tell which,
// and View has what each of them gets. Of the objtree every file wins over the
// srctree's but for the top Makefile: an objtree's only includes the srctree's
// by a path of the machine that built it.
func Load(o Options, wants ...Filter) (*Tree, error) {
	if len(o.Inputs) == 0 {
		return nil, fmt.Errorf("tree %s has no input: give it srcs, generated or archives", o.Name)
	}
	t := &Tree{options: o}
	for _, want := range wants {
		t.wants = append(t.wants, withFacts{want})
	}
	layers := newLayers(o)
	if err := t.read(layers); err != nil {
		t.Close()
		return nil, err
	}
	if !o.AllowMismatch {
		if err := t.checkHalves(layers[false], layers[true]); err != nil {
			t.Close()
			return nil, err
		}
	}
	t.merge(layers)
	if err := t.readFacts(); err != nil {
		t.Close()
		return nil, err
	}
	return t, nil
}

// read fills the layers from the inputs.
func (t *Tree) read(layers map[bool]*layer) error {
	want := Filter(anyOf(t.wants))
	if t.options.All {
		want = anyOf(append([]Filter{everything{}}, t.wants...))
	}
	pkgs, err := t.readInputs(want, layers)
	if err != nil || len(pkgs) == 0 {
		return err
	}
	if t.fs, err = pkgfile.Open(pkgs, keepSuffix(anyOf(t.wants)), t.options.Limits); err != nil {
		return err
	}
	return t.readArchives(want, layers)
}

// readInputs adds files and directories to the layers, in an order of its own,
// and returns the packages among the inputs.
func (t *Tree) readInputs(want Filter, layers map[bool]*layer) ([]pkgfile.Package, error) {
	inputs := slices.Clone(t.options.Inputs)
	sort.Slice(inputs, func(i, j int) bool { return lessInput(inputs[i], inputs[j]) })
	opened := t.mayOpen()
	var pkgs []pkgfile.Package
	for i, in := range inputs {
		if i > 0 && in == inputs[i-1] {
			continue
		}
		switch in.Role {
		case Archive:
			pkgs = append(pkgs, pkgfile.Package{Path: in.Path, Label: in.Label})
			continue
		case Index:
			if err := t.readIndex(in, want, layers); err != nil {
				return nil, err
			}
			continue
		}
		w := &dirWalker{in: in, want: want, into: layers[in.Role == Gen], outputs: t.options.Outputs, opened: opened, limits: t.options.Limits}
		if err := w.input(); err != nil {
			return nil, err
		}
	}
	return pkgs, nil
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
func (t *Tree) readArchives(want Filter, layers map[bool]*layer) error {
	name := t.options.Name
	src, obj, srcOK, objOK, err := t.fs.Roots(t.options.Srctree, t.options.Objtree)
	if err != nil {
		return fmt.Errorf("tree %s: %w", name, err)
	}
	if !srcOK && !objOK {
		return fmt.Errorf("tree %s: no kernel tree in the archives (looked for include/linux/kconfig.h with arch/, and for include/generated/autoconf.h): name its place by srctree or objtree (--archive-srctree, --archive-objtree)", name)
	}
	if srcOK {
		t.srcRoot = src
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
		files, problems, err := t.fs.Walk(root.dir, want)
		if err != nil {
			return fmt.Errorf("tree %s: %w", name, err)
		}
		if err := t.fs.Keep(t.opened(files)); err != nil {
			return fmt.Errorf("tree %s: %w", name, err)
		}
		for _, p := range problems {
			p.Err = fmt.Errorf("tree %s: %w", name, p.Err)
			root.into.problem(p, false)
		}
		for _, f := range files {
			root.into.add(&Entry{Path: f.Path, Size: f.Size, Label: f.Label, Member: f.Member, open: f.Open, packed: &f})
		}
	}
	return nil
}

// opened returns those of the files that one of t.wants wants.
func (t *Tree) opened(files []pkgfile.File) []pkgfile.File {
	if !t.options.All {
		return files
	}
	may := t.mayOpen()
	var out []pkgfile.File
	for _, f := range files {
		if may(f.Path) {
			out = append(out, f)
		}
	}
	return out
}

// mayOpen tells of paths whether one of the filters wants what is there.
func (t *Tree) mayOpen() func(path string) bool {
	var views []*view
	for _, want := range t.wants {
		views = append(views, newView(want))
	}
	return func(path string) bool {
		return slices.ContainsFunc(views, func(v *view) bool { return v.reaches(path) && v.MayMatch(path) })
	}
}
