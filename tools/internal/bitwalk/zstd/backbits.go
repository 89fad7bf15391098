package zstd

import (
	"encoding/binary"
	"errors"
	"math/bits"
)

var errBits = errors.New("a bit stream that does not end where it should")

// slack is how many bytes stand before the first of a backBits, so that eight
// can be loaded anywhere.
const slack = 8

// backBits reads a bit stream from its end on (RFC 8878, 4.1). Bits from before its
// beginning are zeros, and make left negative.
type backBits struct {
	b    []byte // slack bytes of zeros, then the stream
	left int    // bits that are not read
}

// start begins at the highest set bit of the last byte, which marks the end.
func (r *backBits) start(stream []byte) error {
	if len(stream) == 0 || stream[len(stream)-1] == 0 {
		return errBits
	}
	r.b = append(append(r.b[:0], make([]byte, slack)...), stream...)
	r.left = 8*(len(stream)-1) + bits.Len8(stream[len(stream)-1]) - 1
	return nil
}

// peek returns the next n bits, up to 32.
func (r *backBits) peek(n int) uint64 {
	// The bits in the order of the stream, those above left read already.
	end := r.left + 8*slack
	if end < 64 {
		return 0
	}
	from := (end+7)/8 - 8
	v := binary.LittleEndian.Uint64(r.b[from:])
	return v << (64 - (end - 8*from)) >> (64 - n) & (1<<n - 1)
}

// take reads n bits, up to 32.
func (r *backBits) take(n uint8) uint32 {
	if n == 0 {
		return 0
	}
	v := uint32(r.peek(int(n)))
	r.left -= int(n)
	return v
}
