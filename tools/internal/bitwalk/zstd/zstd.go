// Package zstd decompresses Zstandard (RFC 8878) and writes down how many bits
// each piece of the output took: a literal those of its code, a match those of the
// sequence that tells of it.
package zstd

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/bits"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/bitwalk/steps"
)

// maxBlock is how many bytes a block may become.
const maxBlock = 128 << 10

// MaxWindow is the largest window that is accepted, in bytes.
const MaxWindow = 128 << 20

var errLong = errors.New("a block that is longer than it may be")

// Reader reads what Zstandard decompresses to. It needs memory for the window of
// a frame, as far as that is filled, and 8 MiB.
type Reader struct {
	in  *bufio.Reader
	log *steps.Log
	err error
	d   decoder
	out int // of d.buf, handed out

	any    bool // some frame has begun
	open   bool // in a frame
	sum    bool // the frame ends with a checksum
	hash   xxh64
	size   int64 // what the frame says it becomes; -1 if it does not
	packed []byte
}

// decoder has the state of a frame.
type decoder struct {
	log     *steps.Log
	buf     []byte // output: the window, and what comes after
	window  int
	total   int64 // bytes of the frame before the block
	blockAt int   // in buf
	lit     []byte
	cost    []byte
	litBuf  []byte
	costBuf []byte
	tree    tree
	fields  [3]field
	last    [3]int
	bits    backBits
}

// NewReader returns a Reader of what r has, to its end.
func NewReader(r *bufio.Reader, log *steps.Log) *Reader {
	return &Reader{in: r, log: log, d: decoder{log: log}}
}

// Read reads output. What it cost is in the log before it is returned.
func (r *Reader) Read(p []byte) (int, error) {
	for r.out == len(r.d.buf) {
		if r.err != nil {
			return 0, r.err
		}
		if r.err = r.more(); r.err != nil && r.err != io.EOF {
			r.err = fmt.Errorf("zstd: %w", r.err)
		}
	}
	n := copy(p, r.d.buf[r.out:])
	r.out += n
	return n, nil
}

// more goes on by the head of a frame or by a block.
func (r *Reader) more() error {
	if !r.open {
		return r.head()
	}
	r.slide()
	return r.block()
}

// slide drops what is beyond the window, now and then.
func (r *Reader) slide() {
	d := &r.d
	if drop := len(d.buf) - d.window; drop >= min(max(d.window, maxBlock), 8<<20) {
		d.buf = append(d.buf[:0], d.buf[drop:]...)
		r.out = len(d.buf)
	}
}

// take reads n bytes, which may be few.
func (r *Reader) take(n int) ([]byte, error) {
	if cap(r.packed) < n {
		r.packed = make([]byte, n)
	}
	b := r.packed[:n]
	_, err := io.ReadFull(r.in, b)
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return b, err
}

// number reads a number of n bytes, the lowest first.
func (r *Reader) number(n int) (uint64, error) {
	b, err := r.take(n)
	if err != nil {
		return 0, err
	}
	var full [8]byte
	copy(full[:], b)
	return binary.LittleEndian.Uint64(full[:]), nil
}

// head reads the head of a frame, or finds the end of all.
func (r *Reader) head() error {
	if _, err := r.in.Peek(1); r.any && err == io.EOF {
		return io.EOF
	}
	magic, err := r.number(4)
	if err != nil {
		return err
	}
	if magic>>4 == 0x184D2A5 { // one that is to be skipped
		size, err := r.number(4)
		if err != nil {
			return err
		}
		if _, err := io.CopyN(io.Discard, r.in, int64(size)); err != nil {
			return io.ErrUnexpectedEOF
		}
		r.any = true
		r.log.Frame(64 + 8*int64(size))
		return nil
	}
	if magic != 0xFD2FB528 {
		if r.any {
			return errors.New("there are bytes after its end")
		}
		return errors.New("not the head of a frame")
	}
	desc, err := r.number(1)
	if err != nil {
		return err
	}
	if desc&8 != 0 {
		return errors.New("a frame that cannot be")
	}
	single := desc>>5&1 == 1
	took, window := 5, uint64(0)
	if !single {
		w, err := r.number(1)
		if err != nil {
			return err
		}
		took++
		base := uint64(1) << (10 + w>>3)
		window = base + base/8*(w&7)
	}
	ids := []int{0, 1, 2, 4}[desc&3]
	id, err := r.number(ids)
	if err != nil {
		return err
	}
	if id != 0 {
		return errors.New("a frame that needs a dictionary, which an archive has not")
	}
	sizes := []int{0, 2, 4, 8}[desc>>6]
	if sizes == 0 && single {
		sizes = 1
	}
	size, err := r.number(sizes)
	if err != nil {
		return err
	}
	if sizes == 2 {
		size += 256
	}
	if single {
		window = max(size, 1<<10)
	}
	if window > MaxWindow {
		return fmt.Errorf("a window of %d bytes is more than the %d that are accepted", window, MaxWindow)
	}
	r.any, r.open, r.sum, r.hash = true, true, desc>>2&1 == 1, newHash()
	r.size = -1
	if sizes > 0 && bits.Len64(size) < 64 {
		r.size = int64(size)
	}
	d := &r.d
	d.window, d.total, d.last, d.fields = int(window), 0, [3]int{1, 4, 8}, newFields()
	d.tree.bits = 0
	d.buf, r.out = d.buf[:0], 0
	r.log.Frame(8 * int64(took+ids+sizes))
	return nil
}

// block reads a block, and the end of the frame after its last one.
func (r *Reader) block() error {
	head, err := r.number(3)
	if err != nil {
		return err
	}
	last, kind, size := head&1 == 1, head>>1&3, int(head>>3)
	d := &r.d
	d.blockAt = len(d.buf)
	if size > maxBlock {
		return errLong
	}
	packed := size
	if kind == 1 {
		packed = 1
	}
	b, err := r.take(packed)
	if err != nil {
		return err
	}
	switch kind {
	case 0:
		d.buf = append(d.buf, b...)
		if size > 0 {
			r.log.Out(size, 8*int64(size))
		}
	case 1:
		for range size {
			d.buf = append(d.buf, b[0])
		}
		if size > 0 {
			r.log.Out(size, 8)
		}
	case 2:
		d.lit, d.cost = d.litBuf, d.costBuf
		rest, err := d.literals(b)
		d.litBuf, d.costBuf = d.lit[:0], d.cost[:0]
		if err == nil {
			err = d.sequences(rest)
		}
		if err != nil {
			return err
		}
	default:
		return errors.New("a block of a kind that is reserved")
	}
	r.log.Block(24 + 8*int64(packed))
	fresh := d.buf[d.blockAt:]
	d.total += int64(len(fresh))
	if r.sum {
		r.hash.add(fresh)
	}
	if !last {
		return nil
	}
	r.open = false
	if r.size >= 0 && r.size != d.total {
		return errors.New("a frame that becomes more or less than it says")
	}
	if !r.sum {
		return nil
	}
	want, err := r.number(4)
	if err != nil {
		return err
	}
	if uint32(want) != uint32(r.hash.sum()) {
		return errors.New("the checksum does not match")
	}
	r.log.Frame(32)
	return nil
}
