// Package xz decompresses the .xz format with LZMA2 and writes down what each
// piece of the output cost.
//
// LZMA has no whole bits for a symbol: a range coder spends fractions. What a
// symbol costs is told by the probabilities that it was coded by; a chunk, of at
// most 64 KiB, is then shared out in proportion, to the bit.
package xz

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"hash/crc64"
	"io"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/bitwalk/steps"
)

// MaxDict is the largest dictionary that is accepted, in bytes.
const MaxDict = 128 << 20

// Reader reads what .xz decompresses to. It needs memory for the dictionary, as far
// as that is filled, and 8 MiB.
type Reader struct {
	in    *bufio.Reader
	log   *steps.Log
	err   error
	read  int64 // bytes of the file
	out   int   // of d.buf, handed out
	d     lzma2
	plain []byte

	part  part
	check uint64
	sum   hash.Hash
	count int // blocks of the stream
	sizes hash.Hash
	// Of the block: what its head took, and what that says of its sizes, if it does.
	headSize           int64
	saysPacked, saysTo int64
	made               int64
}

// part is where in the file the Reader is.
type part int

const (
	inFile part = iota
	inStream
	inBlock
	inChunk
)

// NewReader returns a Reader of what r has, to its end.
func NewReader(r *bufio.Reader, log *steps.Log) *Reader { return &Reader{in: r, log: log} }

// Read reads output. What it cost is in the log before it is returned.
func (r *Reader) Read(p []byte) (int, error) {
	for r.out == len(r.d.buf) {
		if r.err != nil {
			return 0, r.err
		}
		r.out -= r.d.slide()
		before := len(r.d.buf)
		r.err = r.more()
		if n := len(r.d.buf) - before; n > 0 {
			r.sum.Write(r.d.buf[before:])
			r.made += int64(n)
		}
		if r.err != nil && r.err != io.EOF {
			r.err = fmt.Errorf("xz: %w", r.err)
		}
	}
	n := copy(p, r.d.buf[r.out:])
	r.out += n
	return n, nil
}

// more goes on by a head, a part of a chunk, or an end.
func (r *Reader) more() error {
	switch r.part {
	case inFile:
		return r.streamHead()
	case inStream:
		return r.blockHead()
	case inBlock:
		err := r.chunkHead()
		if err == io.EOF {
			return r.blockEnd()
		}
		r.part = inChunk
		return err
	}
	err := r.output()
	if r.d.left == 0 {
		r.part = inBlock
	}
	return err
}

// take reads n bytes into b.
func (r *Reader) take(b []byte, n int) ([]byte, error) {
	if cap(b) < n {
		b = make([]byte, n)
	}
	k, err := io.ReadFull(r.in, b[:n])
	r.read += int64(k)
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return b[:n], err
}

// number reads a number of n bytes, the lowest first; of -n, the highest first.
func (r *Reader) number(n int) (uint64, error) {
	var buf [8]byte
	b, err := r.take(buf[:], max(n, -n))
	if err != nil {
		return 0, err
	}
	if n < 0 {
		return uint64(b[0])<<8 | uint64(b[1]), nil
	}
	return binary.LittleEndian.Uint64(buf[:]), nil
}

// streamHead reads the head of a stream, or finds the end of all.
func (r *Reader) streamHead() error {
	for r.read > 0 { // zeros may stand between streams, four at a time
		p, err := r.in.Peek(4)
		if len(p) == 0 && err == io.EOF {
			return io.EOF
		}
		if len(p) < 4 || !bytes.Equal(p, make([]byte, 4)) {
			break
		}
		r.in.Discard(4)
		r.read += 4
		r.log.Frame(32)
	}
	h, err := r.take(nil, 12)
	if err != nil {
		return err
	}
	if string(h[:6]) != magic {
		if r.read > 12 {
			return errors.New("there are bytes after its end")
		}
		return errors.New("not the head of a stream")
	}
	if h[6] != 0 || h[7] > 15 || crc32.ChecksumIEEE(h[6:8]) != binary.LittleEndian.Uint32(h[8:]) {
		return errors.New("the head of a stream is damaged")
	}
	r.check = uint64(h[7])
	switch r.check {
	case 0:
		r.sum = nil
	case 1:
		r.sum = crc32.NewIEEE()
	case 4:
		r.sum = crc64.New(crc64.MakeTable(crc64.ECMA))
	case 10:
		r.sum = sha256.New()
	default:
		return fmt.Errorf("a checksum of kind %d, which is none of CRC32, CRC64 and SHA-256", r.check)
	}
	if r.sum == nil {
		r.sum = nothing{}
	}
	r.part, r.count, r.sizes = inStream, 0, sha256.New()
	r.log.Frame(96)
	return nil
}

// nothing is the checksum that is none.
type nothing struct{}

func (nothing) Write(p []byte) (int, error) { return len(p), nil }
func (nothing) Sum(b []byte) []byte         { return b }
func (nothing) Reset()                      {}
func (nothing) Size() int                   { return 0 }
func (nothing) BlockSize() int              { return 1 }

// blockHead reads the head of a block, or the index and the end of the stream.
func (r *Reader) blockHead() error {
	begin := r.read
	p, err := r.in.Peek(1)
	if err != nil {
		return io.ErrUnexpectedEOF
	}
	if p[0] == 0 {
		return r.index()
	}
	h, err := r.take(nil, 4*(int(p[0])+1))
	if err != nil {
		return err
	}
	b, err := parseHead(h)
	if err != nil {
		return err
	}
	if !b.known {
		return errors.New("a filter that is not LZMA2 alone")
	}
	if b.dict > MaxDict {
		return fmt.Errorf("a dictionary of %d bytes is more than the %d that are accepted", b.dict, MaxDict)
	}
	r.headSize, r.saysPacked, r.saysTo, r.made = int64(len(h)), b.packed, b.size, 0
	r.out = 0
	r.d.start(int(b.dict))
	r.sum.Reset()
	r.log.Frame(8 * (r.read - begin))
	r.part = inBlock
	return nil
}

// blockEnd reads what stands behind a block.
func (r *Reader) blockEnd() error {
	begin := r.read
	packed := r.d.extent
	if r.saysPacked >= 0 && r.saysPacked != packed || r.saysTo >= 0 && r.saysTo != r.made {
		return errors.New("a block that takes or becomes more or less than it says")
	}
	for n := packed; n%4 != 0; n++ {
		zero, err := r.number(1)
		if err != nil {
			return err
		}
		if zero != 0 {
			return errors.New("padding that is not zero")
		}
	}
	want := r.sum.Sum(nil)
	got, err := r.take(nil, len(want))
	if err != nil {
		return err
	}
	if r.check == 1 || r.check == 4 { // these stand with the lowest byte first
		for i, j := 0, len(want)-1; i < j; i, j = i+1, j-1 {
			want[i], want[j] = want[j], want[i]
		}
	}
	if !bytes.Equal(want, got) {
		return errors.New("the checksum of a block does not match")
	}
	r.count++
	noteSizes(r.sizes, r.headSize+packed+int64(len(want)), r.made)
	r.log.Frame(8 * (r.read - begin))
	r.part = inStream
	return nil
}
