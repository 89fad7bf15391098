package bzip2

import (
	"bufio"
	"io"
)

// bitReader reads bits from the highest of each byte on.
type bitReader struct {
	r    *bufio.Reader
	acc  uint64
	n    uint  // bits in acc, the lowest ones
	read int64 // bytes that were read
}

// fill has at least 32 bits ready, or all that there are.
func (b *bitReader) fill() {
	for b.n <= 56 {
		c, err := b.r.ReadByte()
		if err != nil {
			return
		}
		b.acc = b.acc<<8 | uint64(c)
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
	b.n -= n
	return uint32(b.acc >> b.n & (1<<n - 1)), nil
}

// pos is how many bits were taken.
func (b *bitReader) pos() int64 { return 8*b.read - int64(b.n) }

// align drops the bits up to the next whole byte.
func (b *bitReader) align() { b.n -= b.n % 8 }

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
