// Package tarread reads a tar to its end, and knows where that is.
package tarread

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
)

// ErrNoEnd says that a stream ends before the tar in it does.
var ErrNoEnd = errors.New("the two blocks of zeros that end a tar are missing")

// ErrMore says that there is something behind a tar's end.
var ErrMore = errors.New("there are bytes after the end of the tar")

// endSize is the size in bytes of what ends a tar: two blocks of zeros (POSIX
// pax, "ustar Interchange Format").
const endSize = 2 * blockSize

// blockSize is what each header, and each file with its padding, is a multiple of.
const blockSize = 512

// What a tar may have of names: no file system has longer paths, and no tree more
// levels or more of them.
const (
	MaxName   = 4096     // bytes of one name, or of what a link leads to
	MaxLevels = 256      // names between slashes in one
	MaxNames  = 64 << 20 // bytes of all names together
)

// CheckName returns an error for a path that is too long or too deep.
func CheckName(name string) error {
	switch {
	case len(name) > MaxName:
		return fmt.Errorf("a name of %d bytes, %q…: the limit for a path is %d bytes", len(name), name[:64], MaxName)
	case strings.Count(name, "/") >= MaxLevels && strings.Count(path.Clean(name), "/") >= MaxLevels:
		return fmt.Errorf("a name of more than %d levels, %q…: the limit for a path is %d levels", MaxLevels, name[:64], MaxLevels)
	}
	return nil
}

// Reader is a tar.Reader that does not take the end of the stream for the end
// of the tar.
type Reader struct {
	tar   *tar.Reader
	in    *counter
	names int64 // bytes of all names so far
	start int64 // where the entry begins
	// body tells that Read may give more of an entry.
	body bool
}

// NewReader returns a Reader of the tar in r.
func NewReader(r io.Reader) *Reader {
	in := &counter{r: r}
	return &Reader{tar: tar.NewReader(in), in: in}
}

// Next goes on to the next entry; at the end of the tar it returns io.EOF, and
// ErrNoEnd where the stream ends without one. An entry with a name beyond the
// limits is an error.
func (r *Reader) Next() (*tar.Header, error) {
	if r.body {
		if _, err := io.Copy(io.Discard, r.tar); err != nil {
			return nil, err
		}
	}
	// What is left of the entry is padding, less than a block of it.
	before := r.in.n
	r.start = (before + blockSize - 1) / blockSize * blockSize
	h, err := r.tar.Next()
	if err == io.EOF && r.in.n-before < endSize {
		return nil, ErrNoEnd
	}
	// The holes of a sparse file may have any size. One that ends a tar may
	// hide that it has no end, as its data is not told from the zeros.
	r.body = err == nil && !Sparse(h)
	if err != nil {
		return h, err
	}
	return h, r.count(h)
}

// count counts the names of an entry.
func (r *Reader) count(h *tar.Header) error {
	for _, name := range []string{h.Name, h.Linkname} {
		if err := CheckName(name); err != nil {
			return err
		}
		r.names += int64(len(name))
	}
	if r.names > MaxNames {
		return fmt.Errorf("names of more than %d bytes: that is the limit for all of them together", MaxNames)
	}
	return nil
}

// Place tells where in the tar the entry that Next returned begins, with the headers
// before its own that give it a longer name, and where its file begins; at the end
// of the tar, where that is.
func (r *Reader) Place() (start, file int64) { return r.start, r.in.n }

// Read reads from the entry's file.
func (r *Reader) Read(b []byte) (int, error) { return r.tar.Read(b) }

// Rest reads from r, a stream that a Reader has read a tar of, what stands
// behind the tar: the padding that programs put there, which is zeros, and the
// checksums of the compression. At the first other byte it stops with ErrMore.
func Rest(r io.Reader) error {
	buf := make([]byte, 16<<10)
	for {
		n, err := r.Read(buf)
		for _, b := range buf[:n] {
			if b != 0 {
				return ErrMore
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// Sparse tells whether an entry of a tar has holes, which are not in the tar
// but are read as zeros: a few bytes can stand for any size.
func Sparse(h *tar.Header) bool {
	if h.Typeflag == tar.TypeGNUSparse {
		return true
	}
	for key := range h.PAXRecords {
		if strings.HasPrefix(key, "GNU.sparse.") {
			return true
		}
	}
	return false
}

type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n += int64(n)
	return n, err
}
