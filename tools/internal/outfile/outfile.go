// Package outfile writes output files whole or not at all.
package outfile

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"syscall"

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

// Commit flushes every file and moves it to its place. On an error none of
// those that were not yet moved remains.
func (s *Set) Commit() error {
	defer s.Abort()
	// All have what they are to have before any gets a name, and what takes long is
	// done before any is moved: little remains that a kill or a signal can come
	// between.
	if err := s.each((*File).finish); err != nil {
		return err
	}
	// Where nothing is at the place a file needs no other name, which a kill would
	// leave behind.
	err := s.each(func(o *File) error {
		if o.tmp != nil && o.tmp.Free() {
			return nil
		}
		return o.name()
	})
	if err == nil && !s.place() {
		err = s.each((*File).name)
	}
	if err != nil {
		return err
	}
	return s.move()
}

// each does a step of Commit with every file.
func (s *Set) each(step func(*File) error) error {
	for _, o := range s.files {
		if err := step(o); err != nil {
			return fmt.Errorf("write %q: %w", o.path, oserr.Reason(err))
		}
	}
	return nil
}

// place gives those without a name the names of their places, all of them or none:
// not where something came there meanwhile, or where links are refused.
func (s *Set) place() bool {
	mu.Lock()
	defer mu.Unlock()
	for i, o := range s.files {
		if o.tmp == nil || o.tmp.Place() == nil {
			continue
		}
		for _, placed := range s.files[:i] {
			if placed.tmp != nil {
				placed.tmp.TakeBack()
			}
		}
		return false
	}
	return true
}

func (s *Set) move() error {
	mu.Lock()
	defer mu.Unlock()
	for len(s.files) > 0 {
		o := s.files[0]
		if o.tmp != nil {
			if err := o.tmp.Move(); err != nil {
				return fmt.Errorf("write %q: %w", o.path, oserr.Reason(err))
			}
			o.f.Close()
		}
		delete(unfinished, o)
		s.files = s.files[1:]
	}
	return nil
}

// finish writes what is buffered, and has the system say whether it has it all.
func (o *File) finish() error {
	if err := o.Flush(); err != nil {
		return err
	}
	if o.tmp == nil {
		return o.f.Close()
	}
	// Temporary files are 0600; Bazel and make expect readable ones.
	mode := os.FileMode(0o644)
	if o.like != nil {
		mode = o.like.Mode() & (os.ModePerm | os.ModeSetuid | os.ModeSetgid | os.ModeSticky)
		o.chown()
	}
	if err := o.f.Chmod(mode); err != nil {
		return err
	}
	return o.tmp.Settle()
}

// copyText copies one file to another. Only a test sets it.
var copyText = (*tmpfile.File).CopyTo

// name gives the file a name beside its place. Where it cannot have one a copy
// takes its place, which AbortAll knows from the start and need not wait for.
func (o *File) name() error {
	if o.tmp == nil {
		return nil
	}
	mu.Lock()
	from := o.tmp
	named, err := from.Named()
	if err == nil {
		o.tmp, o.f = named, named.File
	}
	mu.Unlock()
	if err != nil || named == from {
		return err
	}
	defer from.Close()
	return copyText(from, named)
}

// chown gives the file the owner and group of the one it is like, or the group
// alone where the user may not give it away.
func (o *File) chown() {
	s, ok := o.like.Sys().(*syscall.Stat_t)
	if ok && o.f.Chown(int(s.Uid), int(s.Gid)) != nil {
		o.f.Chown(-1, int(s.Gid))
	}
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
