package xz

import "errors"

var (
	errChunk    = errors.New("a chunk of LZMA2 that cannot be")
	errDistance = errors.New("a match from before the beginning or out of the dictionary")
	errLong     = errors.New("a chunk that becomes more than it says")
	errCut      = errors.New("a chunk that ends too early")
)

// toZero is what is taken from a probability before it is shifted, to become
// larger after a 0 by as much as the format wants: rounded the other way.
const toZero = 1<<32 - (1<<probBits - 1<<probMove + 1)

// packed is a chunk's range-coded bytes, with room behind them: a symbol is read
// without a look at where they end.
type packed = [1 << 17]byte

// readModel is the decoder's model. It has all that the format allows, of which
// the encoder uses a part: the position may be a context of matches (pb bits of
// it), of lengths and of literals (lp bits).
type readModel struct {
	lc, lp, pb uint32
	state      uint32
	rep        [4]uint32 // the last distances, less 1

	isMatch, isRep0Long                    [256]prob // by the state and the position
	isRep, isRepNot0, isRepNot1, isRepNot2 [16]prob  // by the state
	slot                                   [lenStates][slots]prob
	near                                   [nearDists]prob
	align                                  [1 << alignBits]prob
	matchLen, repLen                       readLengths
	literal                                []prob
}

// readLengths has the probabilities of a length, the first two trees by the
// position.
type readLengths struct {
	notLow, high prob
	low, mid     [16][lenLow]prob
	rest         [lenHigh]prob
}

// properties takes them as a byte, and resets the model.
func (m *readModel) properties(b byte) error {
	if b > (4*5+4)*9+8 {
		return errChunk
	}
	m.lc, m.lp, m.pb = uint32(b%9), uint32(b/9%5), uint32(b/45)
	if m.lc+m.lp > 4 {
		return errChunk
	}
	if n := 0x300 << (m.lc + m.lp); n <= cap(m.literal) {
		m.literal = m.literal[:n]
	} else {
		m.literal = make([]prob, n)
	}
	m.reset()
	return nil
}

// reset forgets what was learned.
func (m *readModel) reset() {
	m.state, m.rep = 0, [4]uint32{}
	for _, p := range [][]prob{m.isMatch[:], m.isRep0Long[:], m.isRep[:], m.isRepNot0[:], m.isRepNot1[:], m.isRepNot2[:], m.near[:], m.align[:], m.literal} {
		fill(p)
	}
	for i := range m.slot {
		fill(m.slot[i][:])
	}
	for _, l := range []*readLengths{&m.matchLen, &m.repLen} {
		l.notLow, l.high = probHalf, probHalf
		for i := range l.low {
			fill(l.low[i][:])
			fill(l.mid[i][:])
		}
		fill(l.rest[:])
	}
}

// decodeChunk decodes the n bytes of in to out[at:], all of it. What is before
// may be copied from out[from:], up to dict bytes back. Positions count from
// out[origin].
//
// The range coder's state is in local variables everywhere, and so are the
// last distances: this loop is most of the time that reading a package takes.
func (m *readModel) decodeChunk(in *packed, n int, out []byte, at, from, origin, dict int) error {
	if n < 5 || in[0] != 0 {
		return errChunk
	}
	width, code, i := uint32(1<<32-1), uint32(in[1])<<24|uint32(in[2])<<16|uint32(in[3])<<8|uint32(in[4]), 5
	state := m.state
	rep0, rep1, rep2, rep3 := m.rep[0], m.rep[1], m.rep[2], m.rep[3]
	lc, lpMask, pbMask := m.lc&7, uint32(1)<<m.lp-1, uint32(1)<<m.pb-1
	for at < len(out) {
		if i > n {
			return errCut
		}
		pos := uint32(at-origin) & pbMask & 15
		p := &m.isMatch[(state<<4|pos)&255]
		bound := width >> probBits * uint32(*p)
		if code < bound {
			width = bound
			*p += (1<<probBits - *p) >> probMove
			width, code, i = refill(in, width, code, i)
			before := uint32(0)
			if at > from {
				before = uint32(out[at-1])
			}
			which := (uint32(at-origin)&lpMask)<<lc | before>>(8-lc)
			lit := (*[0x300]prob)(m.literal[0x300*which:])
			v := uint32(1)
			if state >= 7 {
				if int(rep0) >= at-from {
					return errDistance
				}
				// As long as the bits are those of the byte that the last match
				// would have gone on with, they have probabilities of their own.
				matched, other := uint32(out[at-int(rep0)-1]), uint32(0x100)
				for v < 0x100 {
					matched <<= 1
					bit := matched & other
					p := &lit[other+bit+v]
					var zero uint32
					zero, width, code = branchless(p, width, code)
					v = v<<1 + 1 + zero
					other &= bit ^ zero
					width, code, i = refill(in, width, code, i)
				}
			} else {
				for v < 0x100 {
					p := &lit[v&0xff]
					var zero uint32
					zero, width, code = branchless(p, width, code)
					v = v<<1 + 1 + zero
					width, code, i = refill(in, width, code, i)
				}
			}
			out[at] = byte(v)
			at++
			state = uint32(literalNext[state&15])
			continue
		}
		width, code = width-bound, code-bound
		*p -= *p >> probMove
		width, code, i = refill(in, width, code, i)

		var bit, length uint32
		bit, width, code, i = readBit(&m.isRep[state&15], in, width, code, i)
		if bit == 0 {
			rep1, rep2, rep3 = rep0, rep1, rep2
			length, width, code, i = m.matchLen.read(in, width, code, i, pos)
			state = uint32(matchNext[state&15])
			rep0, width, code, i = m.distance(in, width, code, i, length)
		} else {
			bit, width, code, i = readBit(&m.isRepNot0[state&15], in, width, code, i)
			short := false
			if bit == 0 {
				bit, width, code, i = readBit(&m.isRep0Long[(state<<4|pos)&255], in, width, code, i)
				short = bit == 0
			} else {
				bit, width, code, i = readBit(&m.isRepNot1[state&15], in, width, code, i)
				dist := rep1
				if bit == 1 {
					bit, width, code, i = readBit(&m.isRepNot2[state&15], in, width, code, i)
					dist = rep2
					if bit == 1 {
						dist, rep3 = rep3, rep2
					}
					rep2 = rep1
				}
				rep0, rep1 = dist, rep0
			}
			if short {
				state = uint32(shortNext[state&15])
				length = 1
			} else {
				length, width, code, i = m.repLen.read(in, width, code, i, pos)
				state = uint32(repNext[state&15])
			}
		}
		dist := int(rep0) + 1
		if dist > at-from || dist > dict {
			return errDistance
		}
		if int(length) > len(out)-at {
			return errLong
		}
		if end := at + int(length); dist >= int(length) {
			copy(out[at:end], out[at-dist:])
			at = end
		} else {
			for ; at < end; at++ {
				out[at] = out[at-dist]
			}
		}
	}
	m.state, m.rep = state, [4]uint32{rep0, rep1, rep2, rep3}
	if i != n || code != 0 {
		return errCut
	}
	return nil
}

// The state after a symbol of each kind, by the one before.
var literalNext, matchNext, repNext, shortNext = func() (l, m, r, s [16]uint8) {
	for i := range state(states) {
		l[i], m[i], r[i], s[i] = uint8(i.afterLiteral()), uint8(i.afterMatch()), uint8(i.afterRep()), uint8(i.afterShortRep())
	}
	return
}()

// branchless decodes a bit by its probability, without a branch that no processor
// foresees: zero has all bits set where it is 0, and none where it is 1.
func branchless(p *prob, width, code uint32) (zero, w, c uint32) {
	bound := width >> probBits * uint32(*p)
	zero = uint32((uint64(code) - uint64(bound)) >> 32)
	width -= bound
	*p -= prob(int32(uint32(*p)+zero&toZero) >> probMove)
	return zero, width ^ (width^bound)&zero, code - bound&^zero
}

// refill takes a further byte where the width has become small.
func refill(in *packed, width, code uint32, i int) (w, c uint32, next int) {
	if width < topValue {
		return width << 8, code<<8 | uint32(in[i&(len(in)-1)]), i + 1
	}
	return width, code, i
}

// readBit and the others take the range coder's state and return it behind
// what they read.
func readBit(p *prob, in *packed, width, code uint32, i int) (bit, w, c uint32, next int) {
	bound := width >> probBits * uint32(*p)
	if code < bound {
		width = bound
		*p += (1<<probBits - *p) >> probMove
	} else {
		width, code, bit = width-bound, code-bound, 1
		*p -= *p >> probMove
	}
	width, code, i = refill(in, width, code, i)
	return bit, width, code, i
}

// readTree reads bits, the highest first, each by the probability that belongs
// to those before it, until they are as many as the tree has levels.
func readTree(p []prob, in *packed, width, code uint32, i int) (v, w, c uint32, next int) {
	v = 1
	for v < uint32(len(p)) {
		q := &p[v]
		var zero uint32
		zero, width, code = branchless(q, width, code)
		v = v<<1 + 1 + zero
		width, code, i = refill(in, width, code, i)
	}
	return v - uint32(len(p)), width, code, i
}

// read reads a length.
func (l *readLengths) read(in *packed, width, code uint32, i int, pos uint32) (length, w, c uint32, next int) {
	bit, width, code, i := readBit(&l.notLow, in, width, code, i)
	if bit == 0 {
		length, width, code, i = readTree(l.low[pos&15][:], in, width, code, i)
		return length + minMatch, width, code, i
	}
	bit, width, code, i = readBit(&l.high, in, width, code, i)
	if bit == 0 {
		length, width, code, i = readTree(l.mid[pos&15][:], in, width, code, i)
		return length + minMatch + lenLow, width, code, i
	}
	length, width, code, i = readTree(l.rest[:], in, width, code, i)
	return length + minMatch + 2*lenLow, width, code, i
}

// distance reads how far back a match of a length is, less 1.
func (m *readModel) distance(in *packed, width, code uint32, i int, length uint32) (dist, w, c uint32, next int) {
	slot, width, code, i := readTree(m.slot[lenState(int(length))&(lenStates-1)][:], in, width, code, i)
	if slot < 4 {
		return slot, width, code, i
	}
	n := slot>>1 - 1
	dist = (2 | slot&1) << n
	tree, bits, base := m.near[:], n, dist-slot
	if slot >= firstDirect {
		for n -= alignBits; n > 0; n-- {
			width >>= 1
			code -= width
			under := uint32(int32(code) >> 31) // all ones where the bit is 0
			code += width & under
			dist += (under + 1) << (n + alignBits - 1)
			width, code, i = refill(in, width, code, i)
		}
		tree, bits, base = m.align[:], alignBits, 0
	}
	// The lowest bit first.
	node := uint32(1)
	for k := range bits {
		q := &tree[base+node]
		var zero uint32
		zero, width, code = branchless(q, width, code)
		node = node<<1 + 1 + zero
		dist += (1 + zero) << k
		width, code, i = refill(in, width, code, i)
	}
	return dist, width, code, i
}
