package xz

// What a chunk's first byte says (LZMA2).
const (
	chunkEnd         = 0x00
	chunkStoredFirst = 0x01 // nothing before it is referred to
	chunkStored      = 0x02
	chunkLZMA        = 0x80 // with the upper bits of the size
	// What is reset before an LZMA chunk.
	resetNothing    = 0 << 5
	resetState      = 1 << 5
	resetProperties = 2 << 5
	resetAll        = 3 << 5
)

const (
	maxPacked   = 1 << 16
	maxUnpacked = 1 << 21
	// symbolRoom is more than a symbol and the end of a chunk can take: 48 bits
	// of at most 11 bits each.
	symbolRoom = 128
)

// chunker makes chunks of symbols.
type chunker struct {
	*coder
	first, props, reset bool // what the next chunk must reset
	out                 []byte
}

func newChunker(c *coder) *chunker { return &chunker{coder: c, first: true, props: true, reset: true} }

// full tells whether a further symbol may be too much for the chunk.
func (c *chunker) full(unpacked int) bool {
	return c.rc.size() > maxPacked-symbolRoom || unpacked > maxUnpacked-maxMatch
}

// begin begins a chunk.
func (c *chunker) begin() {
	if c.reset {
		c.coder.reset()
	}
	c.rc.reset()
}

// finish ends a chunk for the last unpacked bytes of text, of which kept are
// there, and tells whether it was stored as it is: all that was coded is
// forgotten then.
func (c *chunker) finish(text []byte, unpacked int) (chunk []byte, stored bool) {
	c.rc.flush()
	size := unpacked - 1
	if packed := c.rc.out; len(packed) < unpacked {
		control := byte(chunkLZMA | resetNothing)
		switch {
		case c.first:
			control |= resetAll
		case c.props:
			control |= resetProperties
		case c.reset:
			control |= resetState
		}
		c.out = append(c.out[:0], control|byte(size>>16), byte(size>>8), byte(size), byte((len(packed)-1)>>8), byte(len(packed)-1))
		if c.props {
			c.out = append(c.out, properties)
		}
		c.first, c.props, c.reset = false, false, false
		return append(c.out, packed...), false
	}
	control := byte(chunkStored)
	if c.first {
		control = chunkStoredFirst
	}
	c.first, c.reset = false, true
	c.out = append(c.out[:0], control, byte(size>>8), byte(size))
	return append(c.out, text[len(text)-unpacked:]...), true
}
