// Package summary reads an archive of kernel headers to its last byte, checks
// that it is whole, and tells what it holds.
package summary

import (
	"archive/tar"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"path"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/codec"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/hosttools"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/tarread"
)

// Summary is what an archive holds. Strings that its files do not tell are "".
type Summary struct {
	// Format is tgz, tar, tar.zst, tar.bz2 or tar.xz.
	Format string `json:"format"`
	// Release is `uname -r` of the kernel, and ReleaseFrom the file that says so.
	Release     string `json:"release"`
	ReleaseFrom string `json:"release_from,omitempty"`
	// Arch is the directory below arch/ that the archive was made for.
	Arch string `json:"arch"`
	// Profile is the profile whose files these look like.
	Profile string `json:"profile"`
	// HostTools is what the archive says of its host tools; nil where it does
	// not, as one of headers alone.
	HostTools *hosttools.Info `json:"host_tools,omitempty"`
	// Files counts regular files; Dirs and Links the directories and the
	// symbolic and hard links.
	Files int64 `json:"files"`
	Dirs  int64 `json:"dirs"`
	Links int64 `json:"links"`
	// ArchiveBytes is the size of the archive as it is, TarBytes that of the
	// tar in it, UncompressedBytes that of all files together.
	ArchiveBytes      int64 `json:"archive_bytes"`
	TarBytes          int64 `json:"tar_bytes"`
	UncompressedBytes int64 `json:"uncompressed_bytes"`
	// SHA256 is the sum of the archive as it is, in hexadecimal.
	SHA256 string `json:"sha256"`
}

// Limits bound what an archive may unpack to; 0 is no limit.
type Limits struct {
	// MaxBytes is the largest size of the tar in bytes, and of its files
	// together; MaxFiles is the largest number of entries of any kind.
	MaxBytes, MaxFiles int64
	// MaxWindow is the largest window of the archive's compression, in bytes.
	MaxWindow int64
	// Spend, if not nil, is told of all bytes that are read and that they
	// decompress to, and ends it by an error.
	Spend func(n int) error
}

// A Watcher looks on while an archive is read.
type Watcher interface {
	// Open opens the archive in r in place of codec.NewReader, and names its
	// compression as that does.
	Open(r io.Reader) (data io.Reader, compression string, stop func(), err error)
	// Entry is told of each entry of the tar: where in that it begins and where its
	// content does. h is nil for the end of the tar.
	Entry(h *tar.Header, begin, content int64)
}

// Read reads an archive until r ends. It is an error if the compression or the
// tar in it is broken, ends too early (a tar ends with two blocks of zeros) or
// has anything but zeros after its end, if a file is sparse, and if it is larger
// than the limits: that is known before what is too large is read.
func Read(r io.Reader, l Limits) (*Summary, error) { return Watch(r, l, plain{l.MaxWindow}) }

// plain is the Watcher of Read.
type plain struct{ window int64 }

func (p plain) Open(r io.Reader) (io.Reader, string, func(), error) {
	return codec.NewReaderWindow(r, p.window)
}

func (plain) Entry(*tar.Header, int64, int64) {}

// Watch is Read with a Watcher.
func Watch(r io.Reader, l Limits, watch Watcher) (*Summary, error) {
	raw := &counter{r: r, sum: sha256.New(), spend: l.Spend}
	z, compression, stop, err := watch.Open(raw)
	if err != nil {
		return nil, err
	}
	defer stop()
	data := &counter{r: z, max: l.MaxBytes, spend: l.Spend}
	s := &Summary{Format: string(codec.FormatOf(compression))}
	f := facts{texts: map[string]string{}}
	if err := s.readTar(data, &f, l, watch); err != nil {
		return nil, err
	}
	if err := tarread.Rest(data); err != nil {
		return nil, err
	}
	s.Release, s.ReleaseFrom = f.release()
	s.Arch, s.Profile = f.arch(), f.profile()
	// A file of that name that is something else tells nothing.
	if info, err := hosttools.ReadInfo(strings.NewReader(f.texts[hosttools.InfoPath])); err == nil {
		s.HostTools = info
	}
	s.ArchiveBytes, s.TarBytes = raw.n, data.n
	s.SHA256 = hex.EncodeToString(raw.sum.Sum(nil))
	return s, nil
}

func (s *Summary) readTar(data *counter, f *facts, l Limits, watch Watcher) error {
	in := tarread.NewReader(data)
	size := int64(0) // of all entries
	for entries := int64(1); ; entries++ {
		h, err := in.Next()
		begin, content := in.Place()
		if err == io.EOF {
			watch.Entry(nil, begin, content)
			return nil
		}
		if err == tarread.ErrNoEnd {
			return fmt.Errorf("the tar has no end: %w", io.ErrUnexpectedEOF)
		}
		if err != nil {
			return fmt.Errorf("read tar: %w", err)
		}
		if l.MaxFiles > 0 && entries > l.MaxFiles {
			return fmt.Errorf("the archive has more than %d entries: if it is to be trusted, raise --max-files", l.MaxFiles)
		}
		name := path.Clean(h.Name)
		if tarread.Sparse(h) {
			return fmt.Errorf("%q is a sparse file: archives of kernel headers have none", name)
		}
		if l.MaxBytes > 0 && h.Size > l.MaxBytes-size {
			return tooLarge(l.MaxBytes)
		}
		size += h.Size
		watch.Entry(h, begin, content)
		var body io.Reader = in
		switch h.Typeflag {
		case tar.TypeDir:
			s.Dirs++
		case tar.TypeSymlink, tar.TypeLink:
			s.Links++
		case tar.TypeReg:
			s.Files++
			s.UncompressedBytes += h.Size
			if body, err = f.file(name, in); err != nil {
				return fmt.Errorf("read %q: %w", name, err)
			}
		}
		if _, err := io.Copy(io.Discard, body); err != nil {
			return fmt.Errorf("read %q: %w", name, err)
		}
	}
}

// counter counts and, if it has a sum, hashes what is read; more than max
// bytes, if there is a max, is an error.
type counter struct {
	r      io.Reader
	n, max int64
	sum    hash.Hash
	spend  func(n int) error
}

func (c *counter) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n += int64(n)
	if c.sum != nil {
		c.sum.Write(b[:n])
	}
	if c.spend != nil {
		if err := c.spend(n); err != nil {
			return 0, err
		}
	}
	if c.max > 0 && c.n > c.max {
		return n, tooLarge(c.max)
	}
	return n, err
}

func tooLarge(max int64) error {
	return fmt.Errorf("the archive unpacks to more than %d bytes: if it is to be trusted, raise --max-bytes", max)
}
