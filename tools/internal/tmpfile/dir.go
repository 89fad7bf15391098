package tmpfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// Dir is a directory that is filled to take a place later.
type Dir struct {
	// Name is what it is called.
	Name string
	lock *os.File
}

// Mkdir makes an empty directory, of mode 0700, beside path.
func Mkdir(path string) (*Dir, error) {
	for {
		name, err := os.MkdirTemp(filepath.Dir(path), pattern(path))
		if err != nil {
			return nil, err
		}
		f, err := os.Open(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue // swept before it was locked
		}
		if err != nil {
			os.Remove(name)
			return nil, err
		}
		if lock(f) {
			return &Dir{name, f}, nil
		}
		f.Close()
	}
}

// Release lets the directory be swept, or stay as what it is called then.
func (d *Dir) Release() { d.lock.Close() }
