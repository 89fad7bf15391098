package pkgfile

import (
	"archive/tar"
	"bufio"
	"fmt"
	"io"
	"os"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/oserr"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/tmpfile"
)

// spool is a temporary file without a name that holds the bytes of one
// package's files, one after the other.
type spool struct {
	f   *os.File
	w   *bufio.Writer // nil after flush
	end int64
}

func newSpool() (*spool, error) {
	f, err := tmpfile.Scratch()
	if err != nil {
		return nil, err
	}
	return &spool{f: f}, nil
}

// flush writes what is left, and gives up the memory for it.
func (s *spool) flush() error {
	if s.w == nil {
		return nil
	}
	err := s.w.Flush()
	s.w = nil
	return err
}

// copy appends size bytes and returns where they begin.
func (s *spool) copy(r io.Reader, size int64) (int64, error) {
	if s.w == nil {
		// A file that reads from others itself would leave the buffer unused.
		s.w = bufio.NewWriterSize(struct{ io.Writer }{s.f}, 1<<20)
	}
	off := s.end
	n, err := io.Copy(s.w, io.LimitReader(r, size))
	s.end += n
	if full := tmpfile.Full(s.f, err); full != nil {
		return 0, full
	}
	if err != nil {
		return 0, truncated(err)
	}
	if n != size {
		return 0, errTruncated
	}
	return off, nil
}

// full is the error for what could not be spooled.
func (s *spool) full(p Package, err error) error {
	return fmt.Errorf("read %s: write its files to a temporary one: %w: make room, or set TMPDIR to a directory with some", p.Label, oserr.Reason(err))
}

// ensure reads again the packages of those nodes whose bytes were not kept.
func (f *FS) ensure(nodes []*node) error {
	missing := map[int]map[string][]*node{}
	for _, n := range nodes {
		if n.off >= 0 {
			continue
		}
		if missing[n.pkg] == nil {
			missing[n.pkg] = map[string][]*node{}
		}
		missing[n.pkg][n.member] = append(missing[n.pkg][n.member], n)
	}
	sum := newSpent(f.limits, f.packed)
	for pkg := range f.pkgs {
		want := missing[pkg]
		if want == nil {
			continue
		}
		sp := f.spools[pkg]
		err := scan(f.pkgs[pkg], sum, func(h *tar.Header, r io.Reader) error {
			name, err := cleanName(h.Name)
			if err != nil || len(want[name]) == 0 || h.Typeflag != tar.TypeReg {
				return err
			}
			off, err := sp.copy(r, h.Size)
			if err != nil {
				return fmt.Errorf("member %q: %w", name, err)
			}
			for _, n := range want[name] {
				n.off, n.size = off, h.Size
			}
			return nil
		})
		if err != nil {
			return err
		}
		if err := sp.flush(); err != nil {
			return sp.full(f.pkgs[pkg], err)
		}
	}
	return nil
}
