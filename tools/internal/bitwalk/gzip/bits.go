package gzip

import (
	"bufio"
	"encoding/binary"
	"io"
)

// bitReader reads bits from the lowest of each byte on.
type bitReader struct {
	r    *bufio.Reader
	acc  uint64
	n    uint  // bits in acc
	read int64 // bytes that were read
}

// fill has at least 48 bits ready, or all that there are.
func (b *bitReader) fill() {
	if p, err := b.r.Peek(8); err == nil {
		b.acc |= binary.LittleEndian.Uint64(p) << b.n
		take := (63 - b.n) / 8
		b.r.Discard(int(take))
		b.read += int64(take)
		b.n += 8 * take
		if b.n < 64 {
			b.acc &= 1<<b.n - 1
		}
		return
	}
	for b.n <= 56 {
		c, err := b.r.ReadByte()
		if err != nil {
			return
		}
		b.acc |= uint64(c) << b.n
		b.n += 8
		b.read++
	}
}

// bits takes up to 32 bits.
func (b *bitReader) bits(n uint) (uint32, error) {
	if b.n < n {
		if b.fill(); b.n < n {
			return 0, io.ErrUnexpectedEOF
		}
	}
	v := uint32(b.acc & (1<<n - 1))
	b.acc >>= n
	b.n -= n
	return v, nil
}

// align drops the bits up to the next whole byte.
func (b *bitReader) align() {
	b.acc >>= b.n % 8
	b.n -= b.n % 8
}

// pos is how many bits were taken.
func (b *bitReader) pos() int64 { return 8*b.read - int64(b.n) }

// ended tells whether there is nothing more.
func (b *bitReader) ended() (bool, error) {
	if b.n > 0 {
		return false, nil
	}
	_, err := b.r.Peek(1)
	if err == io.EOF {
		return true, nil
	}
	return false, err
}
