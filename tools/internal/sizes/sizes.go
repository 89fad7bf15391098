// Package sizes holds what is known of an archive's size: for each file in it,
// how many bits of the archive it takes.
package sizes

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// Schema is the number of the layout of the JSON. It goes up when a field goes or
// changes its meaning; new fields alone do not raise it.
const Schema = 1

// maxPath and maxLevels are the most that a path may have: what is worked out of it
// takes time by their product.
const maxPath, maxLevels = 4096, 256

// Kind is what the JSON says of itself, so that no other JSON passes for it.
const Kind = "kheaders-sizes"

// Method says how bits were attributed.
type Method string

const (
	// Exact: the archive's own compressed stream was walked.
	Exact Method = "exact"
	// ByGzip: the stream was not one that can be walked. A tgz of the same tar was,
	// and its bits were scaled to the size of the archive.
	ByGzip Method = "tgz"
)

// Entry is a file, directory or link in an archive.
type Entry struct {
	// Path is its path, without "./" before it; "." is the top of the archive.
	Path string
	// Dir tells that it is a directory. What is in it has entries of its own.
	Dir bool
	// Label is what the file came from: a Bazel label, or the name of a package or
	// directory; "" where that is not known.
	Label string
	// Bits is how many bits of the archive it takes: its content, its tar header and
	// its padding.
	Bits int64
	// Bytes is its size unpacked, in bytes.
	Bytes int64
}

// Report says what takes how much of one archive. The bits of all entries and
// FramingBits are together 8 × ArchiveBytes.
type Report struct {
	// Archive is the label of the archive, or what else the user calls it.
	Archive string
	// Release, Arch, Profile and Strip are what is known of its content; "" for what
	// is not.
	Release, Arch, Profile, Strip string
	// Format is tgz, tar, tar.zst, tar.bz2 or tar.xz.
	Format string
	// Codec names the compressor and its version, and Level its level; "" and 0 where
	// they are not known.
	Codec string
	Level int
	// Method is how bits were attributed.
	Method Method
	// SHA256 is that of the archive, in hexadecimal.
	SHA256 string
	// ArchiveBytes is the size of the archive, TarBytes that of the tar in it,
	// UncompressedBytes that of all files together; Files is their number.
	ArchiveBytes, TarBytes, UncompressedBytes, Files int64
	// FramingBits is what belongs to no entry: the heads and checksums of the
	// compression, and what ends the tar.
	FramingBits int64
	// Entries are in bytewise order of their paths, no path twice.
	Entries []Entry
}

// Check returns an error where a report contradicts itself.
func (r *Report) Check() error {
	sum, bytes := r.FramingBits, int64(0)
	if r.FramingBits < 0 || r.ArchiveBytes <= 0 || r.ArchiveBytes > 1<<58 {
		return fmt.Errorf("%d bits of framing in an archive of %d bytes cannot be", r.FramingBits, r.ArchiveBytes)
	}
	for i, e := range r.Entries {
		if e.Bits < 0 || e.Bits > 8*r.ArchiveBytes || e.Bytes < 0 || e.Bytes > 1<<60 {
			return fmt.Errorf("%q has %d bits and %d bytes, which cannot be", e.Path, e.Bits, e.Bytes)
		}
		if path.Clean(e.Path) != e.Path || path.IsAbs(e.Path) || e.Path == ".." || strings.HasPrefix(e.Path, "../") || len(e.Path) > maxPath || strings.Count(e.Path, "/") > maxLevels {
			return fmt.Errorf("%.100q is no path below the top of an archive, of at most %d bytes and %d levels", e.Path, maxPath, maxLevels)
		}
		if i > 0 && r.Entries[i-1].Path >= e.Path {
			return fmt.Errorf("%q does not come before %q: paths are in bytewise order, each once", r.Entries[i-1].Path, e.Path)
		}
		sum += e.Bits
		bytes += e.Bytes
		if sum > 8*r.ArchiveBytes || bytes > 1<<60 {
			break
		}
	}
	if sum != 8*r.ArchiveBytes {
		return fmt.Errorf("the entries and the framing have %d bits, the archive %d", sum, 8*r.ArchiveBytes)
	}
	if bytes != r.UncompressedBytes {
		return fmt.Errorf("the entries have %d bytes, all files together %d", bytes, r.UncompressedBytes)
	}
	return nil
}

// Sort brings entries into their order and makes one of those of one path.
func (r *Report) Sort() {
	slices.SortStableFunc(r.Entries, func(a, b Entry) int { return strings.Compare(a.Path, b.Path) })
	out := r.Entries[:0]
	for _, e := range r.Entries {
		if n := len(out); n > 0 && out[n-1].Path == e.Path {
			out[n-1].Bits += e.Bits
			out[n-1].Bytes += e.Bytes
			out[n-1].Dir = out[n-1].Dir && e.Dir
			continue
		}
		out = append(out, e)
	}
	r.Entries = out
}

// Bytes returns a number of bits in whole bytes, rounded up.
func Bytes(bits int64) int64 {
	if bits < 0 {
		return -Bytes(-bits)
	}
	return (bits + 7) / 8
}
