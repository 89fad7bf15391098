package pkgfile

import (
	"fmt"
	"io"
	"path"
	"sort"
	"strings"
)

// File is one file of the packages, links already followed.
type File struct {
	// Path is relative to the directory that was walked.
	Path string
	// Size is in bytes. Exec tells whether its owner may execute it.
	Size int64
	Exec bool
	// Label is the package it came from, Member its name there.
	Label, Member string

	fs *FS
	n  *node
}

// Open opens the file's bytes.
func (f File) Open() (io.ReadCloser, error) {
	return io.NopCloser(io.NewSectionReader(f.fs.spools[f.n.pkg].f, f.n.off, f.n.size)), nil
}

// Filter tells which files and directories a walk wants.
type Filter interface {
	// MayContain tells whether anything below the directory can be wanted.
	MayContain(dir string) bool
	// MayMatch tells whether the file can be wanted.
	MayMatch(path string) bool
}

// Walk returns the wanted files below the directory dir, sorted by path.
// A symlink is what it leads to. A wanted name that is a pipe, a device or a
// link that leads nowhere is an error, as is one that two packages hold.
func (f *FS) Walk(dir string, want Filter) ([]File, error) { return f.walk(dir, want, false) }

// WalkLenient is Walk, but leaves out what is an error there. Of files that
// Open's filter did not keep, the bytes cannot be read.
func (f *FS) WalkLenient(dir string, want Filter) ([]File, error) { return f.walk(dir, want, true) }

func (f *FS) walk(dir string, want Filter, lenient bool) ([]File, error) {
	budget := maxLinks
	d, err := f.walkTo(f.root, strings.TrimPrefix(dir, "/"), &budget)
	if err != nil || d.children == nil {
		return nil, fmt.Errorf("no directory %q in the archives: %s", dir, f.tops())
	}
	w := &walker{fs: f, want: want, lenient: lenient, active: map[*node]bool{}}
	if err := w.dir(d, ""); err != nil {
		return nil, err
	}
	if lenient {
		return w.out, nil
	}
	return w.out, f.ensure(w.nodes)
}

// tops says what the top of the archives holds, for messages.
func (f *FS) tops() string {
	names := sortedNames(f.root)
	if len(names) == 0 {
		return "they are empty"
	}
	if len(names) > 5 {
		names = append(names[:5], "…")
	}
	return fmt.Sprintf("at the top they hold %q", names)
}

type walker struct {
	fs     *FS
	want   Filter
	active map[*node]bool
	out    []File
	nodes  []*node
	// lenient leaves out what is an error otherwise.
	lenient bool
}

func sortedNames(d *node) []string {
	names := make([]string, 0, len(d.children))
	for name := range d.children {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

func (w *walker) dir(d *node, at string) error {
	w.active[d] = true
	defer delete(w.active, d)
	for _, name := range sortedNames(d) {
		p := path.Join(at, name)
		asFile, asDir := w.want.MayMatch(p), w.want.MayContain(p)
		if !asFile && !asDir {
			continue
		}
		n := d.children[name]
		from := w.fs.pkgs[n.pkg].Label
		if !w.lenient && n.also != nil && (asFile || n.kind != file || n.also.kind != file) {
			return fmt.Errorf("two sources for %q: %s and %s: leave one out, or exclude the file", p, from, w.fs.pkgs[n.also.pkg].Label)
		}
		t, err := w.fs.follow(n)
		switch {
		case w.lenient && (err != nil || t.kind == special || t.kind == dir && w.active[t]):
		case err != nil:
			return fmt.Errorf("%q in %s is %w", p, from, err)
		case t.kind == dir && asDir:
			if w.active[t] {
				return fmt.Errorf("%q in %s is %w", p, from, errLoop)
			}
			if err := w.dir(t, p); err != nil {
				return err
			}
		case t.kind == special && asFile:
			return fmt.Errorf("%q in %s is %s, not a regular file: exclude it", p, from, t.what)
		case t.kind == file && asFile:
			w.out = append(w.out, File{Path: p, Size: t.size, Exec: t.exec, Label: w.fs.pkgs[t.pkg].Label, Member: t.member, fs: w.fs, n: t})
			w.nodes = append(w.nodes, t)
		}
	}
	return nil
}
