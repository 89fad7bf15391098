package tree

import (
	"bytes"
	"fmt"
	"io"
	"os"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/oserr"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/pkgfile"
)

// Entry is one file of a tree.
type Entry struct {
	// Path is relative to the tree's root, with slashes. It may hold any byte
	// but NUL.
	Path string
	// Size is in bytes, as it is in the tree.
	Size int64
	// Generated tells whether it comes from the objtree.
	Generated bool
	// Label is the input it came from, Member its name within that: in a
	// package, or below a directory; "" for a file.
	Label, Member string
	// Hides is the origin of the file of the same path that this one is laid
	// over (the srctree's; for the top Makefile, the objtree's), "" if none.
	Hides string

	open func() (io.ReadCloser, error)
	// packed is the file of a package, nil for any other one.
	packed *pkgfile.File
}

// Kept tells whether the file can be opened without reading a package again, as
// Find sees to for many at once.
func (e *Entry) Kept() bool { return e.packed == nil || e.packed.Kept() }

// Made returns an entry that is in no input: made is who made it.
func Made(path, made string, data []byte) *Entry {
	return &Entry{Path: path, Size: int64(len(data)), Label: made, open: func() (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(data)), nil
	}}
}

// FromFile returns an entry that is a file of this machine, which is where it
// comes from.
func FromFile(path, file string, info os.FileInfo) *Entry {
	return &Entry{Path: path, Size: info.Size(), Label: file, open: func() (io.ReadCloser, error) { return os.Open(file) }}
}

// Open opens the file's bytes.
func (e *Entry) Open() (io.ReadCloser, error) {
	r, err := e.open()
	if err != nil {
		return nil, fmt.Errorf("read %q from %s: %w", e.Path, e.Label, oserr.Reason(err))
	}
	return r, nil
}

// Origin says where the entry came from in one string.
func (e *Entry) Origin() string {
	if e.Member == "" {
		return e.Label
	}
	return e.Label + "!" + e.Member
}

// sameBytes compares the bytes of two files.
func (e *Entry) sameBytes(other *Entry) (bool, error) {
	if e.Size != other.Size {
		return false, nil
	}
	a, err := e.Open()
	if err != nil {
		return false, err
	}
	defer a.Close()
	b, err := other.Open()
	if err != nil {
		return false, err
	}
	defer b.Close()
	x, y := make([]byte, 32<<10), make([]byte, 32<<10)
	for {
		p, err := e.fill(x, a)
		if err != nil {
			return false, err
		}
		q, err := other.fill(y, b)
		if err != nil {
			return false, err
		}
		if !bytes.Equal(p, q) {
			return false, nil
		}
		if len(p) < len(x) {
			return true, nil
		}
	}
}

// fill reads as much into b as there is and goes in.
func (e *Entry) fill(b []byte, r io.Reader) ([]byte, error) {
	n, err := io.ReadFull(r, b)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return nil, fmt.Errorf("read %q from %s: %w", e.Path, e.Label, oserr.Reason(err))
	}
	return b[:n], nil
}

// alone tells whether the entry is an input that is a file, to whose path no
// walk leads.
func (e *Entry) alone() bool { return e.Member == "" }
