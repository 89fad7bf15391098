package outfile

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"rules_kheaders/tools/internal/oserr"
)

// Dir is an output directory that is being filled: under a temporary name
// beside its place, which it takes as a whole.
type Dir struct{ path, tmp string }

// unfinishedDirs is for directories what unfinished is for files.
var unfinishedDirs = map[*Dir]bool{}

// CreateDir starts the output directory that is to be at path. The directory
// above must be there.
func CreateDir(path string) (*Dir, error) {
	path = filepath.Clean(path)
	mu.Lock()
	defer mu.Unlock()
	tmp, err := os.MkdirTemp(filepath.Dir(path), "."+shorten(filepath.Base(path))+".*.tmp")
	if err != nil {
		return nil, fmt.Errorf("create %q: %w", path, oserr.Reason(err))
	}
	d := &Dir{path: path, tmp: tmp}
	unfinishedDirs[d] = true
	return d, nil
}

// Temp is the directory's name until Commit.
func (d *Dir) Temp() string { return d.tmp }

// Commit moves the directory to its place, where there may be nothing but an
// empty directory.
func (d *Dir) Commit() error {
	defer d.Abort()
	// MkdirTemp makes them 0700; others are to read what is in it.
	if err := os.Chmod(d.tmp, 0o755); err != nil {
		return fmt.Errorf("write %q: %w", d.path, oserr.Reason(err))
	}
	mu.Lock()
	defer mu.Unlock()
	// Unlike os.Rename this replaces an empty directory, and no other.
	if err := syscall.Rename(d.tmp, d.path); err != nil {
		return fmt.Errorf("write %q: %w", d.path, err)
	}
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

// remove tries again while someone still writes into the directory: once it
// is gone, nothing new can be made in it.
func (d *Dir) remove() {
	for range 20 {
		if os.RemoveAll(d.tmp) == nil {
			return
		}
	}
}
