package xz

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"sync/atomic"
)

// ReadOptions say what a Reader may take.
type ReadOptions struct {
	// MaxDict is the largest dictionary that a block may have, in bytes.
	MaxDict int64
	// Ahead lends the memory in which blocks are decoded at once. Nil: one block
	// is decoded at a time, in its dictionary's size.
	Ahead Lender
}

// Lender lends memory: Try tells whether so many bytes more may be held, and does
// not wait for them; Give gives them back.
type Lender interface {
	Try(bytes int64) bool
	Give(bytes int64)
}

// Reader decompresses. Of the filters of the format it knows LZMA2 alone; it reads
// files of several streams, and checks all that the format has to check.
type Reader struct {
	o     ReadOptions
	in    *counted
	flags [2]byte
	check checker
	// blocks are the sizes of the stream's blocks, for its index.
	blocks []blockSize
	// window is the block that is decoded as it is read, nil for none.
	window *block
	// spare is what the window before it decoded in.
	spare *chunks
	// jobs are those behind it that are decoded ahead. In lies behind all. Later
	// is what is wrong behind them.
	jobs  []*job
	later error
	stop  atomic.Bool // jobs give up
	// rest is what was decoded and not read yet.
	rest []byte
	// indexed tells that the stream's index comes next.
	indexed bool
	err     error
}

type blockSize struct{ unpadded, unpacked int64 }

// counted counts the bytes that are read.
type counted struct {
	*bufio.Reader
	n int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n += int64(n)
	return n, err
}

func (c *counted) ReadByte() (byte, error) {
	b, err := c.Reader.ReadByte()
	if err == nil {
		c.n++
	}
	return b, err
}

// NewReader begins to read r.
func NewReader(r io.Reader, o ReadOptions) (*Reader, error) {
	z := &Reader{o: o, in: &counted{Reader: bufio.NewReaderSize(r, 64<<10)}}
	if err := z.stream(); err != nil {
		return nil, unexpected(err)
	}
	return z, nil
}

// unexpected says of an end where none may be what it is.
func unexpected(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// stream reads a stream's header.
func (z *Reader) stream() (err error) {
	var magic [len(headerMagic)]byte
	if _, err := io.ReadFull(z.in, magic[:]); err != nil {
		return err
	}
	if string(magic[:]) != headerMagic {
		return errHeader
	}
	z.blocks = nil
	z.flags, z.check, err = readFlags(z.in)
	return err
}

// Read decompresses into p.
func (z *Reader) Read(p []byte) (int, error) {
	for len(z.rest) == 0 {
		if z.err != nil {
			return 0, z.err
		}
		switch z.err = z.more(); z.err {
		case nil:
		case errEnd:
			z.err = io.EOF
		default:
			z.Close()
			z.err = fmt.Errorf("xz: %w", unexpected(z.err))
		}
	}
	n := copy(p, z.rest)
	z.rest = z.rest[n:]
	return n, nil
}

var errClosed = errors.New("xz: it was closed")

// Close ends what is decoded ahead, and gives back the memory that was lent. It
// is not to be called while another goroutine reads.
func (z *Reader) Close() {
	if z.window != nil && z.window.held > 0 {
		z.o.Ahead.Give(z.window.held)
	}
	z.window = nil
	z.stop.Store(true)
	for _, j := range z.jobs {
		<-j.done
		z.o.Ahead.Give(j.held)
	}
	z.jobs, z.rest = nil, nil
	if z.err == nil {
		z.err = errClosed
	}
}

// errEnd is the end of the file, after a stream.
var errEnd = errors.New("no further stream")

// more decodes further bytes into rest, or goes a step towards them.
func (z *Reader) more() error {
	switch {
	case z.window != nil:
		return z.chunk()
	case len(z.jobs) > 0 && z.jobs[0].given:
		return z.finish()
	case len(z.jobs) > 0:
		return z.give()
	case z.later != nil:
		return z.later
	case z.indexed:
		return z.index()
	}
	return z.begin()
}

// blockHead reads on to the next block and parses its header, b, which is still
// to be read. There is none where the index comes.
func (z *Reader) blockHead() (h blockHead, b []byte, err error) {
	size, err := z.in.Peek(1)
	if err != nil {
		return h, nil, err
	}
	if size[0] == 0 {
		z.indexed = true
		return h, nil, nil
	}
	if b, err = z.in.Peek((int(size[0]) + 1) * 4); err != nil {
		return h, nil, err
	}
	if h, err = parseBlockHead(b); err != nil {
		return h, nil, err
	}
	if h.dict > z.o.MaxDict {
		return h, nil, fmt.Errorf("a dictionary of %d bytes, %d are the most", h.dict, z.o.MaxDict)
	}
	return h, b, nil
}

// begin begins the next block. If it says how long it is, those behind it are
// decoded beside it, as far as there is memory.
func (z *Reader) begin() error {
	h, b, err := z.blockHead()
	if b == nil {
		return err
	}
	if _, err := z.in.Discard(len(b)); err != nil {
		return err
	}
	z.in.n += int64(len(b))
	w := &block{blockHead: h, in: z.in, check: z.check}
	if z.o.Ahead != nil && h.packed >= 0 && h.unpacked >= leastAhead && z.o.Ahead.Try(h.packed) {
		w.held = h.packed
		z.window = w
		packed, err := h.read(z.in, z.check)
		if err != nil {
			return err
		}
		w.in = &counted{Reader: bufio.NewReader(bytes.NewReader(packed))}
	}
	z.window = w
	most := windowSize(h.dict)
	if h.unpacked >= 0 {
		most = min(most, h.unpacked)
	}
	if w.chunks = z.spare; w.chunks == nil {
		w.chunks = newChunks(w.in, int(h.dict), int(most))
	} else {
		w.chunks.begin(w.in, int(h.dict), int(most))
	}
	z.spare = nil
	if z.check.make != nil {
		w.sum = z.check.make()
	}
	w.begun = w.in.n
	if w.held > 0 {
		z.lookAhead()
	}
	return nil
}

// lookAhead has the next blocks decoded while others are read, as many as there
// is memory for.
func (z *Reader) lookAhead() {
	for !z.indexed && z.later == nil {
		h, b, err := z.blockHead()
		if b == nil {
			z.later = err
			return
		}
		j := newJob(h, z.o.Ahead)
		if j == nil {
			return
		}
		z.in.Discard(len(b))
		z.in.n += int64(len(b))
		if z.later = j.start(z.in, z.check, &z.stop); z.later != nil {
			z.o.Ahead.Give(j.held)
			return
		}
		z.jobs = append(z.jobs, j)
	}
}

// give hands out the first block that was decoded ahead.
func (z *Reader) give() error {
	j := z.jobs[0]
	<-j.done
	if j.err != nil {
		return j.err
	}
	z.blocks = append(z.blocks, blockSize{int64(j.head.size) + j.head.packed + int64(z.check.size), j.head.unpacked})
	z.rest, j.given = j.out, true
	return nil
}

// finish forgets a block that was handed out and read.
func (z *Reader) finish() error {
	z.o.Ahead.Give(z.jobs[0].held)
	z.jobs = z.jobs[1:]
	z.lookAhead()
	return nil
}

// block is one that is decoded in a window.
type block struct {
	blockHead
	in     *counted // begins with its chunks, at begun
	begun  int64
	held   int64 // bytes of memory that are lent for it
	chunks *chunks
	check  checker
	sum    hash.Hash
	size   int64 // decoded
}

// chunk decodes the window's next chunk.
func (z *Reader) chunk() error {
	w := z.window
	w.chunks.slide()
	told := len(w.chunks.buf)
	done, err := w.chunks.next()
	if err != nil {
		return err
	}
	z.rest = w.chunks.buf[told:]
	w.size += int64(len(z.rest))
	if w.sum != nil {
		w.sum.Write(z.rest)
	}
	packed := w.in.n - w.begun
	if w.unpacked >= 0 && (w.size > w.unpacked || done && w.size < w.unpacked) || w.packed >= 0 && (packed > w.packed || done && packed < w.packed) {
		return errIndex
	}
	if !done {
		return nil
	}
	if err := readEnd(w.in, packed, w.check, w.sum); err != nil {
		return err
	}
	z.window, z.spare = nil, w.chunks
	if w.held > 0 {
		z.o.Ahead.Give(w.held)
	}
	z.blocks = append(z.blocks, blockSize{int64(w.blockHead.size) + packed + int64(w.check.size), w.size})
	return nil
}

// readEnd reads the padding and the check behind a block's chunks.
func readEnd(in io.Reader, packed int64, c checker, sum hash.Hash) error {
	b := make([]byte, int(-packed&3)+c.size)
	if _, err := io.ReadFull(in, b); err != nil {
		return err
	}
	zeros := b[:len(b)-c.size]
	if len(bytes.Trim(zeros, "\x00")) > 0 {
		return errHeader
	}
	if sum != nil && !bytes.Equal(b[len(zeros):], c.sum(sum)) {
		return errSum
	}
	return nil
}

// index reads what is behind a stream's blocks, and the next stream's header.
func (z *Reader) index() error {
	z.indexed = false
	crc := crc32.NewIEEE()
	begun := z.in.n
	in := &summed{z.in, crc}
	want := []int64{0, int64(len(z.blocks))}
	for _, b := range z.blocks {
		want = append(want, b.unpadded, b.unpacked)
	}
	for _, n := range want {
		if err := in.expect(n); err != nil {
			return err
		}
	}
	for (z.in.n-begun)%4 != 0 {
		if err := in.expect(0); err != nil {
			return err
		}
	}
	size := z.in.n - begun
	var sum [4]byte
	if _, err := io.ReadFull(z.in, sum[:]); err != nil {
		return err
	}
	if binary.LittleEndian.Uint32(sum[:]) != crc.Sum32() {
		return errSum
	}
	if err := z.footer(size); err != nil {
		return err
	}
	return z.nextStream()
}

// footer reads a stream's last bytes; size is the index's without its checksum.
func (z *Reader) footer(size int64) error {
	var b [12]byte
	if _, err := io.ReadFull(z.in, b[:]); err != nil {
		return err
	}
	if crc32.ChecksumIEEE(b[4:10]) != binary.LittleEndian.Uint32(b[:]) {
		return errSum
	}
	if int64(binary.LittleEndian.Uint32(b[4:]))*4 != size || [2]byte(b[8:10]) != z.flags || string(b[10:]) != footerMagic {
		return errIndex
	}
	return nil
}

// nextStream reads on to the next stream, before which there may be zeros, four
// at a time.
func (z *Reader) nextStream() error {
	for {
		b, err := z.in.Peek(4)
		if len(b) == 0 && err == io.EOF {
			return errEnd
		}
		if err != nil {
			return err
		}
		if !bytes.Equal(b, make([]byte, 4)) {
			return z.stream()
		}
		if _, err := io.CopyN(io.Discard, z.in, 4); err != nil {
			return err
		}
	}
}

// summed is a reader of bytes that are summed up.
type summed struct {
	in  *counted
	sum hash.Hash
}

func (s *summed) ReadByte() (byte, error) {
	b, err := s.in.ReadByte()
	if err == nil {
		s.sum.Write([]byte{b})
	}
	return b, err
}

// expect reads a number that is to be n.
func (s *summed) expect(n int64) error {
	var b []byte
	for len(b) < 9 {
		c, err := s.ReadByte()
		if err != nil {
			return err
		}
		if b = append(b, c); c < 0x80 {
			break
		}
	}
	if v, size := uvarint(b); size != len(b) || v != n {
		return errIndex
	}
	return nil
}
