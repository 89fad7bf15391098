package imagescan

import (
	"bufio"
	"compress/bzip2"
	"encoding/binary"
	"errors"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
	"github.com/therootcompany/xz"
	"github.com/ulikunitz/xz/lzma"
)

// decompressor decompresses one stream after the other, each from its Reset
// on. Codec.NewReader is for one stream; here the same one is read several
// times, and a new window for each would add up.
type decompressor interface {
	io.Reader
	Reset(io.Reader) error
}

// newDecompressor accepts windows of up to max bytes.
func newDecompressor(codec string, max int64) decompressor {
	switch codec {
	case "gzip":
		return &buffered{z: new(gzip.Reader)}
	case "xz":
		z, _ := xz.NewReader(nil, uint32(max))
		return &buffered{z: z}
	case "zstd":
		z, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(uint64(max)))
		if err != nil {
			return &once{open: func(*bufio.Reader) (io.Reader, error) { return nil, err }}
		}
		return &buffered{z: z}
	case "lz4":
		return &buffered{z: legacyLZ4{lz4.NewReader(nil)}}
	case "bzip2":
		return &once{open: func(r *bufio.Reader) (io.Reader, error) { return bzip2.NewReader(r), nil }}
	case "lzma":
		return &once{open: openLZMA}
	}
	return &once{open: func(*bufio.Reader) (io.Reader, error) {
		return nil, errors.New("not supported: decompress the image first, with the kernel's scripts/extract-vmlinux")
	}}
}

// openLZMA gives the decoder the window that the stream asks for, as 32 bits
// after the first byte, and no more.
func openLZMA(r *bufio.Reader) (io.Reader, error) {
	head, err := r.Peek(5)
	if err != nil {
		return nil, io.ErrUnexpectedEOF
	}
	dict := max(lzma.MinDictCap, int64(binary.LittleEndian.Uint32(head[1:])))
	if dict > maxDict {
		return nil, errors.New("the window is larger than 128 MiB")
	}
	return lzma.ReaderConfig{DictCap: int(dict)}.NewReader(r)
}

// legacyLZ4 reads the legacy LZ4 frame, which `lz4 -l` writes and compressed
// kernels have.
type legacyLZ4 struct{ *lz4.Reader }

// Reset starts a new stream.
func (z legacyLZ4) Reset(r io.Reader) error {
	z.Reader.Reset(r)
	return nil
}

// buffered puts a buffer in front of a decompressor.
type buffered struct {
	z  decompressor
	in *bufio.Reader
}

// Reset starts a new stream.
func (b *buffered) Reset(r io.Reader) error {
	if b.in == nil {
		b.in = bufio.NewReaderSize(nil, 64<<10)
	}
	b.in.Reset(r)
	return b.z.Reset(b.in)
}

func (b *buffered) Read(p []byte) (int, error) { return b.z.Read(p) }

// once is for decompressors that read one stream.
type once struct {
	open func(*bufio.Reader) (io.Reader, error)
	z    io.Reader
}

// Reset starts a new stream.
func (o *once) Reset(r io.Reader) (err error) {
	o.z, err = o.open(bufio.NewReaderSize(r, 64<<10))
	return err
}

func (o *once) Read(p []byte) (int, error) { return o.z.Read(p) }
