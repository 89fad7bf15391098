package privdir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/oserr"
)

// Has tells whether the directory called name is there, which then is whole. What
// else has that name, and one that others can write to, is an error.
func (d *Dir) Has(name string) (bool, error) {
	st, err := d.Root.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	path := filepath.Join(d.Path, name)
	switch {
	case err != nil:
		return false, fmt.Errorf("look at %q: %w: remove it, or name another directory", path, oserr.Reason(err))
	case st.Mode()&fs.ModeSymlink != 0:
		return false, fmt.Errorf("%q is a symbolic link, which is not followed: remove it", path)
	case !st.IsDir():
		return false, fmt.Errorf("%q is no directory: remove it", path)
	}
	return true, atTheEnd(path, st)
}

// Make makes the directory called name, of mode perm, of what fill puts into it:
// whole, and written to the disk, or not at all. There must be none yet.
func (d *Dir) Make(name string, perm fs.FileMode, fill func(*os.Root) error) error {
	path := filepath.Join(d.Path, name)
	if d.ReadOnly() {
		return fmt.Errorf("make %q: %w", path, unix.EROFS)
	}
	part := name + partSuffix
	defer d.Abort()
	if err := d.mkdir(name, part); err != nil {
		return fmt.Errorf("make %q: %w", path, oserr.Reason(err))
	}
	in, err := d.Root.OpenRoot(part)
	if err != nil {
		return fmt.Errorf("make %q: %w", path, oserr.Reason(err))
	}
	defer in.Close()
	if err := fill(in); err != nil {
		return err
	}
	if err := finish(in, perm); err != nil {
		return fmt.Errorf("write %q: %w", path, oserr.Reason(err))
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.Root.Rename(part, name); err != nil {
		return fmt.Errorf("make %q: %w", path, oserr.Reason(err))
	}
	d.part = ""
	return nil
}

// WriteFile writes a file, for the user alone: whole, or not at all.
func (d *Dir) WriteFile(name string, text []byte) error {
	part := name + partSuffix
	err := d.Root.WriteFile(part, text, 0o600)
	if err == nil {
		err = d.Root.Rename(part, name)
	}
	if err != nil {
		d.Root.Remove(part)
		return fmt.Errorf("write %q: %w", filepath.Join(d.Path, name), oserr.Reason(err))
	}
	return nil
}

// finish has what was filled in on the disk before it gets its name, which says
// that it is whole.
func finish(in *os.Root, perm fs.FileMode) error {
	f, err := in.Open(".")
	if err != nil {
		return err
	}
	defer f.Close()
	if err := f.Chmod(perm); err != nil {
		return err
	}
	return syncAll(f)
}

// Abort removes a directory that is being filled. A signal handler may call it,
// when nothing is put there any more.
func (d *Dir) Abort() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.part != "" {
		// A last file may still be made while they are removed; once the directory
		// is gone, none can be.
		for range 20 {
			if d.Root.RemoveAll(d.part) == nil {
				break
			}
		}
		d.part = ""
	}
}

// Clean removes what is ours from the directory at path, and that itself where
// nothing else is left in it. One that is not there is no error. Release is called
// before, with the directory locked; with an error of it nothing is removed.
func Clean(top, path string, ours Ours, release func(*Dir) error) error {
	path = filepath.Clean(path)
	root, _, err := walk(top, path, 0, false)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("open %q: %w", path, oserr.Reason(err))
	}
	d := &Dir{Root: root, Path: path, ours: ours, top: top, made: true}
	defer d.Close()
	return d.clean(release)
}

func (d *Dir) clean(release func(*Dir) error) error {
	err := d.acquire()
	if errors.Is(err, fs.ErrNotExist) {
		// Another has cleaned it meanwhile.
		return nil
	}
	if err != nil {
		return fmt.Errorf("lock %q: %w", d.Path, oserr.Reason(err))
	}
	if err := release(d); err != nil {
		return err
	}
	if err := d.remove(true); err != nil {
		return fmt.Errorf("clean %q: %w", d.Path, oserr.Reason(err))
	}
	return nil
}

// removeEmpty removes the directory, by the one that it is in, if that is the
// user's and there is nothing in it but the lock: who waits for that sees that it
// is gone. What cannot be removed, as a mount point, stays.
func (d *Dir) removeEmpty() {
	left, err := d.entries()
	if err != nil || len(left) != 1 || left[0].Name() != lockName {
		return
	}
	above, _, err := walk(d.top, filepath.Dir(d.Path), 0, false)
	if err != nil {
		return
	}
	defer above.Close()
	if d.Root.Remove(lockName) == nil {
		above.Remove(filepath.Base(d.Path))
	}
}
