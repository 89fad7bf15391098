package xz

import (
	"encoding/binary"
	"io"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/hugepage"
)

// byteReader is what chunks are read from.
type byteReader interface {
	io.Reader
	io.ByteReader
}

// chunks decodes the chunks of one block.
type chunks struct {
	in    byteReader
	dict  int // bytes
	most  int // how long buf gets
	model readModel
	body  *packed
	// buf has what was decoded; from is where the dictionary begins, origin what
	// positions count from, which is before buf once it has been moved on.
	buf          []byte
	from, origin int
	// needs says what the next chunk must begin anew.
	needs int
}

// What a chunk of LZMA begins anew; each has what is before it.
const (
	goesOn = iota
	newState
	newProperties
	newDict
)

// newChunks decodes with a dictionary of dict bytes; most is how long buf gets, by
// the block's header.
func newChunks(in byteReader, dict, most int) *chunks {
	c := &chunks{body: new(packed)}
	c.begin(in, dict, most)
	return c
}

// begin begins another block, in the same memory.
func (c *chunks) begin(in byteReader, dict, most int) {
	c.in, c.dict, c.most = in, dict, most
	c.buf, c.from, c.origin, c.needs = c.buf[:0], 0, 0, newDict
}

// next decodes a chunk, and appends it to buf. At the end of the block done is
// true.
func (c *chunks) next() (done bool, err error) {
	control, err := c.in.ReadByte()
	if err != nil {
		return false, err
	}
	var head [5]byte
	switch {
	case control == 0:
		return true, nil
	case control >= 0x80:
		resets := int(control >> 5 & 3)
		if resets < c.needs {
			return false, errChunk
		}
		h := head[:4]
		if resets >= newProperties {
			h = head[:5]
		}
		if _, err := io.ReadFull(c.in, h); err != nil {
			return false, err
		}
		return false, c.lzma(resets, int(control&0x1f)<<16+int(binary.BigEndian.Uint16(h))+1, int(binary.BigEndian.Uint16(h[2:]))+1, head[4])
	case control <= 2:
		// As it is; 1 begins a dictionary, and then the model is still wanting.
		switch {
		case control == 1:
			c.newDict()
			c.needs = newProperties
		case c.needs == newDict:
			return false, errChunk
		}
		if _, err := io.ReadFull(c.in, head[:2]); err != nil {
			return false, err
		}
		at := len(c.buf)
		if err := c.grow(int(binary.BigEndian.Uint16(head[:])) + 1); err != nil {
			return false, err
		}
		_, err := io.ReadFull(c.in, c.buf[at:])
		return false, err
	}
	return false, errChunk
}

func (c *chunks) newDict() { c.from, c.origin = len(c.buf), len(c.buf) }

// lzma decodes n bytes, which become size.
func (c *chunks) lzma(resets, size, n int, properties byte) error {
	if resets == newDict {
		c.newDict()
	}
	if resets >= newProperties {
		if err := c.model.properties(properties); err != nil {
			return err
		}
	} else if resets == newState {
		c.model.reset()
	}
	c.needs = goesOn
	if _, err := io.ReadFull(c.in, c.body[:n]); err != nil {
		return err
	}
	at := len(c.buf)
	if err := c.grow(size); err != nil {
		return err
	}
	return c.model.decodeChunk(c.body, n, c.buf, at, c.from, c.origin, c.dict)
}

// grow makes buf longer by n bytes. More than most is more than the header says.
func (c *chunks) grow(n int) error {
	need := len(c.buf) + n
	if need > c.most {
		return errIndex
	}
	if cap(c.buf) < need {
		size := max(need, 2*cap(c.buf))
		if len(c.buf) >= maxUnpacked {
			// There are some chunks: what the header says may be true.
			size = max(size, 8*len(c.buf))
		}
		c.buf = append(hugepage.Make(min(size, c.most))[:0], c.buf...)
	}
	c.buf = c.buf[:need]
	return nil
}

// windowSize is how long buf gets with a dictionary, if slide is called before
// each chunk.
func windowSize(dict int64) int64 { return dict + max(dict/2, maxUnpacked) + maxUnpacked }

// slide forgets what no match can reach, if that is half as much as the dictionary.
func (c *chunks) slide() {
	if gone := len(c.buf) - c.dict; gone >= max(c.dict/2, maxUnpacked) {
		n := copy(c.buf, c.buf[gone:])
		c.buf, c.from, c.origin = c.buf[:n], max(c.from-gone, 0), c.origin-gone
	}
}
