package bzip2

import (
	"errors"
	"io"
)

// A code has codes of up to maxCode bits. Those of up to fast bits are looked up
// at once.
const maxCode, fast = 20, 10

// maxSymbols is how many symbols there may be: two of runs, 255 places, the end.
const maxSymbols = 258

var errCode = errors.New("a Huffman code that cannot be")

// code decodes a canonical Huffman code.
type code struct {
	table   [1 << fast]uint16 // symbol << 5 and length; 0 for one that is longer, or is none
	count   [maxCode + 1]int
	symbols [maxSymbols]uint16
}

// set makes the code in which each symbol has this length.
func (c *code) set(lengths []uint8) error {
	c.count = [maxCode + 1]int{}
	for _, l := range lengths {
		c.count[l]++
	}
	var next, at [maxCode + 1]int
	left := 1
	for l := 1; l <= maxCode; l++ {
		if left = left<<1 - c.count[l]; left < 0 {
			return errCode
		}
		next[l] = (next[l-1] + c.count[l-1]) << 1
		at[l] = at[l-1] + c.count[l-1]
	}
	c.table = [1 << fast]uint16{}
	for s, l := range lengths {
		c.symbols[at[l]] = uint16(s)
		at[l]++
		word := next[l]
		next[l]++
		if l > fast {
			continue
		}
		for i := range 1 << (fast - l) {
			c.table[word<<(fast-l)|i] = uint16(s)<<5 | uint16(l)
		}
	}
	return nil
}

// next takes a symbol and tells the length of its code.
func (c *code) next(b *bitReader) (symbol int, length uint, err error) {
	if b.n < maxCode {
		b.fill()
	}
	if b.n >= fast {
		if e := c.table[b.acc>>(b.n-fast)&(1<<fast-1)]; e != 0 {
			length = uint(e & 31)
			b.n -= length
			return int(e >> 5), length, nil
		}
	}
	word, first, index := 0, 0, 0
	for l := uint(1); l <= maxCode; l++ {
		if l > b.n {
			return 0, 0, io.ErrUnexpectedEOF
		}
		word |= int(b.acc >> (b.n - l) & 1)
		n := c.count[l]
		if word-first < n {
			b.n -= l
			return int(c.symbols[index+word-first]), l, nil
		}
		index += n
		first = (first + n) << 1
		word <<= 1
	}
	return 0, 0, errCode
}
