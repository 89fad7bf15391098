// Package attribution tells what each file in an archive takes of it, in bits.
package attribution

import (
	"archive/tar"
	"bufio"
	"fmt"
	"io"
	"path"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/bitwalk"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/bitwalk/steps"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/codec"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/sizes"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/summary"
)

// Limits bound what an archive may unpack to; 0 is no limit.
type Limits struct {
	// MaxBytes is the largest size of the tar in bytes, and of its files together;
	// MaxFiles is the largest number of entries of any kind.
	MaxBytes, MaxFiles int64
}

// Read reads an archive to its end and attributes each of its bits. The report
// lacks what the archive does not tell: its label, how it was stripped, the codec,
// and where the files came from.
//
// What a directory takes is what its entries take: dropping it saves that, but for
// what others have in common with it. Of near copies the first pays for the others.
func Read(r io.Reader, l Limits) (*sizes.Report, error) {
	w := &watcher{tally: tally{log: &steps.Log{}}, report: &sizes.Report{Method: sizes.Exact}}
	s, err := summary.Watch(r, summary.Limits{MaxBytes: l.MaxBytes, MaxFiles: l.MaxFiles}, w)
	if err != nil {
		return nil, err
	}
	out := w.report
	out.Release, out.Arch, out.Profile = s.Release, s.Arch, s.Profile
	out.Format, out.SHA256 = s.Format, s.SHA256
	out.ArchiveBytes, out.TarBytes, out.UncompressedBytes, out.Files = s.ArchiveBytes, s.TarBytes, s.UncompressedBytes, s.Files
	// All output is known to be of the last entry, which is the end of the tar.
	w.tally.known = 1 << 62
	w.tally.settle()
	out.FramingBits = w.tally.log.Framing
	for i, bits := range w.tally.bits {
		if i < len(out.Entries) {
			out.Entries[i].Bits = bits
		} else {
			out.FramingBits += bits
		}
	}
	if out.Method == sizes.ByGzip {
		scale(out)
	}
	out.Sort()
	if err := out.Check(); err != nil {
		return nil, fmt.Errorf("the bits do not add up, which is a defect of this program: %w", err)
	}
	return out, nil
}

// watcher has the tally follow the reading.
type watcher struct {
	tally  tally
	report *sizes.Report
}

// Open opens the archive by a walk of its bits.
func (w *watcher) Open(r io.Reader) (io.Reader, string, func(), error) {
	data, rest, name, known := bitwalk.Open(r, w.tally.log)
	if known {
		return &settling{data, &w.tally}, name, func() {}, nil
	}
	return w.openByGzip(rest)
}

// Entry is told of each entry as it begins.
func (w *watcher) Entry(h *tar.Header, begin, content int64) {
	if h == nil {
		w.tally.enter(begin, content)
		return
	}
	e := sizes.Entry{Path: path.Clean(h.Name)}
	reaches := content
	switch h.Typeflag {
	case tar.TypeDir:
		e.Dir = true
	case tar.TypeReg:
		e.Bytes = h.Size
		reaches += h.Size
	}
	w.report.Entries = append(w.report.Entries, e)
	w.tally.enter(begin, reaches)
}

// settling charges what is known as it is read, so that little is kept.
type settling struct {
	r io.Reader
	t *tally
}

func (s *settling) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	s.t.settle()
	return n, err
}

// openByGzip has the walk of a tgz of the same tar stand for that of the archive.
func (w *watcher) openByGzip(r *bufio.Reader) (io.Reader, string, func(), error) {
	plain, name, stop, err := codec.NewReader(r)
	if err != nil {
		return nil, "", nil, err
	}
	pr, pw := io.Pipe()
	go func() {
		z, _, err := codec.NewWriter(pw, codec.TarGzip, 0)
		if err == nil {
			_, err = io.Copy(z, plain)
			if e := z.Close(); err == nil {
				err = e
			}
		}
		pw.CloseWithError(err)
	}()
	data, _, _, _ := bitwalk.Open(pr, w.tally.log)
	w.report.Method = sizes.ByGzip
	return &settling{data, &w.tally}, name, func() { pr.Close(); stop() }, nil
}

// scale has the bits of a tgz add up to those of the archive.
func scale(r *sizes.Report) {
	all := r.FramingBits
	for _, e := range r.Entries {
		all += e.Bits
	}
	sum, before := int64(0), int64(0)
	for i := range r.Entries {
		sum += r.Entries[i].Bits
		now := part(8*r.ArchiveBytes, sum, all)
		r.Entries[i].Bits = now - before
		before = now
	}
	r.FramingBits = 8*r.ArchiveBytes - before
}
