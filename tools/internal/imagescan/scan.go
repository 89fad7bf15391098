package imagescan

import (
	"bytes"
	"fmt"
	"io"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/codec"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/dataheader"
)

// window is how much of an image is in memory at once while it is searched,
// in bytes.
const window = 1 << 20

// scan reads r to its end and calls found for each place where pattern stands,
// with its offset and with the bytes from there on: the pattern and up to
// after more. The bytes may be kept only until found returns. An error of r
// comes after what was read before it was searched.
func scan(r io.Reader, pattern []byte, after int, found func(off int64, b []byte) error) error {
	buf := make([]byte, window)
	var base int64 // offset of buf[0]
	have := 0      // bytes in buf
	for {
		var err error
		for have < len(buf) && err == nil {
			var n int
			n, err = r.Read(buf[have:])
			have += n
		}
		pos := 0
		for {
			i := bytes.Index(buf[pos:have], pattern)
			if i < 0 {
				pos = max(pos, have-len(pattern)+1)
				break
			}
			pos += i
			end := pos + len(pattern) + after
			if end > have && err == nil {
				break // once more, with what follows it
			}
			if err := found(base+int64(pos), buf[pos:min(end, have)]); err != nil {
				return err
			}
			pos += len(pattern)
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		have = copy(buf, buf[pos:have])
		base += int64(pos)
	}
}

// mark is a place where a marker stands.
type mark struct {
	off int64
	end bool
	// archive is true for a start marker with the first bytes of an archive
	// after it.
	archive bool
}

const (
	markerPrefix = "IKHD_"
	markerLen    = int64(len(dataheader.MarkerStart))
	// maxMarks bounds the memory: no image that is one has that many.
	maxMarks = 1 << 16
)

// marks finds the markers in r, sorted by offset.
func marks(r io.Reader) ([]mark, error) {
	var out []mark
	err := scan(r, []byte(markerPrefix), int(markerLen)-len(markerPrefix)+tarBlock, func(off int64, b []byte) error {
		switch {
		case bytes.HasPrefix(b, []byte(dataheader.MarkerStart)):
			out = append(out, mark{off: off, archive: isArchive(b[markerLen:])})
		case bytes.HasPrefix(b, []byte(dataheader.MarkerEnd)):
			out = append(out, mark{off: off, end: true})
		}
		if len(out) > maxMarks {
			return fmt.Errorf("more than %d markers: this is no kernel image", maxMarks)
		}
		return nil
	})
	return out, err
}

const tarBlock = 512

// isArchive tells whether b begins like an archive: with the header of a
// compression that archives come in, or of a tar.
func isArchive(b []byte) bool {
	switch codec.Detect(b) {
	case "gzip", "xz", "zstd", "bzip2":
		return true
	}
	return isTar(b)
}

// isTar tells whether b begins with the header of a tar entry, by its check
// sum: the sum of all bytes of the block, with eight blanks in its own place.
func isTar(b []byte) bool {
	if len(b) < tarBlock || b[0] == 0 {
		return false
	}
	want := int64(0)
	digits := 0
	for _, c := range bytes.Trim(b[148:156], " \x00") {
		if c < '0' || c > '7' {
			return false
		}
		want = want<<3 | int64(c-'0')
		digits++
	}
	sum := int64(8 * ' ')
	for i, c := range b[:tarBlock] {
		if i < 148 || i >= 156 {
			sum += int64(c)
		}
	}
	return digits > 0 && sum == want
}
