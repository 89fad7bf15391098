// Package outfile writes output files whole or not at all.
package outfile

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"rules_kheaders/tools/internal/oserr"
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

// Create starts the output file at path. An empty path gives a File that
// throws away what is written, so that callers need not ask. A device or a
// pipe, such as /dev/stdout, is written to as it is.
func (s *Set) Create(path string) (*File, error) {
	if path == "" {
		return &File{Writer: bufio.NewWriter(io.Discard)}, nil
	}
	if st, err := os.Stat(path); err == nil && !st.Mode().IsRegular() {
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return nil, fmt.Errorf("create %q: %w", path, oserr.Reason(err))
		}
		o := &File{Writer: bufio.NewWriterSize(f, 256<<10), path: path, f: f, direct: true}
		s.files = append(s.files, o)
		return o, nil
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+shorten(filepath.Base(path))+".*.tmp")
	if err != nil {
		return nil, fmt.Errorf("create %q: %w", path, oserr.Reason(err))
	}
	o := &File{Writer: bufio.NewWriterSize(f, 256<<10), path: path, f: f}
	s.files = append(s.files, o)
	return o, nil
}

// Commit flushes every file and moves it to its place. On an error none of
// those that were not yet moved remains.
func (s *Set) Commit() error {
	defer s.Abort()
	for _, o := range s.files {
		if err := o.Flush(); err != nil {
			return fmt.Errorf("write %q: %w", o.path, oserr.Reason(err))
		}
		// CreateTemp makes files 0600; Bazel and make expect readable ones.
		if !o.direct {
			if err := o.f.Chmod(0o644); err != nil {
				return fmt.Errorf("write %q: %w", o.path, oserr.Reason(err))
			}
		}
		if err := o.f.Close(); err != nil {
			return fmt.Errorf("write %q: %w", o.path, oserr.Reason(err))
		}
	}
	for len(s.files) > 0 {
		o := s.files[0]
		if !o.direct {
			if err := os.Rename(o.f.Name(), o.path); err != nil {
				return fmt.Errorf("write %q: %w", o.path, oserr.Reason(err))
			}
		}
		s.files = s.files[1:]
	}
	return nil
}

// Abort removes what was not committed. After Commit it does nothing, so it
// can be deferred.
func (s *Set) Abort() {
	for _, o := range s.files {
		o.f.Close()
		if !o.direct {
			os.Remove(o.f.Name())
		}
	}
	s.files = nil
}

// shorten keeps the temporary name within the file system's limit.
func shorten(name string) string {
	if len(name) > 200 {
		return name[:200]
	}
	return name
}
