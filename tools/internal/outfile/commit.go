package outfile

import (
	"fmt"
	"os"
	"syscall"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/oserr"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/tmpfile"
)

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
