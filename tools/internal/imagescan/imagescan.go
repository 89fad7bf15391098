// Package imagescan finds archives of kernel headers in what holds them: modules,
// kernel images, memory dumps, compressed or not.
package imagescan

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/codec"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/infile"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/oserr"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/summary"
)

// Archive is an archive that was found and read to its end.
type Archive struct {
	*summary.Summary
	// Offset is where its first byte is in the image, or in what the image
	// decompresses to. Copies are the offsets of further archives with the
	// same bytes.
	Offset int64
	Copies []int64
	layer  *layer
}

// Open returns a reader of the archive's bytes. The stop function ends it.
func (a *Archive) Open() (r io.Reader, stop func(), err error) {
	return a.layer.read(a.Offset, a.ArchiveBytes)
}

// Broken is a place where an archive begins that is not whole.
type Broken struct {
	Offset int64
	Err    error
}

// Image is a file that was searched.
type Image struct {
	// Kind says for people what the file is: "kernel module in xz".
	Kind string
	// Whole is true if the file is itself an archive, not an image with one.
	Whole bool
	// Archives are the different archives in it, by offset.
	Archives []*Archive
	Broken   []Broken
	path     string
	file     *os.File
	// markers counts the start markers without an archive after them.
	markers     int
	firstMarker int64
	// readErr is why the file could not be read to its end.
	readErr error
	limits  summary.Limits
	bounds  *bounds
	checks  int
	// infoLayer is what may have modinfo: an ELF file but for dumps.
	infoLayer *layer
}

// Open searches the file at path, which is read as a stream, several times if
// need be; only a window of it is in memory. Archives larger than the limits
// are broken, and what the image decompresses to is searched up to its limit. Close the image when its archives are no longer read.
func Open(path string, l Limits) (*Image, error) {
	// Asked before it is opened: to open a fifo may take for ever.
	st, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("read image %q: %w", path, oserr.Reason(err))
	}
	disk := st.Mode()&os.ModeDevice != 0 && st.Mode()&os.ModeCharDevice == 0
	if what := infile.Special(st.Mode()); what != "" && !disk {
		return nil, fmt.Errorf("read image: %q is %s, not a regular file: name a file, or write what it gives to one", path, what)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read image %q: %w", path, oserr.Reason(err))
	}
	if l.Default {
		l.MaxImage = codec.Plausible(st.Size(), l.MaxImage)
	}
	m := &Image{path: path, file: f, limits: l.Limits, bounds: newBounds(l.MaxImage)}
	// The size is not asked: files in /proc do not tell theirs.
	if err := m.search(&layer{file: f, size: toEnd, bounds: m.bounds}, 0); err != nil {
		f.Close()
		return nil, fmt.Errorf("read image %q: %w", path, err)
	}
	m.bounds.end()
	return m, nil
}

// Close closes the file.
func (m *Image) Close() error { return m.file.Close() }

// maxDepth is how many compressions are undone: of the file, of the kernel in
// it, and one to spare.
const maxDepth = 3

// search looks for archives in l, or in what is compressed in it.
func (m *Image) search(l *layer, depth int) error {
	head, err := l.head(headSize)
	if err != nil {
		return err
	}
	kind := kindOf(head)
	if isTar(head) && depth == 0 {
		m.whole(l)
		return nil
	}
	// A dump may begin with any bytes.
	var packedErr error
	if c := codec.Detect(head); c != "" && depth < maxDepth {
		inner, undo, err := l.unpack(c)
		var first []byte
		if err == nil {
			first, err = inner.head(tarBlock)
		}
		if err == nil {
			if depth == 0 && isTar(first) {
				m.whole(l)
			} else {
				err = m.in(inner, c, depth)
			}
			return m.orPlain(l, kind, undo, err)
		}
		if undo != nil {
			undo()
		}
		packedErr = err
	}
	if p := l.payload(head); p != nil && depth < maxDepth {
		b, err := p.head(16)
		if err != nil {
			return err
		}
		if c := codec.Detect(b); c != "" {
			inner, undo, err := p.unpack(c)
			if err != nil {
				return err
			}
			err = m.in(inner, c, depth)
			m.Kind += " in " + kind
			return m.orPlain(l, kind, undo, err)
		}
	}
	m.Kind = kind
	if string(head[:min(8, len(head))]) == "KDUMP   " {
		return errors.New("it is a dump that makedumpfile compressed: write it as ELF first, with makedumpfile -E or crash")
	}
	if err := m.plain(l); err != nil {
		return err
	}
	if len(m.Archives)+len(m.Broken) == 0 {
		if packedErr != nil {
			return packedErr
		}
		if m.readErr == nil && depth < maxDepth {
			m.unknownPayload(l, kind, depth)
		}
	}
	m.noteInfo(l, kind)
	return nil
}

func (m *Image) noteInfo(l *layer, kind string) {
	if kind == "kernel module" || kind == "vmlinux (ELF)" {
		m.infoLayer = l
	}
}

// orPlain looks in l itself if there is no whole archive in the stream that it
// begins with: that may be the first file in a dump, and the archive after it.
// innerErr is what the search in the stream ended with.
func (m *Image) orPlain(l *layer, kind string, undo func(), innerErr error) error {
	if len(m.Archives) > 0 {
		return innerErr
	}
	undo()
	inner := *m
	m.Whole, m.Broken, m.markers, m.readErr, m.infoLayer = false, nil, 0, nil, nil
	err := m.plain(l)
	if err == nil && (len(m.Archives) > 0 || len(m.Broken) > len(inner.Broken)) {
		m.Kind = kind
		m.noteInfo(l, kind)
		return nil
	}
	checks := m.checks
	*m = inner
	m.checks = checks
	return innerErr
}

func (m *Image) in(inner *layer, codec string, depth int) error {
	err := m.search(inner, depth+1)
	m.Kind += " in " + codec
	return err
}

// whole takes l as an archive from its first byte to its last.
func (m *Image) whole(l *layer) {
	m.Kind, m.Whole = "archive", true
	m.try(l, 0, toEnd)
}

// plain looks for the markers in l and for the archives between them.
func (m *Image) plain(l *layer) error {
	r, stop, err := l.read(0, toEnd)
	if err != nil {
		return err
	}
	found, err := marks(r)
	stop()
	if len(found) > maxMarks {
		return err
	}
	// What was found before the error counts; the error does if it is nothing.
	m.readErr = err
	m.between(l, found)
	return nil
}

// maxEnds is how many end markers are tried for one start marker: an archive
// may have the text of one in its files. maxChecks is that for an image.
const (
	maxEnds   = 64
	maxChecks = 1024
)

func (m *Image) between(l *layer, found []mark) {
	done := int64(0) // the end of the last archive: what is in one is not looked at
	for i, start := range found {
		if start.end || start.off < done {
			continue
		}
		if !start.archive {
			if m.markers++; m.markers == 1 {
				m.firstMarker = start.off
			}
			continue
		}
		off := start.off + markerLen
		ends, broken := 0, error(nil)
		for _, end := range found[i+1:] {
			if !end.end {
				continue
			}
			if ends++; ends > maxEnds {
				break
			}
			var more bool
			if more, broken = m.try(l, off, end.off-off); broken == nil {
				done = end.off
				break
			} else if !more {
				break
			}
		}
		if ends == 0 {
			broken = errors.New("there is no IKHD_ED after its IKHD_ST: the image is cut short")
		}
		if broken != nil {
			m.Broken = append(m.Broken, Broken{off, broken})
		}
	}
}

// try reads n bytes from off on as an archive. more is true if the archive
// was still good where they end.
func (m *Image) try(l *layer, off, n int64) (more bool, err error) {
	if m.checks++; m.checks > maxChecks {
		return false, errors.New("the image has too many markers: it was not looked at")
	}
	r, stop, err := l.read(off, n)
	if err != nil {
		return false, err
	}
	defer stop()
	c := &ended{r: r}
	limits := m.limits
	limits.MaxWindow, limits.Spend = l.room(), m.bounds.spend
	s, err := summary.Read(c, limits)
	if err != nil {
		if n == toEnd {
			m.Broken = append(m.Broken, Broken{off, err})
		}
		return c.end, err
	}
	for _, a := range m.Archives {
		if a.SHA256 == s.SHA256 && a.layer == l {
			a.Copies = append(a.Copies, off)
			return false, nil
		}
	}
	m.Archives = append(m.Archives, &Archive{Summary: s, Offset: off, layer: l})
	return false, nil
}

// ended notes whether a reader was read to its end.
type ended struct {
	r   io.Reader
	end bool
}

func (e *ended) Read(b []byte) (int, error) {
	n, err := e.r.Read(b)
	e.end = e.end || err == io.EOF
	return n, err
}
