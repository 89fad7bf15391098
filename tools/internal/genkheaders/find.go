package genkheaders

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/kernel"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/oserr"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/selection"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/textline"
)

// autoconf gets a new date whenever the configuration is written, though nothing
// may have changed in it.
const autoconf = "include/generated/autoconf.h"

// found looks for the headers of both trees; the objtree's win. What no profile
// takes is left out: what changes from build to build, keys, and what editors and
// file systems leave behind.
func found(o Options) ([]header, error) {
	barred, err := barredFor(o.SrcArch)
	if err != nil {
		return nil, err
	}
	w := walker{barred: barred}
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

// barredFor tells which paths no profile takes.
func barredFor(arch string) (func(path string) bool, error) {
	profile, err := selection.New(selection.Options{Arch: arch, Profile: "headers"})
	if err != nil {
		return nil, err
	}
	return profile.ForKernel(kernel.Version{}).Barred, nil
}

// walker collects headers.
type walker struct {
	barred func(path string) bool
	files  []header
}

// walk adds the headers below a directory, which may be a link. Links to
// directories below it are not followed, as find does not.
func (w *walker) walk(root, dir string) error {
	top, err := filepath.EvalSymlinks(filepath.Join(root, dir))
	if errors.Is(err, fs.ErrNotExist) {
		return nil // the objtree may lack it
	} else if err != nil {
		return fmt.Errorf("look for headers: %w", err)
	}
	return filepath.WalkDir(top, func(file string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return fmt.Errorf("look for headers: %w", err)
		case d.IsDir() || !strings.HasSuffix(file, ".h"):
			return nil
		}
		h := header{file: file}
		below, err := filepath.Rel(top, file)
		if err != nil {
			return err
		}
		h.path = filepath.Join(dir, below)
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
	return fmt.Errorf("header %q cannot be read: %w: remove it, or correct the link", file, oserr.Reason(err))
}

// listed reads both lists, and names the files that make is to look at.
func listed(o Options) (files []header, deps []string, err error) {
	barred, err := barredFor(o.SrcArch)
	if err != nil {
		return nil, nil, err
	}
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
			if barred(filepath.ToSlash(h.path)) {
				continue
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

// maxListed is far above the length of any path, in bytes.
const maxListed = 1 << 16

func readList(name string) (lines []string, err error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("read list of headers: %w", err)
	}
	defer f.Close()
	in := textline.NewScanner(f, maxListed)
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
