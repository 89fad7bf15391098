// Package archive writes the selected files of a kernel tree as a tar archive
// whose bytes depend on nothing but the files and the options.
package archive

import (
	"archive/tar"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"path"
	"sort"
	"time"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/codec"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/cstrip"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/headerset"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/manifest"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/oserr"
)

// Options say how to write an archive.
type Options struct {
	Format codec.Format
	// Level is the compression level, 0 for the format's default.
	Level int
	Strip cstrip.Mode
	// ModTime is the modification time of every file and directory, in
	// seconds since 1970.
	ModTime int64
}

// maxModTime is the largest time that a ustar header holds: 11 octal digits.
const maxModTime = 1<<33 - 1

// Check tells whether the options are within their ranges.
func (o Options) Check() error {
	if o.ModTime < 0 || o.ModTime > maxModTime {
		return fmt.Errorf("mtime %d is out of range: use 0 to %d seconds since 1970", o.ModTime, int64(maxModTime))
	}
	return codec.Check(o.Format, o.Level)
}

// Write writes the files to out and a row for each to rows, unless that is nil,
// and returns the totals, to which the caller adds what it knows of the tree.
// The files need not be sorted; no two may have the same path.
func Write(out io.Writer, rows *manifest.Writer, files []headerset.Selected, o Options) (*manifest.Stats, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	if err := headerset.CheckPaths(files); err != nil {
		return nil, err
	}
	sum := &counter{w: out, sum: sha256.New()}
	z, codecInfo, err := codec.NewWriter(sum, o.Format, o.Level)
	if err != nil {
		return nil, err
	}
	st := &manifest.Stats{
		Schema: manifest.SchemaVersion, Format: string(o.Format), Strip: string(o.Strip), Codec: codecInfo,
	}
	plain := &counter{w: z}
	w := &tarWriter{tw: tar.NewWriter(plain), rows: rows, stats: st, dirs: manifest.DirTotals{}, mtime: time.Unix(o.ModTime, 0).UTC()}
	if err := w.all(files, o.Strip); err != nil {
		z.Close()
		return nil, err
	}
	if err := w.tw.Close(); err != nil {
		z.Close()
		return nil, fmt.Errorf("write archive: %w", err)
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("write archive: %w", err)
	}
	st.TarBytes, st.ArchiveBytes = plain.n, sum.n
	st.SHA256 = hex.EncodeToString(sum.sum.Sum(nil))
	st.Dirs = w.dirs.Sorted()
	return st, nil
}

// counter counts and, if it has a sum, hashes what passes through.
type counter struct {
	w   io.Writer
	n   int64
	sum hash.Hash
}

func (c *counter) Write(b []byte) (int, error) {
	n, err := c.w.Write(b)
	c.n += int64(n)
	if c.sum != nil {
		c.sum.Write(b[:n])
	}
	return n, err
}

type tarWriter struct {
	tw    *tar.Writer
	rows  *manifest.Writer
	stats *manifest.Stats
	dirs  manifest.DirTotals
	mtime time.Time
}

// all writes the directories and files in bytewise order of their paths. That
// of the root is empty: it comes before names that begin with a byte below a dot.
func (w *tarWriter) all(files []headerset.Selected, mode cstrip.Mode) error {
	names := map[string]*headerset.Selected{"": nil}
	for i := range files {
		f := &files[i]
		names[f.Path] = f
		for d := path.Dir(f.Path); d != "."; d = path.Dir(d) {
			names[d] = nil
		}
	}
	order := make([]string, 0, len(names))
	for name := range names {
		order = append(order, name)
	}
	sort.Strings(order)
	work := make([]*headerset.Selected, 0, len(files))
	for _, name := range order {
		if f := names[name]; f != nil {
			work = append(work, f)
		}
	}
	load := startLoader(work, mode)
	defer load.stop()
	for _, name := range order {
		f := names[name]
		if f == nil {
			if err := w.header(name, tar.TypeDir, 0o755, 0); err != nil {
				return err
			}
			continue
		}
		l := load.next()
		if l.err != nil {
			return l.err
		}
		if err := w.file(f, l); err != nil {
			return err
		}
		load.free(l)
	}
	return nil
}

func (w *tarWriter) file(f *headerset.Selected, l *loaded) error {
	mode := int64(0o644)
	if l.exec {
		mode = 0o755
	}
	size := int64(len(l.out))
	if l.large {
		size = f.Size
	}
	if err := w.header(f.Path, tar.TypeReg, mode, size); err != nil {
		return err
	}
	var err error
	if l.large {
		err = w.stream(f)
	} else if _, err = w.tw.Write(l.out); err != nil {
		err = fmt.Errorf("write archive: %w", err)
	}
	if err != nil {
		return err
	}
	w.stats.Files++
	w.stats.SourceBytes += f.Size
	w.stats.UncompressedBytes += size
	w.dirs.Add(f.Path, size)
	if w.rows != nil {
		w.rows.Write(manifest.Row{
			Path: f.Path, Exec: l.exec, Size: f.Size, Stored: size,
			Rule: f.Rule, Reason: f.Reason, Origin: f.Origin(), Note: l.note,
		})
	}
	return nil
}

// stream copies a file that is too large to be held.
func (w *tarWriter) stream(f *headerset.Selected) error {
	r, err := f.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	if n, err := io.CopyN(w.tw, r, f.Size); err == io.EOF {
		return shrunk(f, n)
	} else if err != nil {
		return fmt.Errorf("copy %q from %s: %w", f.Path, f.Label, oserr.Reason(err))
	}
	return atEnd(f, r)
}

// header writes one tar header. Names begin with "./" and the first entry is
// "./" itself, as in mainline's archive: who unpacks as root gets a directory
// that root owns, which bcc insists on.
func (w *tarWriter) header(name string, typ byte, mode, size int64) error {
	if typ == tar.TypeDir && name != "" {
		name += "/"
	}
	name = "./" + name
	h := &tar.Header{Typeflag: typ, Name: name, Mode: mode, Size: size, ModTime: w.mtime}
	if !isASCII(name) {
		// PAX can only carry UTF-8, and bsdtar refuses even that in the C
		// locale. A GNU header carries the bytes, and every tar reads it.
		h.Format = tar.FormatGNU
	}
	if err := w.tw.WriteHeader(h); err != nil {
		return fmt.Errorf("write %q: %w", name, err)
	}
	return nil
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
