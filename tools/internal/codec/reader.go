package codec

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	foreign "github.com/therootcompany/xz"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/inflight"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/xz"
)

// openers open the compressions that archives and packages come in.
var openers = []struct {
	name string
	open func(r *bufio.Reader, window int64) (io.Reader, func(), error)
}{
	{"gzip", func(r *bufio.Reader, window int64) (io.Reader, func(), error) {
		z, err := gzip.NewReader(r)
		return z, func() {}, err
	}},
	{"xz", openXZ},
	{"zstd", func(r *bufio.Reader, window int64) (io.Reader, func(), error) {
		z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(2), zstd.WithDecoderMaxWindow(uint64(window)))
		if err != nil {
			return nil, nil, err
		}
		return z, z.Close, nil
	}},
	{"bzip2", func(r *bufio.Reader, window int64) (io.Reader, func(), error) {
		return bzip2.NewReader(r), func() {}, nil
	}},
}

// ahead is the memory in which blocks of xz are decompressed at once, all files
// together: a block as xz makes them by default with several threads, which is
// how packages are made, and room for the small ones of others.
var ahead = inflight.New(40 << 20)

// openXZ leaves what has filters for machine code to another decoder. The first
// block tells: what is put together of files with and without is not read.
func openXZ(r *bufio.Reader, window int64) (io.Reader, func(), error) {
	dict := min(window, maxXZDict)
	// An error is told where it is met.
	if head, _ := r.Peek(xz.PlainHead); !xz.Plain(head) {
		z, err := foreign.NewReader(r, uint32(dict))
		return z, func() {}, err
	}
	z, err := xz.NewReader(r, xz.ReadOptions{MaxDict: dict, Ahead: ahead})
	if err != nil {
		return nil, nil, err
	}
	return z, z.Close, nil
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
