package imagescan

import (
	"errors"
	"io"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/codec"
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
	for _, compression := range []string{"gzip", "xz", "zstd", "bzip2", "lz4", "lzma"} {
		var offsets []int64
		r, stop, err := l.read(0, toEnd)
		if err != nil {
			return
		}
		scan(r, []byte(codec.Magic(compression)), codec.MagicLen, func(off int64, b []byte) error {
			if codec.Detect(b) == compression {
				if offsets = append(offsets, off); len(offsets) == maxStreams {
					return errEnough
				}
			}
			return nil
		})
		stop()
		for _, off := range offsets {
			inner, _, err := l.part(off, l.rest(off)).unpack(compression)
			if err != nil {
				continue
			}
			if b, err := inner.head(minStream); err != nil || len(b) < minStream {
				continue
			}
			err = m.search(inner, depth+1)
			m.readErr = nil // what follows the stream is no part of it
			if err == nil && len(m.Archives)+len(m.Broken) > 0 {
				m.Kind += " in " + compression + " in " + kind
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
