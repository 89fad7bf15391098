// Package gzip decompresses gzip (RFC 1952, RFC 1951) and writes down how many
// bits each piece of the output took.
package gzip

import (
	"bufio"
	"errors"
	"fmt"
	"hash/crc32"
	"io"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/bitwalk/steps"
)

var errEnd = io.ErrUnexpectedEOF

// Reader reads what gzip decompresses to. A literal weighs the bits of its code, a
// match those of its codes and what they are followed by.
type Reader struct {
	in  bitReader
	log *steps.Log
	err error

	// buf holds output: up to w it is written, up to r it was handed out. What is
	// before it is for matches.
	buf  [3 * window]byte
	r, w int
	// total is how much output the member had up to counted, and crc its sum.
	total   int64
	counted int
	crc     uint32

	open  bool // in a member
	kind  int
	last  bool
	left  int   // of a stored block
	begin int64 // of the block, in bits
	lit   code
	dist  code
}

// NewReader returns a Reader of what r has, to its end.
func NewReader(r *bufio.Reader, log *steps.Log) *Reader {
	return &Reader{in: bitReader{r: r}, log: log, kind: none}
}

// Read reads output. What it cost is in the log before it is returned.
func (r *Reader) Read(p []byte) (int, error) {
	for r.r == r.w {
		if r.err != nil {
			return 0, r.err
		}
		if r.w > 2*window {
			copy(r.buf[:], r.buf[r.w-window:r.w])
			r.r, r.w, r.counted = window, window, window
		}
		r.err = r.more()
		piece := r.buf[r.counted:r.w]
		r.crc = crc32.Update(r.crc, crc32.IEEETable, piece)
		r.total += int64(len(piece))
		r.counted = r.w
		if r.err != nil && r.err != io.EOF {
			r.err = fmt.Errorf("gzip: %w", r.err)
		}
	}
	n := copy(p, r.buf[r.r:r.w])
	r.r += n
	return n, nil
}

// more goes on by a head, a part of a block, or the end of a member.
func (r *Reader) more() error {
	switch {
	case !r.open:
		return r.head()
	case r.kind == none && r.last:
		return r.tail()
	case r.kind == none:
		return r.startBlock()
	case r.kind == stored:
		return r.storedBytes()
	}
	return r.symbols()
}

// The flags of a member's head.
const (
	fhcrc = 1 << (iota + 1)
	fextra
	fname
	fcomment
)

// head reads the head of a member, or finds the end of all.
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
	var h [10]byte
	if err := r.bytes(h[:]); err != nil {
		return err
	}
	flags := h[3]
	if h[0] != 0x1f || h[1] != 0x8b || h[2] != 8 || flags >= 0x20 {
		if begin > 0 {
			return errors.New("there are bytes after its end")
		}
		return errors.New("not the head of a stream")
	}
	if flags&fextra != 0 {
		n, err := r.in.bits(16)
		if err != nil {
			return err
		}
		if err := r.bytes(make([]byte, n)); err != nil {
			return err
		}
	}
	for _, f := range []byte{fname, fcomment} {
		for flags&f != 0 {
			c, err := r.in.bits(8)
			if err != nil {
				return err
			}
			if c == 0 {
				break
			}
		}
	}
	if flags&fhcrc != 0 {
		if _, err := r.in.bits(16); err != nil {
			return err
		}
	}
	r.log.Frame(r.in.pos() - begin)
	r.open, r.last, r.total, r.crc = true, false, 0, 0
	return nil
}

// tail reads the sums after a member.
func (r *Reader) tail() error {
	begin := r.in.pos()
	r.in.align()
	crc, err := r.in.bits(32)
	if err != nil {
		return err
	}
	size, err := r.in.bits(32)
	if err != nil {
		return err
	}
	if crc != r.crc || size != uint32(r.total) {
		return errors.New("the checksum does not match")
	}
	r.log.Frame(r.in.pos() - begin)
	r.open = false
	return nil
}

func (r *Reader) bytes(p []byte) error {
	for i := range p {
		c, err := r.in.bits(8)
		if err != nil {
			return err
		}
		p[i] = byte(c)
	}
	return nil
}
