package imagescan

import (
	"errors"
	"io"
)

// maxGuess is the largest image, in bytes, in which a compressed kernel is
// looked for without a header that tells of it; a memory dump is larger.
// maxStreams is how many streams of each compression are tried.
const (
	maxGuess   = 256 << 20
	maxStreams = 64
	// minStream is how much a stream must give to be searched, in bytes.
	minStream = 64 << 10
)

var errEnough = errors.New("enough streams")

// unknownPayload looks in l for compressed streams with archives in them, as
// in the self-extracting kernels of architectures without a header.
func (m *Image) unknownPayload(l *layer, kind string, depth int) {
	if l.packed != nil || kind == "memory dump (ELF)" || kind == "kernel module" {
		return
	}
	if n, err := l.file.ReadAt(make([]byte, 1), l.off+maxGuess); n > 0 || err != io.EOF {
		return
	}
	for _, c := range []struct{ codec, magic string }{
		{"gzip", "\x1f\x8b\x08"}, {"xz", "\xfd7zXZ\x00"}, {"zstd", "\x28\xb5\x2f\xfd"},
		{"bzip2", "BZh"}, {"lz4", "\x02\x21\x4c\x18"}, {"lzma", "\x5d\x00\x00"},
	} {
		var offsets []int64
		r, stop, err := l.read(0, toEnd)
		if err != nil {
			return
		}
		scan(r, []byte(c.magic), 16, func(off int64, b []byte) error {
			if compression(b) == c.codec {
				if offsets = append(offsets, off); len(offsets) == maxStreams {
					return errEnough
				}
			}
			return nil
		})
		stop()
		for _, off := range offsets {
			inner, _, err := l.part(off, l.rest(off)).unpack(c.codec)
			if err != nil {
				continue
			}
			if b, err := inner.head(minStream); err != nil || len(b) < minStream {
				continue
			}
			err = m.search(inner, depth+1)
			m.readErr = nil // what follows the stream is no part of it
			if err == nil && len(m.Archives)+len(m.Broken) > 0 {
				m.Kind += " in " + c.codec + " in " + kind
				return
			}
			m.Kind = kind
		}
	}
}

// rest is the size of what follows off.
func (l *layer) rest(off int64) int64 {
	if l.size == toEnd {
		return toEnd
	}
	return l.size - off
}
