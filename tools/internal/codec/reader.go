package codec

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/therootcompany/xz"
)

// openers open the compressions that archives and packages come in.
var openers = []struct {
	name string
	open func(r io.Reader, window int64) (io.Reader, func(), error)
}{
	{"gzip", func(r io.Reader, window int64) (io.Reader, func(), error) {
		z, err := gzip.NewReader(r)
		return z, func() {}, err
	}},
	{"xz", func(r io.Reader, window int64) (io.Reader, func(), error) {
		z, err := xz.NewReader(r, uint32(min(window, maxXZDict)))
		return z, func() {}, err
	}},
	{"zstd", func(r io.Reader, window int64) (io.Reader, func(), error) {
		z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(2), zstd.WithDecoderMaxWindow(uint64(window)))
		if err != nil {
			return nil, nil, err
		}
		return z, z.Close, nil
	}},
	{"bzip2", func(r io.Reader, window int64) (io.Reader, func(), error) {
		return bzip2.NewReader(r), func() {}, nil
	}},
}

// maxXZDict is the largest dictionary accepted when reading xz, in bytes: xz
// -9 uses 64 MiB.
const maxXZDict = 128 << 20

// maxWindow is the largest window of zstd that NewReader accepts, in bytes.
const maxWindow = 1 << 28

// NewReader opens what r holds by its first bytes: gzip, xz, zstd, bzip2, or
// anything else as it is. It names the compression, "none" if there is none.
// The stop function frees what the decompressor holds.
func NewReader(r io.Reader) (data io.Reader, name string, stop func(), err error) {
	return NewReaderWindow(r, 0)
}

// NewReaderWindow is NewReader for compressions that look back at most window
// bytes, which is how much memory they take; 0 is what NewReader accepts.
func NewReaderWindow(r io.Reader, window int64) (data io.Reader, name string, stop func(), err error) {
	if window == 0 {
		window = maxWindow
	}
	br := bufio.NewReaderSize(r, 256<<10)
	head, err := br.Peek(6)
	if err != nil && err != io.EOF {
		return nil, "", nil, err
	}
	for _, m := range openers {
		if bytes.HasPrefix(head, []byte(Magic(m.name))) {
			z, stop, err := m.open(br, window)
			if err != nil {
				return nil, "", nil, fmt.Errorf("open %s stream: %w", m.name, err)
			}
			return z, m.name, stop, nil
		}
	}
	return br, "none", func() {}, nil
}
