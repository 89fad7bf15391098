package genkheaders

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/kernel"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/oserr"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/selection"
)

// autoconf gets a new date whenever the configuration is written, though nothing
// may have changed in it.
const autoconf = "include/generated/autoconf.h"

// found looks for the headers of both trees; the objtree's win. What no profile
// takes is left out: what changes from build to build, keys, and what editors and
// file systems leave behind.
func found(o Options) ([]header, error) {
	profile, err := selection.New(selection.Options{Arch: o.SrcArch, Profile: "headers"})
	if err != nil {
		return nil, err
	}
	w := walker{barred: profile.ForKernel(kernel.Version{}).Barred}
	roots := []string{"."}
	if o.Srctree != "." {
		roots = []string{o.Srctree, "."}
	}
	for _, root := range roots {
		for _, dir := range []string{"include", "arch/" + o.SrcArch + "/include"} {
			if err := w.walk(root, dir); err != nil {
				return nil, err
			}
		}
	}
	return sorted(w.files), nil
}

// walker collects headers.
type walker struct {
	barred func(path string) bool
	files  []header
}

// walk adds the headers below a directory. Links to directories are not
// followed, as find does not.
func (w *walker) walk(root, dir string) error {
	return filepath.WalkDir(filepath.Join(root, dir), func(file string, d fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist) && d == nil:
			return nil // the objtree may lack it
		case err != nil:
			return fmt.Errorf("look for headers: %w", err)
		case d.IsDir() || !strings.HasSuffix(file, ".h"):
			return nil
		}
		h := header{file: file}
		if h.path, err = filepath.Rel(root, file); err != nil {
			return err
		}
		if w.barred(filepath.ToSlash(h.path)) {
			return nil
		}
		if d.Type()&fs.ModeSymlink == 0 {
			h.info, err = d.Info()
		} else if h.info, err = os.Stat(file); err == nil && h.info.IsDir() {
			return nil
		}
		if err != nil {
			return unreadable(file, err)
		}
		w.files = append(w.files, h)
		return nil
	})
}

func unreadable(file string, err error) error {
	return fmt.Errorf("header %q cannot be read: %w: remove it, or mend the link", file, oserr.Reason(err))
}

// listed reads both lists, and names the files that make is to look at.
func listed(o Options) (files []header, deps []string, err error) {
	for _, l := range []struct{ list, root string }{{o.SrcList, o.Srctree}, {o.ObjList, "."}} {
		names, err := readList(l.list)
		if err != nil {
			return nil, nil, err
		}
		for _, name := range names {
			h := header{file: name}
			h.path, err = filepath.Rel(l.root, name)
			if err != nil || strings.HasPrefix(h.path, "..") {
				return nil, nil, fmt.Errorf("%s: %q is not below %q, the tree that it is a list of", l.list, name, l.root)
			}
			if h.info, err = os.Stat(name); err != nil {
				return nil, nil, unreadable(name, err)
			}
			files = append(files, h)
			if h.path != autoconf {
				deps = append(deps, name)
			}
		}
	}
	return sorted(files), deps, nil
}

func readList(name string) (lines []string, err error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("read list of headers: %w", err)
	}
	defer f.Close()
	in := bufio.NewScanner(f)
	for in.Scan() {
		if in.Text() != "" {
			lines = append(lines, in.Text())
		}
	}
	if err := in.Err(); err != nil {
		return nil, fmt.Errorf("read list of headers %s: %w", name, err)
	}
	return lines, nil
}
