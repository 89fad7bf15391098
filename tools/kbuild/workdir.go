package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"syscall"
)

// plainPath is a path that neither a shell nor make reads anything into, and
// that Kbuild takes: it allows no blank and no colon.
var plainPath = regexp.MustCompile(`^[A-Za-z0-9_./+=@~-]+$`)

// makeWorkDir makes a directory for make to work in, and returns its real
// path, which Kbuild compares others with. It is above the output, within the
// working directory, where the path is plain: names of packages and targets may have any character. So the
// module gets to its place in one step, unless no directory there is plain:
// then it is a temporary one.
func makeWorkDir(output string) (string, error) {
	dir := filepath.Dir(output)
	for {
		work, err := plainDir(dir)
		switch {
		case err == nil && work != "":
			return work, nil
		case err != nil && !errors.Is(err, fs.ErrPermission) && !errors.Is(err, syscall.EROFS):
			return "", err
		}
		up := filepath.Dir(dir)
		if up == dir || dir == "." || filepath.IsAbs(dir) {
			break
		}
		dir = up
	}
	work, err := plainDir(os.TempDir())
	if err == nil && work == "" {
		err = fmt.Errorf("%q and %q have characters that make reads: set TMPDIR to a directory without them", filepath.Dir(output), os.TempDir())
	}
	return work, err
}

// plainDir makes a work directory in dir, where the real path of that is plain.
func plainDir(dir string) (string, error) {
	abs, err := filepath.Abs(dir)
	if err == nil {
		abs, err = filepath.EvalSymlinks(abs)
	}
	if err != nil {
		return "", fmt.Errorf("find a work directory: %w", err)
	}
	if !plainPath.MatchString(abs) {
		return "", nil
	}
	work, err := os.MkdirTemp(abs, ".kbuild-")
	if err != nil {
		return "", fmt.Errorf("make a work directory: %w", err)
	}
	return work, nil
}

// move renames a file, over from another file system too.
func move(from, to string) error {
	err := os.Rename(from, to)
	if !errors.Is(err, syscall.EXDEV) {
		return err
	}
	part := filepath.Join(filepath.Dir(to), ".kbuild-"+filepath.Base(from))
	defer os.Remove(part)
	if err := copyFile(part, from); err != nil {
		return err
	}
	return os.Rename(part, to)
}
