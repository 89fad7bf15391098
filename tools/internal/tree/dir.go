package tree

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/infile"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/oserr"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/pkgfile"
)

// input adds a file, or a directory with all below it, to the layer.
func (w *dirWalker) input() error {
	in := w.in
	st, err := os.Stat(in.Path)
	if err != nil {
		link := badLink(in.Path, err)
		if link == nil || in.Dest == "" {
			return fmt.Errorf("%s: %w", in.Label, cmp.Or(link, oserr.Reason(err)))
		}
		if err := checkDest(in); err != nil {
			return err
		}
		err = fmt.Errorf("%q from %s: %w", in.Dest, in.Label, link)
		w.into.problem(pkgfile.Problem{Path: in.Dest, File: true, Link: true, Err: err}, true)
		return nil
	}
	if st.IsDir() {
		return w.dir(in.Path, "", st)
	}
	if err := checkDest(in); err != nil {
		return err
	}
	if !w.want.MayMatch(in.Dest) {
		return nil
	}
	addFile(w.into, in, in.Dest, "", in.Path, st)
	return nil
}

func checkDest(in Input) error {
	prefix := "strip_prefix"
	if in.Role == Gen {
		prefix = "generated_" + prefix
	}
	switch {
	case in.Dest == "":
		return fmt.Errorf("%s: a file needs its path in the tree, only directories do without: set %s to a directory above it", in.Label, prefix)
	case strings.HasPrefix(in.Dest, "/"):
		return fmt.Errorf("%s: path %q in the tree is absolute: make it relative to the tree's root", in.Label, in.Dest)
	case path.Clean(in.Dest) != in.Dest:
		return fmt.Errorf("%s: path %q in the tree is not clean: write it without \".\", \"..\" and doubled slashes", in.Label, in.Dest)
	case in.Dest == ".." || strings.HasPrefix(in.Dest, "../"):
		return fmt.Errorf("%s: a file that is not below the tree's root, from where it is %q: set %s to the directory that is the root", in.Label, in.Dest, prefix)
	}
	return nil
}

func addFile(l *layer, in Input, dest, member, from string, st os.FileInfo) {
	if what := infile.Special(st.Mode()); what != "" {
		err := fmt.Errorf("%q from %s is %s, not a regular file: exclude it", dest, in.Label, what)
		l.problem(pkgfile.Problem{Path: dest, File: true, Err: err}, member == "")
		return
	}
	e := FromFile(dest, from, st)
	e.Label, e.Member = in.Label, member
	l.add(e)
}

// dirWalker reads a directory that is the root of a tree. Symlinks are
// followed wherever they lead; within Bazel's sandbox every file is one.
type dirWalker struct {
	in     Input
	want   Filter
	into   *layer
	active []os.FileInfo
	// outputs must be none of the files that are opened.
	outputs infile.Outputs
	opened  func(path string) bool
	limits  pkgfile.Limits
	count   int64
}

func (w *dirWalker) dir(from, at string, self os.FileInfo) error {
	for _, a := range w.active {
		if os.SameFile(a, self) {
			err := fmt.Errorf("%q from %s is a symlink that loops, for it leads to a directory above itself: remove it, correct the link, or exclude it", at, w.in.Label)
			w.into.problem(pkgfile.Problem{Path: at, Dir: true, Link: true, Err: err}, false)
			return nil
		}
	}
	w.active = append(w.active, self)
	defer func() { w.active = w.active[:len(w.active)-1] }()
	names, err := readNames(from)
	if err != nil {
		err = fmt.Errorf("read %q from %s: %w", path.Join(at, "."), w.in.Label, oserr.Reason(err))
		if at == "" {
			return err
		}
		// It is nothing to those who want none of it.
		w.into.problems = append(w.into.problems, problem{Problem: pkgfile.Problem{Path: at, Dir: true, Err: err}, unread: true})
		return nil
	}
	for _, name := range names {
		p := path.Join(at, name)
		asFile, asDir := w.want.MayMatch(p), w.want.MayContain(p)
		if !asFile && !asDir {
			continue
		}
		err := pkgfile.CheckPath(p)
		if err == nil {
			err = w.limits.Files(&w.count, 1)
		}
		if err != nil {
			return fmt.Errorf("read %q from %s: %w", path.Join(at, "."), w.in.Label, err)
		}
		full := filepath.Join(from, name)
		st, err := os.Stat(full)
		switch {
		case err != nil:
			link := badLink(full, err)
			target, _ := os.Readlink(full)
			err = fmt.Errorf("%q from %s: %w", p, w.in.Label, cmp.Or(link, oserr.Reason(err)))
			w.into.problem(pkgfile.Problem{Path: p, File: true, Dir: link == nil || !pkgfile.Lock(target), Link: link != nil, Err: err}, false)
		case st.IsDir() && asDir:
			if err := w.dir(full, p, st); err != nil {
				return err
			}
		case !st.IsDir() && asFile:
			if err := w.outputs.Check(st); err != nil && w.opened(p) {
				return fmt.Errorf("%q from %s: %w", p, w.in.Label, err)
			}
			addFile(w.into, w.in, p, p, full, st)
		}
	}
	return nil
}

func readNames(dir string) ([]string, error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return f.Readdirnames(-1)
}

// badLink returns what is wrong with a symlink by which a stat failed, nil where
// none is at fault.
func badLink(name string, err error) error {
	if errors.Is(err, syscall.ELOOP) {
		return errors.New("a symlink that loops: remove it, correct the link, or exclude it")
	}
	if target, lerr := os.Readlink(name); lerr == nil && errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("a dangling symlink to %q: remove it, correct the link, or exclude it", target)
	}
	return nil
}
