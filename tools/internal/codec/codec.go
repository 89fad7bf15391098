// Package codec compresses archives and opens compressed ones, in pure Go.
//
// What it writes depends on its input, the level and the version of the
// compressor alone: never on the clock, the number of cores or the machine.
package codec

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/dsnet/compress/bzip2"
	"github.com/klauspost/compress/zstd"
	"github.com/klauspost/pgzip"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/manifest"
)

// Format is an archive's format, which is also its file name extension.
type Format string

// The formats that can be written.
const (
	Tar     Format = "tar"
	TarGzip Format = "tgz"
	TarZstd Format = "tar.zst"
	TarXZ   Format = "tar.xz"
	TarBz2  Format = "tar.bz2"
)

// Formats lists the formats that can be written.
func Formats() []Format { return []Format{TarGzip, Tar, TarXZ, TarZstd, TarBz2} }

// Versions of the compressors, as go.mod has them: a test keeps them equal.
const (
	// pgzip shares the work out, compress/flate of zstd's module does it.
	gzipModule, gzipVersion = "github.com/klauspost/pgzip", "v1.3.0"
	zstdModule, zstdVersion = "github.com/klauspost/compress", "v1.20.3"
	// Ours; the version grows with a change of its bytes.
	xzModule, xzVersion   = "github.com/rules-kheaders/rules_kheaders/tools/internal/xz", "1"
	bz2Module, bz2Version = "github.com/dsnet/compress", "v0.0.2-0.20230904184137-39efe44ab707"
)

// gzip is compressed in blocks of this many bytes, each primed with the end of
// the one before it, so that cores can share the work. It is seen in the bytes
// and therefore fixed.
const gzipBlock = 1 << 20

// parallel is how many blocks are in work at once. It bounds the memory and
// is not seen in the bytes.
const parallel = 4

// ParseFormat checks a format's name.
func ParseFormat(s string) (Format, error) {
	for _, f := range Formats() {
		if string(f) == s {
			return f, nil
		}
	}
	return "", fmt.Errorf("unknown format %q: use one of %s", s, FormatList())
}

// FormatList names the formats that can be written, for messages.
func FormatList() string {
	var s []string
	for _, f := range Formats() {
		s = append(s, string(f))
	}
	return strings.Join(s, ", ")
}

// levels gives the default and the highest level of each format.
var levels = map[Format]struct{ def, max int }{
	Tar:     {0, 0},
	TarGzip: {9, 9},
	TarXZ:   {9, 9},
	TarZstd: {4, 4},
	TarBz2:  {9, 9},
}

// Defaults names the default level of each format that has levels, for help.
func Defaults() string {
	var s []string
	for _, f := range Formats() {
		if l := levels[f]; l.max > 0 {
			s = append(s, fmt.Sprintf("%s %d", f, l.def))
		}
	}
	return strings.Join(s, ", ")
}

// Check tells whether a format can be written at a level.
func Check(f Format, level int) error {
	l, ok := levels[f]
	if !ok {
		_, err := ParseFormat(string(f))
		return err
	}
	if level < 0 || level > l.max {
		return fmt.Errorf("level %d is out of range for format %s: use 1 to %d, or 0 for the default (%d)", level, f, l.max, l.def)
	}
	return nil
}

// Levels returns the default and the highest level of a format, 0 where it has none.
func Levels(f Format) (def, top int) { return levels[f].def, levels[f].max }

// Compressor names what compresses a format, without a level; Version is "" where
// nothing does.
func Compressor(f Format) manifest.Codec {
	switch f {
	case TarGzip:
		return manifest.Codec{Name: gzipModule, Version: gzipVersion + " with " + zstdModule + " " + zstdVersion}
	case TarXZ:
		return manifest.Codec{Name: xzModule, Version: xzVersion}
	case TarZstd:
		return manifest.Codec{Name: zstdModule, Version: zstdVersion}
	case TarBz2:
		return manifest.Codec{Name: bz2Module, Version: bz2Version}
	}
	return manifest.Codec{Name: "none"}
}

// NewWriter returns a compressor that writes to w, and how it is to be named
// in the stats. Level 0 is the format's default, which is the strongest one:
// an archive is written once and then held in memory by every machine that
// loads it. Close finishes the stream; it does not close w.
func NewWriter(w io.Writer, f Format, level int) (io.WriteCloser, manifest.Codec, error) {
	if err := Check(f, level); err != nil {
		return nil, manifest.Codec{}, err
	}
	if level == 0 {
		level = levels[f].def
	}
	c := Compressor(f)
	c.Level = level
	switch f {
	case TarGzip:
		z, err := pgzip.NewWriterLevel(w, level)
		if err != nil {
			return nil, manifest.Codec{}, err
		}
		z.OS = 255                  // unknown, as RFC 1952 has it
		z.ModTime = time.Unix(0, 0) // "no time stamp"; the zero Time is not that
		return z, c, z.SetConcurrency(gzipBlock, parallel)
	case TarXZ:
		z, err := newXZWriter(w, ofLevel(level))
		return z, c, err
	case TarZstd:
		z, err := zstd.NewWriter(w,
			zstd.WithEncoderLevel(zstd.EncoderLevel(level)),
			zstd.WithEncoderConcurrency(2),
			zstd.WithWindowSize(8<<20))
		return z, c, err
	case TarBz2:
		z, err := bzip2.NewWriter(w, &bzip2.WriterConfig{Level: level})
		return z, c, err
	}
	return nopCloser{w}, c, nil
}

type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }
