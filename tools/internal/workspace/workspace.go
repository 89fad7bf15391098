// Package workspace changes files of a user's Bazel workspace: it shows what
// would change, and writes all of it or nothing.
package workspace

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/rogpeppe/go-internal/diff"
	"golang.org/x/sys/unix"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/infile"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/oserr"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/outfile"
)

// maxSize is more than any BUILD file has, in bytes.
const maxSize = 16 << 20

// Find returns the root of the workspace that dir is in: the nearest directory
// at or above it with a MODULE.bazel, REPO.bazel, WORKSPACE or WORKSPACE.bazel;
// dir itself where there is none.
func Find(dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	for d := dir; ; d = filepath.Dir(d) {
		for _, name := range []string{"MODULE.bazel", "REPO.bazel", "WORKSPACE.bazel", "WORKSPACE"} {
			if st, err := os.Stat(filepath.Join(d, name)); err == nil && st.Mode().IsRegular() {
				return d, nil
			}
		}
		if d == filepath.Dir(d) {
			return dir, nil
		}
	}
}

// File is one file that may change.
type File struct {
	// Name is relative to the workspace.
	Name string
	// Old is nil where there is no such file yet.
	Old, New []byte
	path     string
}

// Open reads the file of the workspace at root by the first of the names that
// is there; a file by the first name is new where none is. A directory of such a
// name is no such file, to Bazel neither.
func Open(root string, names ...string) (*File, error) {
	var taken error
	free := ""
	for _, name := range names {
		path := filepath.Join(root, name)
		if st, err := os.Stat(path); err == nil && st.IsDir() {
			if taken == nil {
				taken = fmt.Errorf("read %q: it is a directory, not a regular file: give it another name", path)
			}
			continue
		}
		if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
			if free == "" {
				free = name
			}
			continue
		}
		// A link stays one: what it leads to is written.
		real, err := filepath.EvalSymlinks(path)
		if errors.Is(err, fs.ErrNotExist) {
			to, _ := os.Readlink(path)
			return nil, fmt.Errorf("%q is a link to %q, which is not there: remove the link, or make what it leads to", path, to)
		}
		if err != nil {
			return nil, fmt.Errorf("read %q: %w", path, oserr.Reason(err))
		}
		old, err := read(real)
		if err != nil {
			return nil, fmt.Errorf("read %q: %w", path, err)
		}
		return &File{Name: name, Old: old, New: old, path: real}, nil
	}
	if free == "" {
		return nil, taken
	}
	return &File{Name: free, path: filepath.Join(root, free)}, nil
}

func read(path string) ([]byte, error) {
	f, size, err := infile.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if size > maxSize {
		return nil, fmt.Errorf("%d bytes are more than a BUILD file has", size)
	}
	b, err := io.ReadAll(f)
	if b == nil {
		b = []byte{} // there, and empty
	}
	return b, err
}

// Changed tells whether there is something to write.
func (f *File) Changed() bool { return !bytes.Equal(f.Old, f.New) }

// Diff is the change as a unified diff for `patch -p1`.
func (f *File) Diff() []byte {
	from := "a/" + f.Name
	if f.Old == nil {
		from = "/dev/null"
	}
	d := diff.Diff(from, f.Old, "b/"+f.Name, f.New)
	_, d, _ = bytes.Cut(d, []byte("\n")) // "diff OLD NEW", which is for go
	return d
}

// Write writes the files that change. One that is no longer what it was when
// it was opened, or that may not be written, is an error, and nothing is
// written. A file keeps its mode and its owner.
func Write(files ...*File) error {
	var outs outfile.Set
	defer outs.Abort()
	for _, f := range files {
		now, err := read(f.path)
		switch {
		case errors.Is(err, fs.ErrNotExist) && f.Old == nil:
		case err != nil:
			return fmt.Errorf("read %q: %w", f.path, err)
		case f.Old == nil || !bytes.Equal(now, f.Old):
			return fmt.Errorf("%q changed in the meantime: nothing is written; run this again", f.path)
		}
		if !f.Changed() {
			continue
		}
		if st, err := os.Stat(f.path); err == nil {
			// To replace a file takes no leave to write it, so ask; for root its
			// mode alone tells.
			if st.Mode().Perm()&0o222 == 0 || unix.Access(f.path, unix.W_OK) != nil {
				return fmt.Errorf("%q is read-only, as files are that something else makes or keeps: nothing is written; change what it is made from, or make it writable (chmod u+w) and run this again", f.path)
			}
		}
		o, err := outs.Replace(f.path)
		if err != nil {
			return err
		}
		if _, err := o.Write(f.New); err != nil {
			return fmt.Errorf("write %q: %w", f.path, oserr.Reason(err))
		}
	}
	return outs.Commit()
}
