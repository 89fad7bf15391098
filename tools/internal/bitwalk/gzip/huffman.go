package gzip

import "errors"

// A code has codes of up to maxCode bits. Those of up to fast bits are looked up
// at once.
const maxCode, fast = 15, 10

var errCode = errors.New("a Huffman code that cannot be")

// code decodes a canonical Huffman code (RFC 1951, 3.2.2).
type code struct {
	// table has, by the next fast bits, a symbol << 4 and the length of its code; 0
	// for one that is longer, or is none.
	table [1 << fast]uint16
	// count is the number of codes of each length, symbols are in order of theirs.
	count   [maxCode + 1]uint16
	symbols [288]uint16
}

// set makes the code in which each symbol has this length, 0 for none. It may be
// incomplete only where there is but one symbol of one bit, or none.
func (c *code) set(lengths []uint8) error {
	c.count = [maxCode + 1]uint16{}
	for _, l := range lengths {
		c.count[l]++
	}
	used := len(lengths) - int(c.count[0])
	c.count[0] = 0
	left := 1
	var next, at [maxCode + 1]uint16
	for l, first := 1, 0; l <= maxCode; l++ {
		left = left<<1 - int(c.count[l])
		if left < 0 {
			return errCode
		}
		first = (first + int(c.count[l-1])) << 1
		next[l] = uint16(first)
		at[l] = at[l-1] + c.count[l-1]
	}
	if left > 0 && (used > 1 || c.count[1] != uint16(used)) {
		return errCode
	}
	c.table = [1 << fast]uint16{}
	for s, l := range lengths {
		if l == 0 {
			continue
		}
		c.symbols[at[l]] = uint16(s)
		at[l]++
		word := next[l]
		next[l]++
		if l > fast {
			continue
		}
		for i := reverse(word, l); i < 1<<fast; i += 1 << l {
			c.table[i] = uint16(s)<<4 | uint16(l)
		}
	}
	return nil
}

// reverse turns the order of the lowest n bits: codes come highest bit first.
func reverse(word uint16, n uint8) int {
	out := 0
	for ; n > 0; n-- {
		out = out<<1 | int(word&1)
		word >>= 1
	}
	return out
}

// long finds the symbol whose code acc begins with, and its length; 0 if none has.
func (c *code) long(acc uint64) (symbol int, length uint) {
	word, first, index := 0, 0, 0
	for l := uint(1); l <= maxCode; l++ {
		word |= int(acc & 1)
		acc >>= 1
		n := int(c.count[l])
		if word-first < n {
			return int(c.symbols[index+word-first]), l
		}
		index += n
		first = (first + n) << 1
		word <<= 1
	}
	return 0, 0
}

// next takes a symbol and tells the length of its code.
func (c *code) next(b *bitReader) (symbol int, length uint, err error) {
	if b.n < maxCode {
		b.fill()
	}
	if e := c.table[b.acc&(1<<fast-1)]; e != 0 {
		symbol, length = int(e>>4), uint(e&15)
	} else {
		symbol, length = c.long(b.acc)
	}
	if length == 0 {
		return 0, 0, errCode
	}
	if length > b.n {
		return 0, 0, errEnd
	}
	b.acc >>= length
	b.n -= length
	return symbol, length, nil
}
