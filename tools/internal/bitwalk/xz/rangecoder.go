package xz

import "errors"

var errRange = errors.New("a range coder that does not end where it should")

// rangeCoder decodes bits from a chunk and counts what they cost.
type rangeCoder struct {
	b         []byte
	at        int
	rng, code uint32
	cost      int64 // of unit
}

// start begins a chunk.
func (r *rangeCoder) start(b []byte) error {
	if len(b) < 5 || b[0] != 0 {
		return errChunk
	}
	r.b, r.at, r.rng = b, 5, 1<<32-1
	r.code = uint32(b[1])<<24 | uint32(b[2])<<16 | uint32(b[3])<<8 | uint32(b[4])
	return nil
}

// more has the range large enough again. Beyond the end are zeros; ended tells.
func (r *rangeCoder) more() {
	if r.rng < 1<<24 {
		r.rng <<= 8
		r.code <<= 8
		if r.at < len(r.b) {
			r.code |= uint32(r.b[r.at])
		}
		r.at++
	}
}

// ended tells whether the chunk was read to its end and no further.
func (r *rangeCoder) ended() error {
	r.more()
	if r.at != len(r.b) || r.code != 0 {
		return errRange
	}
	return nil
}

// bit decodes a bit of a probability, which it learns.
func (r *rangeCoder) bit(p *uint16) uint32 {
	r.more()
	bound := r.rng >> probBits * uint32(*p)
	if r.code < bound {
		r.cost += int64(prices[*p])
		r.rng = bound
		*p += (probOne - *p) >> 5
		return 0
	}
	r.cost += int64(prices[probOne-*p])
	r.rng -= bound
	r.code -= bound
	*p -= *p >> 5
	return 1
}

// direct decodes n bits that are 0 or 1 alike.
func (r *rangeCoder) direct(n uint32) uint32 {
	v := uint32(0)
	r.cost += int64(n) * unit
	for ; n > 0; n-- {
		r.more()
		r.rng >>= 1
		v <<= 1
		if r.code >= r.rng {
			r.code -= r.rng
			v |= 1
		}
	}
	return v
}

// tree decodes a number bit by bit, the highest first.
func (r *rangeCoder) tree(p []uint16) uint32 {
	v := uint32(1)
	for int(v) < len(p) {
		v = v<<1 | r.bit(&p[v])
	}
	return v - uint32(len(p))
}

// reverse decodes a number of n bits, the lowest first.
func (r *rangeCoder) reverse(p []uint16, n uint32) uint32 {
	m, v := uint32(1), uint32(0)
	for i := range n {
		b := r.bit(&p[m])
		m = m<<1 | b
		v |= b << i
	}
	return v
}
