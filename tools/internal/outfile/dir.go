package outfile

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/oserr"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/tmpfile"
)

// Dir is an output directory that is being filled: under a temporary name
// beside its place, which it takes as a whole.
type Dir struct {
	path string
	tmp  *tmpfile.Dir
	mode os.FileMode
}

// unfinishedDirs is for directories what unfinished is for files.
var unfinishedDirs = map[*Dir]bool{}

// CreateDir starts the output directory that is to be at path. The directory
// above must be there. An empty directory at path keeps its mode and its owner.
// As Commit replaces it, that is tried now, before all the work: with another
// empty one, which it then is. What a killed run left of this output is removed.
func CreateDir(path string) (*Dir, error) {
	path = filepath.Clean(path)
	tmpfile.Sweep(path)
	mu.Lock()
	defer mu.Unlock()
	d := &Dir{path: path, mode: 0o755}
	st, err := os.Lstat(path)
	there := err == nil && st.IsDir()
	if there {
		d.mode = st.Mode() & (os.ModePerm | os.ModeSetuid | os.ModeSetgid | os.ModeSticky)
	}
	d.tmp, err = d.make(st, there)
	if err == nil && there {
		if err = os.Chmod(d.tmp.Name, d.mode); err != nil {
			d.remove()
			return nil, fmt.Errorf("create %q: %w", path, oserr.Reason(err))
		}
		// Unlike os.Rename this replaces an empty directory, and no other.
		if err = syscall.Rename(d.tmp.Name, path); err != nil {
			d.remove()
			return nil, fmt.Errorf("create %q: the directory cannot be replaced by a full one: %w: name a new directory, in it or elsewhere", path, err)
		}
		d.tmp.Release()
		d.tmp, err = d.make(st, there)
	}
	if err != nil {
		return nil, fmt.Errorf("create %q: make a directory beside it: %w: name a new directory in one that you can write to", path, oserr.Reason(err))
	}
	unfinishedDirs[d] = true
	return d, nil
}

// make makes an empty directory beside the place, like st if that is there.
func (d *Dir) make(st os.FileInfo, there bool) (*tmpfile.Dir, error) {
	tmp, err := tmpfile.Mkdir(d.path)
	if err != nil {
		return nil, err
	}
	if there {
		if s, ok := st.Sys().(*syscall.Stat_t); ok {
			err = os.Lchown(tmp.Name, int(s.Uid), int(s.Gid))
		}
		if err == nil {
			err = os.Chmod(tmp.Name, d.mode|0o700)
		}
	}
	if err != nil {
		os.Remove(tmp.Name)
		tmp.Release()
		return nil, err
	}
	return tmp, nil
}

// Temp is the directory's name until Commit.
func (d *Dir) Temp() string { return d.tmp.Name }

// Commit moves the directory to its place, where there may be nothing but an
// empty directory.
func (d *Dir) Commit() error {
	defer d.Abort()
	// MkdirTemp makes them 0700; others are to read what is in a new one.
	if err := os.Chmod(d.tmp.Name, d.mode); err != nil {
		return fmt.Errorf("write %q: %w", d.path, oserr.Reason(err))
	}
	mu.Lock()
	defer mu.Unlock()
	// As above.
	if err := syscall.Rename(d.tmp.Name, d.path); err != nil {
		return fmt.Errorf("write %q: %w", d.path, err)
	}
	d.tmp.Release()
	delete(unfinishedDirs, d)
	return nil
}

// Abort removes a directory that was not committed. After Commit it does
// nothing, so it can be deferred.
func (d *Dir) Abort() {
	mu.Lock()
	defer mu.Unlock()
	if unfinishedDirs[d] {
		d.remove()
		delete(unfinishedDirs, d)
	}
}

// Pause returns at once, or never when AbortAll has begun. Who fills a Dir calls
// it before each file: a directory that keeps growing cannot be removed.
func Pause() {
	mu.Lock()
	defer mu.Unlock()
}

// remove tries again while a last file is still being made in the directory:
// once it is gone, nothing new can be.
func (d *Dir) remove() {
	defer d.tmp.Release()
	for range 20 {
		if os.RemoveAll(d.tmp.Name) == nil {
			return
		}
	}
}
