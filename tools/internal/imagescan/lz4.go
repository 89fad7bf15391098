package imagescan

import (
	"encoding/binary"
	"errors"
	"io"
)

// lz4Block is the largest size of a block of the legacy LZ4 frame before it is
// compressed, in bytes: all but the last have it.
const lz4Block = 8 << 20

const lz4Magic = 0x184c2102

// lz4Reader reads the legacy LZ4 frame, which `lz4 -l` writes and compressed
// kernels have: the magic number, and then blocks with their compressed size
// in front of each.
type lz4Reader struct {
	r       io.Reader
	packed  []byte
	block   []byte // decompressed
	pending []byte // of block, not yet read
}

// Reset starts a new frame.
func (z *lz4Reader) Reset(r io.Reader) error {
	var magic [4]byte
	if _, err := io.ReadFull(r, magic[:]); err != nil {
		return err
	}
	if binary.LittleEndian.Uint32(magic[:]) != lz4Magic {
		return errors.New("no lz4 magic number")
	}
	z.r, z.pending = r, nil
	return nil
}

func (z *lz4Reader) Read(p []byte) (int, error) {
	for len(z.pending) == 0 {
		if err := z.next(); err != nil {
			return 0, err
		}
	}
	n := copy(p, z.pending)
	z.pending = z.pending[n:]
	return n, nil
}

func (z *lz4Reader) next() error {
	var head [4]byte
	if _, err := io.ReadFull(z.r, head[:]); err != nil {
		return err // io.EOF between two blocks
	}
	size := binary.LittleEndian.Uint32(head[:])
	if size == lz4Magic { // frames may follow one another
		return nil
	}
	if size > lz4Block+lz4Block/255+16 {
		return errors.New("lz4 block too large")
	}
	if cap(z.packed) < int(size) {
		z.packed = make([]byte, size)
	}
	z.packed = z.packed[:size]
	if _, err := io.ReadFull(z.r, z.packed); err != nil {
		return io.ErrUnexpectedEOF
	}
	if z.block == nil {
		z.block = make([]byte, 0, lz4Block)
	}
	var err error
	z.block, err = lz4Decode(z.block[:0], z.packed)
	z.pending = z.block
	return err
}

var errLZ4 = errors.New("lz4 data is corrupt")

// lz4Decode appends what src decompresses to to dst, within dst's capacity.
// The format: a token with two lengths, literals, the distance of a match as
// 16 bits; the last sequence has literals alone.
func lz4Decode(dst, src []byte) ([]byte, error) {
	length := func(n int) (int, bool) {
		for more := n == 15; more; {
			if len(src) == 0 || n > lz4Block {
				return 0, false
			}
			n += int(src[0])
			more = src[0] == 255
			src = src[1:]
		}
		return n, true
	}
	for len(src) > 0 {
		token := src[0]
		src = src[1:]
		n, ok := length(int(token >> 4))
		if !ok || n > len(src) || n > cap(dst)-len(dst) {
			return dst, errLZ4
		}
		dst = append(dst, src[:n]...)
		if src = src[n:]; len(src) == 0 {
			return dst, nil
		}
		if len(src) < 2 {
			return dst, errLZ4
		}
		back := int(src[0]) | int(src[1])<<8
		src = src[2:]
		n, ok = length(int(token & 15))
		n += 4
		if !ok || back == 0 || back > len(dst) || n > cap(dst)-len(dst) {
			return dst, errLZ4
		}
		for n > 0 { // a match may overlap what it makes
			part := dst[len(dst)-back:]
			part = part[:min(n, len(part))]
			dst = append(dst, part...)
			n -= len(part)
		}
	}
	return dst, nil
}
