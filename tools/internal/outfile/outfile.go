// Package outfile writes output files whole or not at all.
package outfile

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/oserr"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/tmpfile"
)

// A Set is a group of output files that appear together: each is written
// without a name in the directory of its place, or under a temporary one where
// that cannot be, Commit moves them all there, and Abort removes what is left.
type Set struct{ files []*File }

// File is one output that is being written. It buffers; its errors are kept
// and returned by Set.Commit.
type File struct {
	*bufio.Writer
	path string
	f    *os.File
	// tmp is f until it is moved to its place; nil for what cannot be replaced,
	// a device or a pipe, which f is then.
	tmp *tmpfile.File
	// like is the file whose mode and owner it gets; nil for 0644 and the
	// user's.
	like os.FileInfo
}

// unfinished holds every file that was created and not yet committed, for
// AbortAll. The lock is held while files come and go, and never while anything
// is waited for: to open a pipe may take for ever.
var (
	mu         sync.Mutex
	unfinished = map[*File]bool{}
)

// AbortAll removes every file and directory that is not committed yet, and lets
// none be created or committed any more. It is for a signal handler that is
// about to end the process.
func AbortAll() {
	mu.Lock() // never unlocked
	for f := range unfinished {
		f.unname()
	}
	for d := range unfinishedDirs {
		d.remove()
	}
}

// Create starts the output file at path. An empty path gives a File that
// throws away what is written, so that callers need not ask. A device or a
// pipe, such as /dev/stdout, is written to as it is. The same place twice in a
// Set is an error. What a killed run left of this output is removed.
func (s *Set) Create(path string) (*File, error) {
	if path == "" {
		return &File{Writer: bufio.NewWriter(io.Discard)}, nil
	}
	for _, o := range s.files {
		if samePlace(o.path, path) {
			return nil, fmt.Errorf("create %q: two outputs have this name: give each its own", path)
		}
	}
	o := &File{path: path}
	err := o.start()
	if err != nil {
		return nil, err
	}
	o.Writer = bufio.NewWriterSize(o.f, 256<<10)
	s.files = append(s.files, o)
	return o, nil
}

// Replace is Create for a file that is to have the mode, the owner and the group
// of the one at path, if there is one. What only root may give away stays the
// user's.
func (s *Set) Replace(path string) (*File, error) {
	st, err := os.Stat(path)
	if err != nil {
		return s.Create(path)
	}
	o, err := s.Create(path)
	if err == nil {
		o.like = st
	}
	return o, err
}

// start opens the file.
func (o *File) start() error {
	st, err := os.Stat(o.path)
	if err == nil && st.IsDir() {
		return fmt.Errorf("create %q: it is a directory: name a file", o.path)
	}
	if err == nil && (!st.Mode().IsRegular() || isDescriptor(o.path)) {
		if o.f, err = openDirect(o.path); err != nil {
			return fmt.Errorf("create %q: %w", o.path, oserr.Reason(err))
		}
		return nil
	}
	tmpfile.Sweep(o.path)
	mu.Lock()
	defer mu.Unlock()
	if o.tmp, err = tmpfile.Create(o.path); err != nil {
		return fmt.Errorf("create %q: %w", o.path, oserr.Reason(err))
	}
	o.f = o.tmp.File
	unfinished[o] = true
	return nil
}

// samePlace tells whether two paths are of one name in one directory.
func samePlace(a, b string) bool {
	if filepath.Clean(a) == filepath.Clean(b) {
		return true
	}
	if filepath.Base(a) != filepath.Base(b) {
		return false
	}
	x, err1 := os.Stat(filepath.Dir(a))
	y, err2 := os.Stat(filepath.Dir(b))
	return err1 == nil && err2 == nil && os.SameFile(x, y)
}

// Abort removes what was not committed. After Commit it does nothing, so it
// can be deferred.
func (s *Set) Abort() {
	if len(s.files) == 0 {
		return
	}
	mu.Lock()
	defer mu.Unlock()
	for _, o := range s.files {
		o.unname()
		o.f.Close()
		delete(unfinished, o)
	}
	s.files = nil
}

// unname removes the file's temporary name.
func (o *File) unname() {
	if o.tmp != nil {
		o.tmp.Remove()
	}
}
