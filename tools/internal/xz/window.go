package xz

import (
	"bytes"
	"hash"
	"io"
)

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
