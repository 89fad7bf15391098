package xz

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
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

// skip goes on by bytes that were peeked at.
func (c *counted) skip(n int) {
	n, _ = c.Discard(n) // they are in the buffer
	c.n += int64(n)
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
	z.in.skip(len(b))
	w := &block{blockHead: h, in: z.in, check: z.check}
	z.window = w
	if z.o.Ahead != nil && h.packed >= 0 && h.unpacked >= leastAhead && z.o.Ahead.Try(h.packed) {
		w.held = h.packed
		packed, err := h.read(z.in, z.check)
		if err != nil {
			return err
		}
		w.in = &counted{Reader: bufio.NewReader(bytes.NewReader(packed))}
	}
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
		z.in.skip(len(b))
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
