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
)

// A Set is a group of output files that appear together: each is written
// beside its place under a temporary name, Commit renames them all, and Abort
// removes what is left.
type Set struct{ files []*File }

// File is one output that is being written. It buffers; its errors are kept
// and returned by Set.Commit.
type File struct {
	*bufio.Writer
	path string
	f    *os.File
	// direct is true for what cannot be replaced: a device or a pipe.
	direct bool
}

// unfinished holds every file that was created and not yet committed, for
// AbortAll. The lock is held while files come and go.
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
		f.remove()
	}
	for d := range unfinishedDirs {
		d.remove()
	}
}

// Create starts the output file at path. An empty path gives a File that
// throws away what is written, so that callers need not ask. A device or a
// pipe, such as /dev/stdout, is written to as it is. The same path twice in a
// Set is an error.
func (s *Set) Create(path string) (*File, error) {
	if path == "" {
		return &File{Writer: bufio.NewWriter(io.Discard)}, nil
	}
	for _, o := range s.files {
		if filepath.Clean(o.path) == filepath.Clean(path) {
			return nil, fmt.Errorf("create %q: two outputs have this name: give each its own", path)
		}
	}
	mu.Lock()
	defer mu.Unlock()
	o := &File{path: path}
	var err error
	switch st, serr := os.Stat(path); {
	case serr == nil && st.IsDir():
		return nil, fmt.Errorf("create %q: it is a directory: name a file", path)
	case serr == nil && (!st.Mode().IsRegular() || isDescriptor(path)):
		o.direct = true
		o.f, err = openDirect(path)
	default:
		o.f, err = os.CreateTemp(filepath.Dir(path), "."+shorten(filepath.Base(path))+".*.tmp")
	}
	if err != nil {
		return nil, fmt.Errorf("create %q: %w", path, oserr.Reason(err))
	}
	o.Writer = bufio.NewWriterSize(o.f, 256<<10)
	s.files = append(s.files, o)
	unfinished[o] = true
	return o, nil
}

// Commit flushes every file and moves it to its place. On an error none of
// those that were not yet moved remains.
func (s *Set) Commit() error {
	defer s.Abort()
	for _, o := range s.files {
		if err := o.finish(); err != nil {
			return fmt.Errorf("write %q: %w", o.path, oserr.Reason(err))
		}
	}
	return s.move()
}

func (s *Set) move() error {
	mu.Lock()
	defer mu.Unlock()
	for len(s.files) > 0 {
		o := s.files[0]
		if !o.direct {
			if err := os.Rename(o.f.Name(), o.path); err != nil {
				return fmt.Errorf("write %q: %w", o.path, oserr.Reason(err))
			}
		}
		delete(unfinished, o)
		s.files = s.files[1:]
	}
	return nil
}

// finish writes what is buffered and closes the file.
func (o *File) finish() error {
	if err := o.Flush(); err != nil {
		return err
	}
	if !o.direct {
		// CreateTemp makes files 0600; Bazel and make expect readable ones.
		if err := o.f.Chmod(0o644); err != nil {
			return err
		}
	}
	return o.f.Close()
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
		o.remove()
		delete(unfinished, o)
	}
	s.files = nil
}

func (o *File) remove() {
	o.f.Close()
	if !o.direct {
		os.Remove(o.f.Name())
	}
}

// shorten keeps the temporary name within the file system's limit.
func shorten(name string) string {
	if len(name) > 200 {
		return name[:200]
	}
	return name
}
