package pkgfile

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
)

// File is one file of the packages, links already followed.
type File struct {
	// Path is relative to the directory that was walked.
	Path string
	// Size is in bytes.
	Size int64
	// Label is the package it came from, Member its name there.
	Label, Member string

	fs *FS
	n  *node
}

// Kept tells whether the file's bytes can be read without reading its package
// again.
func (f File) Kept() bool {
	f.fs.reading.Lock()
	defer f.fs.reading.Unlock()
	return f.n.off >= 0
}

// Open opens the file's bytes. Where neither Open's filter nor Keep kept them, it
// reads the package again: of many files Keep first.
func (f File) Open() (io.ReadCloser, error) {
	if err := f.fs.Keep([]File{f}); err != nil {
		return nil, err
	}
	return io.NopCloser(io.NewSectionReader(f.fs.spools[f.n.pkg].f, f.n.off, f.n.size)), nil
}

// Filter tells which files and directories a walk wants.
type Filter interface {
	// MayContain tells whether anything below the directory can be wanted.
	MayContain(dir string) bool
	// MayMatch tells whether the file can be wanted.
	MayMatch(path string) bool
	// Excludes tells whether a link at the path is left out, whatever it leads to.
	Excludes(path string) bool
}

// Problem says why a path has no file, or not surely the right one.
type Problem struct {
	// Path is relative to the directory that was walked.
	Path string
	// File tells that it matters to who wants a file at Path, Dir that it does
	// to who wants what is below Path.
	File, Dir bool
	// Link tells that the path is a link that leads nowhere, or round: it is
	// nothing to who excludes the link.
	Link bool
	Err  error
}

// Matters tells whether the problem is one for a walk that wants want.
func (p Problem) Matters(want Filter) bool {
	if p.Link && want.Excludes(p.Path) {
		return false
	}
	return p.File && want.MayMatch(p.Path) || p.Dir && want.MayContain(p.Path)
}

// lock is what a link holds that programs make to show that they run: a host and
// the number of a process, as in "192.168.1.5:+4711". Nobody makes a file there.
var lock = regexp.MustCompile(`^[^/]+:\+?[0-9]+$`)

// Lock tells by the target of a link that leads nowhere that no directory was
// meant by it.
func Lock(target string) bool { return lock.MatchString(target) }

// Walk returns the wanted files below the directory dir, sorted by path.
// A symlink is what it leads to. A wanted name that is a pipe, a device or a
// link that leads nowhere is a problem, as is one that two packages hold, of
// which the first is taken.
func (f *FS) Walk(dir string, want Filter) ([]File, []Problem, error) {
	budget := maxLinks
	d, err := f.walkTo(f.root, strings.TrimPrefix(dir, "/"), &budget)
	if err != nil || d.children == nil {
		return nil, nil, fmt.Errorf("no directory %q in the archives: %s", dir, f.tops())
	}
	w := &walker{fs: f, want: want, active: map[*node]bool{}}
	if err := w.dir(d, ""); err != nil {
		return nil, nil, err
	}
	return w.files, w.problems, f.over
}

// Keep sees to it that the bytes of files can be read, also of those that
// Open's filter did not keep.
func (f *FS) Keep(files []File) error {
	nodes := make([]*node, len(files))
	for i := range files {
		nodes[i] = files[i].n
	}
	f.reading.Lock()
	defer f.reading.Unlock()
	return f.ensure(nodes)
}

// tops says what the top of the archives holds, for messages.
func (f *FS) tops() string {
	names := slices.Sorted(maps.Keys(f.root.children))
	if len(names) == 0 {
		return "they are empty"
	}
	if len(names) > 5 {
		names = append(names[:5], "…")
	}
	return fmt.Sprintf("at the top they hold %q", names)
}

type walker struct {
	fs       *FS
	want     Filter
	active   map[*node]bool
	count    int64
	files    []File
	problems []Problem
}

func (w *walker) dir(d *node, at string) error {
	w.active[d] = true
	defer delete(w.active, d)
	for _, name := range slices.Sorted(maps.Keys(d.children)) {
		p, err := deeper(at, name)
		if err != nil {
			return err
		}
		asFile, asDir := w.want.MayMatch(p), w.want.MayContain(p)
		if !asFile && !asDir {
			continue
		}
		if err := w.fs.limits.Files(&w.count, 1); err != nil {
			return fmt.Errorf("below %q: %w", path.Join(at, "."), err)
		}
		if err := w.entry(d.children[name], p, asFile, asDir); err != nil {
			return err
		}
	}
	return nil
}

// entry takes in what is at the path p, which is wanted as a file, as a
// directory, or as either.
func (w *walker) entry(n *node, p string, asFile, asDir bool) error {
	problem := func(file, dir bool, format string, args ...any) {
		w.problems = append(w.problems, Problem{Path: p, File: file, Dir: dir, Err: fmt.Errorf(format, args...)})
	}
	link := func(file, dir bool, err error) {
		err = fmt.Errorf("%q in %s is %w: correct the packages, or exclude the link", p, w.fs.pkgs[n.pkg].Label, err)
		w.problems = append(w.problems, Problem{Path: p, File: file, Dir: dir, Link: true, Err: err})
	}
	from := w.fs.pkgs[n.pkg].Label
	if n.also != nil {
		notFiles := n.kind != file || n.also.kind != file
		problem(true, notFiles, "two sources for %q: %s and %s: leave one out, or exclude the file", p, from, w.fs.pkgs[n.also.pkg].Label)
	}
	t, err := w.fs.follow(n)
	switch {
	case errors.Is(err, errDangling), errors.Is(err, errLoop):
		link(true, !Lock(n.target), err)
	case err != nil:
		problem(true, true, "%q in %s is %w", p, from, err)
	case t.kind == dir && w.active[t]:
		link(false, true, errLoop)
	case t.kind == dir && asDir:
		return w.dir(t, p)
	case t.kind == special:
		problem(true, false, "%q in %s is %s, not a regular file: exclude it", p, from, t.what)
	case t.kind == file && asFile:
		w.files = append(w.files, File{Path: p, Size: t.size, Label: w.fs.pkgs[t.pkg].Label, Member: t.member, fs: w.fs, n: t})
	}
	return nil
}
