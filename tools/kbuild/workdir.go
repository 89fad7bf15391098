package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"syscall"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/tmpfile"
)

// plainPath is a path that neither a shell nor make reads anything into, and
// that Kbuild takes: it allows no blank and no colon.
var plainPath = regexp.MustCompile(`^[A-Za-z0-9_./+=@~-]+$`)

// makeWorkDir makes a directory for make to work in, by its real path, which
// Kbuild compares others with. It is above the output, within the working
// directory, where the path is plain: names of packages and targets may have any
// character. So the module gets to its place in one step, unless no directory
// there is plain: then it is a temporary one.
func makeWorkDir(output string) (*tmpfile.Dir, error) {
	dir := filepath.Dir(output)
	for {
		work, err := plainDir(dir)
		switch {
		case work != nil:
			return work, nil
		case err != nil && !errors.Is(err, fs.ErrPermission) && !errors.Is(err, syscall.EROFS):
			return nil, err
		}
		up := filepath.Dir(dir)
		if up == dir || dir == "." || filepath.IsAbs(dir) {
			break
		}
		dir = up
	}
	work, err := plainDir(os.TempDir())
	if err == nil && work == nil {
		err = fmt.Errorf("%q and %q have characters that make reads: set TMPDIR to a directory without them", filepath.Dir(output), os.TempDir())
	}
	return work, err
}

// plainDir makes a work directory in dir, where the real path of that is plain.
func plainDir(dir string) (*tmpfile.Dir, error) {
	abs, err := filepath.Abs(dir)
	if err == nil {
		abs, err = filepath.EvalSymlinks(abs)
	}
	if err != nil {
		return nil, fmt.Errorf("find a work directory: %w", err)
	}
	if !plainPath.MatchString(abs) {
		return nil, nil
	}
	place := filepath.Join(abs, "kbuild")
	tmpfile.Sweep(place)
	work, err := tmpfile.Mkdir(place)
	if err != nil {
		return nil, fmt.Errorf("make a work directory: %w", err)
	}
	return work, nil
}

// move renames a file, over from another file system too. What a killed run left
// of this is removed.
func move(from, to string) error {
	tmpfile.Sweep(to)
	err := os.Rename(from, to)
	if !errors.Is(err, syscall.EXDEV) {
		return err
	}
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := tmpfile.Create(to)
	if err != nil {
		return err
	}
	defer out.Close()
	if _, err = io.Copy(out, in); err == nil {
		err = out.Chmod(0o644)
	}
	if err != nil {
		out.Remove()
		return err
	}
	return out.Move()
}
