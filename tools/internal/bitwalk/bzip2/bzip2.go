// Package bzip2 decompresses bzip2 and writes down how many bits each byte of the
// output took.
//
// Its blocks are sorted by what follows each byte, so that the bits stand in
// another order than the text. The Huffman code of a byte of the sorted block is
// known, though, and the walk that puts the bytes into their order takes along
// what each of them took. That is exact: no bit is estimated.
package bzip2

import (
	"bufio"
	"errors"
	"fmt"
	"io"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/bitwalk/steps"
)

// What a block and the end of a stream begin with: the digits of π and of its
// root.
const blockMagic, endMagic = 0x314159265359, 0x177245385090

// Reader reads what bzip2 decompresses to.
type Reader struct {
	in  bitReader
	log *steps.Log
	err error

	buf  []byte
	r    int
	open bool // in a stream
	max  int  // bytes of a block
	sums uint32

	block block
	begin int64 // of the block, in bits
	bits  int64 // of the block
	left  int   // bytes of the block, before runs are unpacked
	at    uint32
	same  int // how many equal bytes came one after another
	prev  byte
	carry int64 // bits that are for the next byte
	want  uint32
	crc   uint32
}

// NewReader returns a Reader of what r has, to its end.
func NewReader(r *bufio.Reader, log *steps.Log) *Reader {
	return &Reader{in: bitReader{r: r}, log: log}
}

// Read reads output. What it cost is in the log before it is returned.
func (r *Reader) Read(p []byte) (int, error) {
	for r.r == len(r.buf) {
		if r.err != nil {
			return 0, r.err
		}
		r.buf, r.r = r.buf[:0], 0
		if r.err = r.more(); r.err != nil && r.err != io.EOF {
			r.err = fmt.Errorf("bzip2: %w", r.err)
		}
	}
	n := copy(p, r.buf[r.r:])
	r.r += n
	return n, nil
}

// more goes on by a head, a part of a block, or the end of a stream.
func (r *Reader) more() error {
	switch {
	case r.left > 0:
		return r.output()
	case !r.open:
		return r.head()
	}
	r.begin = r.in.pos()
	magic, err := r.magic()
	if err != nil {
		return err
	}
	want, err := r.in.bits(32)
	if err != nil {
		return err
	}
	switch magic {
	case blockMagic:
		if err := r.block.read(&r.in, r.max); err != nil {
			return err
		}
		r.bits = r.in.pos() - r.begin
		r.left, r.want, r.crc, r.same = len(r.block.next), want, ^uint32(0), 0
		r.at, r.carry = r.block.next[r.block.origin]>>8, 0
		return nil
	case endMagic:
		if want != r.sums {
			return errors.New("the checksum does not match")
		}
		r.in.align()
		r.log.Frame(r.in.pos() - r.begin)
		r.open = false
		return nil
	}
	return errBlock
}

func (r *Reader) magic() (uint64, error) {
	high, err := r.in.bits(24)
	if err != nil {
		return 0, err
	}
	low, err := r.in.bits(24)
	return uint64(high)<<24 | uint64(low), err
}

// head reads the head of a stream, or finds the end of all.
func (r *Reader) head() error {
	begin := r.in.pos()
	if begin > 0 {
		if end, err := r.in.ended(); end || err != nil {
			if end {
				err = io.EOF
			}
			return err
		}
	}
	h, err := r.in.bits(32)
	if err != nil {
		return err
	}
	level := int(h&0xff) - '0'
	if h>>8 != 'B'<<16|'Z'<<8|'h' || level < 1 || level > 9 {
		if begin > 0 {
			return errors.New("there are bytes after its end")
		}
		return errors.New("not the head of a stream")
	}
	r.log.Frame(32)
	r.open, r.max, r.sums = true, level*100_000, 0
	return nil
}

// piece is how much of a block is put out at a time.
const piece = 32 << 10

// output puts out a part of the block, with its runs unpacked: after four equal
// bytes one says how many more there are. What that one took is of these, or of
// the byte after them where there are no more.
func (r *Reader) output() error {
	crc := r.crc
	for r.left > 0 && len(r.buf) < piece {
		v := r.block.next[r.at]
		c, cost := byte(v), int64(r.block.cost[r.at])
		r.at = v >> 8
		r.left--
		if r.same == 4 {
			r.same = 0
			for range int(c) {
				r.buf = append(r.buf, r.prev)
				crc = crc<<8 ^ table[byte(crc>>24)^r.prev]
			}
			if c > 0 {
				r.log.Out(int(c), cost)
			} else {
				r.carry = cost
			}
			continue
		}
		if c != r.prev {
			r.same = 0
		}
		r.same++
		r.prev = c
		r.buf = append(r.buf, c)
		crc = crc<<8 ^ table[byte(crc>>24)^c]
		r.log.Out(1, cost+r.carry)
		r.carry = 0
	}
	r.crc = crc
	if r.left > 0 {
		return nil
	}
	if ^crc != r.want {
		return errors.New("the checksum of a block does not match")
	}
	r.sums = (r.sums<<1 | r.sums>>31) ^ r.want
	r.log.Block(r.bits)
	return nil
}

// table is that of CRC-32, highest bit first.
var table = func() (t [256]uint32) {
	for i := range t {
		c := uint32(i) << 24
		for range 8 {
			if c>>31 == 1 {
				c = c<<1 ^ 0x04c11db7
			} else {
				c <<= 1
			}
		}
		t[i] = c
	}
	return t
}()
