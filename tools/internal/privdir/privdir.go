// Package privdir keeps directories that are made whole or not at all in one
// that nobody else can write to, by a path that nobody else can change.
//
// Such a directory is locked as long as it is open, so whoever has it open is
// alone with it: what a process that was killed left there is removed then.
package privdir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"golang.org/x/sys/unix"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/oserr"
)

const (
	// lockName is the file that is locked. Nobody else can open it: who only
	// reads may have a lock as well, and keep others waiting.
	lockName = ".lock"
	// partSuffix is that of what is being written, and gets its name once it is
	// whole.
	partSuffix = ".part"
)

// Ours says what the caller keeps there: all else stays.
type Ours struct {
	// Named tells it by its name, and by whether it is a directory.
	Named func(name string, dir bool) bool
	// Listed is for a directory that has what others keep there: what they call
	// as we do is none of ours. Only those directories are that Make has made.
	Listed bool
}

// Dir is an open directory.
type Dir struct {
	// Root is for what else is kept there.
	Root *os.Root
	// Path is its absolute path.
	Path string
	lock *os.File
	ours Ours
	// top is what stands for "/"; made tells that the directory is new.
	top  string
	made bool

	mu   sync.Mutex
	part string // the directory that is being filled, "" for none
}

// Open opens the directory at path, an absolute one, and waits for its lock. What
// is missing of the path is made, of mode perm. No part of the path may be a
// symbolic link, belong to anybody but root and the user, or be written to by
// others; a directory with the sticky bit, such as /tmp, is let pass on the way,
// since nobody can replace what is another's there. Of what is ours, what was not
// finished is removed. Top stands for "/", which it is but for tests. On a file
// system that is not to be written to the directory has no lock: what is there can
// be used.
func Open(top, path string, perm fs.FileMode, ours Ours) (*Dir, error) {
	path = filepath.Clean(path)
	// Who removes the directory may do so while others wait for it.
	for range 100 {
		d, err := open(top, path, perm, ours)
		if err == nil || !errors.Is(err, errRemoved) {
			return d, err
		}
	}
	return nil, fmt.Errorf("lock %q: it is removed over and over", path)
}

var errRemoved = errors.New("it was removed")

func open(top, path string, perm fs.FileMode, ours Ours) (*Dir, error) {
	root, made, err := walk(top, path, perm, true)
	if err != nil {
		return nil, fmt.Errorf("open %q: %w", path, oserr.Reason(err))
	}
	d := &Dir{Root: root, Path: path, ours: ours, top: top, made: made}
	err = d.acquire()
	if errors.Is(err, fs.ErrNotExist) {
		err = errRemoved
	}
	if err == nil {
		err = d.remove(false)
	} else if errors.Is(err, unix.EROFS) {
		err = nil
	}
	if err != nil {
		d.Close()
		return nil, fmt.Errorf("lock %q: %w", path, oserr.Reason(err))
	}
	return d, nil
}

// walk opens directory after directory, and makes them where that is asked for. It
// tells whether it has made the last one.
func walk(top, path string, perm fs.FileMode, create bool) (root *os.Root, made bool, err error) {
	at, err := os.OpenRoot(top)
	if err != nil {
		return nil, false, err
	}
	st, err := at.Stat(".")
	if err == nil {
		err = onTheWay("/", st)
	}
	parts := strings.Split(strings.Trim(path, "/"), "/")
	for i := 0; i < len(parts) && err == nil; i++ {
		var next *os.Root
		here := "/" + strings.Join(parts[:i+1], "/")
		if next, made, err = step(at, parts[i], here, perm, create); err != nil {
			break
		}
		at.Close()
		at = next
		if st, err = at.Stat("."); err != nil {
			break
		}
		if err = onTheWay(here, st); err == nil && i == len(parts)-1 {
			err = atTheEnd(here, st)
		}
	}
	if err != nil {
		at.Close()
		return nil, false, err
	}
	return at, made, nil
}

// step opens a directory in another, or makes it; here is its path, for messages.
func step(at *os.Root, name, here string, perm fs.FileMode, create bool) (next *os.Root, made bool, err error) {
	st, err := at.Lstat(name)
	if create && errors.Is(err, fs.ErrNotExist) {
		err = at.Mkdir(name, 0o700)
		if made = err == nil; err != nil && !errors.Is(err, fs.ErrExist) {
			return nil, false, fmt.Errorf("make %q: %w", here, oserr.Reason(err))
		}
		st, err = at.Lstat(name)
	}
	switch {
	case err != nil:
		return nil, false, fmt.Errorf("%q: %w", here, oserr.Reason(err))
	case st.Mode()&fs.ModeSymlink != 0:
		return nil, false, fmt.Errorf("%q is a symbolic link, which is not followed: name the directory itself", here)
	case !st.IsDir():
		return nil, false, fmt.Errorf("%q is no directory: remove it, or name another directory", here)
	}
	next, err = at.OpenRoot(name)
	if err != nil {
		return nil, false, fmt.Errorf("%q: %w", here, oserr.Reason(err))
	}
	opened, err := next.Stat(".")
	if err == nil && !os.SameFile(st, opened) {
		err = fmt.Errorf("%q was replaced while it was opened: name a directory that nobody else changes", here)
	}
	// Whatever the umask.
	if err == nil && made {
		err = next.Chmod(".", perm)
	}
	if err != nil {
		next.Close()
		return nil, false, err
	}
	return next, made, nil
}

// Close gives the lock back. A directory that was made by Open, and has nothing in
// it, is removed.
func (d *Dir) Close() {
	if d.made && d.lock != nil {
		d.removeEmpty()
	}
	if d.lock != nil {
		d.lock.Close()
	}
	d.Root.Close()
}

// ReadOnly tells that nothing can be made there.
func (d *Dir) ReadOnly() bool { return d.lock == nil }

// acquire locks the directory. Who had the lock may have removed its file.
func (d *Dir) acquire() error {
	for {
		f, err := d.Root.OpenFile(lockName, os.O_RDWR|os.O_CREATE, 0o600)
		if err != nil {
			return err
		}
		for err = unix.EINTR; errors.Is(err, unix.EINTR); {
			err = unix.Flock(int(f.Fd()), unix.LOCK_EX)
		}
		if err != nil {
			f.Close()
			return err
		}
		open, err := f.Stat()
		named, nerr := d.Root.Lstat(lockName)
		if err == nil && nerr == nil && os.SameFile(open, named) {
			d.lock = f
			return nil
		}
		f.Close()
		if nerr == nil && named.Mode()&fs.ModeSymlink != 0 {
			return fmt.Errorf("%q is a symbolic link, which is not followed: remove it", lockName)
		}
	}
}

// remove removes what is left of ours by a process that was killed, and where all
// is to go what is whole as well. The lock stays.
func (d *Dir) remove(all bool) error {
	var made map[string]bool
	if d.ours.Listed {
		var err error
		if made, err = d.listed(); err != nil {
			return err
		}
	}
	found, err := d.entries()
	for _, e := range found {
		name, part := strings.CutSuffix(e.Name(), partSuffix)
		goes := (part || all) && e.Name() != lockName && d.ours.Named(name, e.IsDir())
		if d.ours.Listed && e.IsDir() {
			goes = goes && made[name]
		}
		if err == nil && goes {
			err = d.Root.RemoveAll(e.Name())
		}
	}
	if err == nil && all && d.ours.Listed {
		// None of them is there any more.
		err = d.lock.Truncate(0)
	}
	return err
}

// entries are what is in the directory.
func (d *Dir) entries() ([]fs.DirEntry, error) {
	f, err := d.Root.Open(".")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return f.ReadDir(-1)
}
