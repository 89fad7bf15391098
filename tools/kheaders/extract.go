package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"hash"
	"io"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/archive"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/codec"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/imagescan"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/outfile"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/untar"
)

var extractCommand = &command{
	name:    "extract",
	operand: "image",
	summary: "cut the archive out of a module, kernel image or memory dump",
	help: `
Extract finds the archive between the markers IKHD_ST and IKHD_ED in kheaders.ko,
vmlinux, bzImage, arm64 Image, EFI zboot images and raw memory dumps, each also
compressed by gzip, xz, zstd, bzip2, lz4 or lzma. IMAGE may also be an archive
itself, such as /proc/kheaders.tgz. The archive is read to its end before
anything is written: a broken one, and a marker that just occurs somewhere, is
not taken for one.

With --unpack its files appear in DIR all at once or not at all. Nothing is
written outside of DIR or through a link; absolute paths, "..", hard links,
devices, sparse files, and links that lead out of DIR are errors. Files become 0755 if their
owner may execute them and 0644 otherwise.

Example:
  kheaders extract /boot/vmlinuz --output=kheaders.tgz
  kheaders extract kheaders.ko.xz --unpack=headers`,
	setup: func(fs *flag.FlagSet) func(io.Writer) error {
		path := inFlag(fs, "image", "`file` to look in (required); the flag's name can be left out")
		out := outFlag(fs, "output", archive.Written, "`file` to write the archive to")
		dir := fs.String("unpack", "", "new or empty `directory` to unpack the archive into")
		index := fs.Int("index", 0, "`number` of the archive, from 1, where there are different ones")
		limits := limitFlags(fs)
		return func(io.Writer) error {
			if (*out == "") == (*dir == "") {
				return usagef("give either --output=FILE or --unpack=DIR")
			}
			limits.Default = !given(fs, "max-image-bytes")
			m, err := openImage(*path, *limits)
			if err != nil {
				return err
			}
			defer m.Close()
			a, err := m.Choose(*index)
			if err != nil {
				return err
			}
			r, stop, err := a.Open()
			if err != nil {
				return err
			}
			defer stop()
			if *dir != "" {
				return unpack(r, *dir, a, *limits)
			}
			return save(r, *out, a)
		}
	},
}

// unpackFlags declare how much an archive may unpack to.
func unpackFlags(fs *flag.FlagSet, bytes, files *int64) {
	fs.Int64Var(bytes, "max-bytes", 1<<30, "largest `size` of the unpacked archive, in bytes; 0 is no limit")
	fs.Int64Var(files, "max-files", 200000, "largest `number` of files, directories and links in the archive; 0 is no limit")
}

func limitFlags(fs *flag.FlagSet) *imagescan.Limits {
	var l imagescan.Limits
	unpackFlags(fs, &l.MaxBytes, &l.MaxFiles)
	fs.Int64Var(&l.MaxImage, "max-image-bytes", 4<<30, "largest `size` of what a compressed image decompresses to, in bytes; four times as much is read at most to search it; by default less for a small file: 1,000 times its size, but at least 64 MiB; 0 is no limit")
	return &l
}

func openImage(path string, l imagescan.Limits) (*imagescan.Image, error) {
	switch {
	case path == "":
		return nil, usagef("no image: name a file to look in")
	case l.MaxBytes < 0:
		return nil, usagef("--max-bytes=%d is out of range: use a size in bytes, or 0 for no limit", l.MaxBytes)
	case l.MaxImage < 0:
		return nil, usagef("--max-image-bytes=%d is out of range: use a size in bytes, or 0 for no limit", l.MaxImage)
	case l.MaxFiles < 0:
		return nil, usagef("--max-files=%d is out of range: use a number of files, or 0 for no limit", l.MaxFiles)
	}
	return imagescan.Open(path, l)
}

// unpack unpacks the archive into a directory, if it is still the one that was
// checked.
func unpack(r io.Reader, dir string, a *imagescan.Archive, l imagescan.Limits) error {
	in := newChecked(r, a)
	z, _, stop, err := codec.NewReader(in)
	if err != nil {
		return err
	}
	defer stop()
	return untar.Into(z, dir, untar.Options{MaxBytes: l.MaxBytes, MaxFiles: l.MaxFiles, NoHardLinks: true, Check: in.check})
}

// save writes the archive to a file.
func save(r io.Reader, path string, a *imagescan.Archive) error {
	var outs outfile.Set
	defer outs.Abort()
	f, err := outs.Create(path)
	if err != nil {
		return err
	}
	in := newChecked(r, a)
	if _, err := io.Copy(f, in); err != nil {
		return fmt.Errorf("write %q: %w", path, err)
	}
	if err := in.check(); err != nil {
		return err
	}
	return outs.Commit()
}

// checked reads an archive and tells whether it is the one that was checked
// before: the file may be written to meanwhile.
type checked struct {
	io.Reader
	sum  hash.Hash
	want string
}

func newChecked(r io.Reader, a *imagescan.Archive) *checked {
	sum := sha256.New()
	return &checked{io.TeeReader(r, sum), sum, a.SHA256}
}

// check reads what is left.
func (c *checked) check() error {
	if _, err := io.Copy(io.Discard, c); err != nil {
		return err
	}
	if hex.EncodeToString(c.sum.Sum(nil)) != c.want {
		return errors.New("the image changed while it was read: try again")
	}
	return nil
}
