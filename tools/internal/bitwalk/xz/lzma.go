package xz

import "errors"

var (
	errChunk    = errors.New("a chunk of LZMA2 that cannot be")
	errDistance = errors.New("a match from before the beginning or out of the dictionary")
	errLong     = errors.New("a chunk that becomes more than it says")
)

// lengths are the probabilities of a length.
type lengths struct {
	choice, choice2 uint16
	low, mid        [16][8]uint16
	high            [256]uint16
}

func (l *lengths) reset() {
	l.choice, l.choice2 = probOne/2, probOne/2
	for i := range l.low {
		fill(l.low[i][:])
		fill(l.mid[i][:])
	}
	fill(l.high[:])
}

func (l *lengths) read(r *rangeCoder, pos uint32) uint32 {
	if r.bit(&l.choice) == 0 {
		return 2 + r.tree(l.low[pos][:])
	}
	if r.bit(&l.choice2) == 0 {
		return 10 + r.tree(l.mid[pos][:])
	}
	return 18 + r.tree(l.high[:])
}

// fill sets probabilities to one half.
func fill(p []uint16) {
	for i := range p {
		p[i] = probOne / 2
	}
}

// model is what LZMA has learned.
type model struct {
	lc, lp, pb uint32

	state uint32
	rep   [4]uint32
	// isMatch and rep0Long are by the state and the place, the others by the state.
	isMatch, rep0Long     [12][16]uint16
	isRep, rep0, rep1, r2 [12]uint16
	slot                  [4][64]uint16
	special               [115]uint16
	align                 [16]uint16
	match, repeat         lengths
	literal               []uint16
}

// properties takes them as a byte.
func (m *model) properties(b byte) error {
	if b > (4*5+4)*9+8 {
		return errChunk
	}
	m.lc, m.lp, m.pb = uint32(b%9), uint32(b/9%5), uint32(b/45)
	if m.lc+m.lp > 4 {
		return errChunk
	}
	return nil
}

// reset forgets what was learned.
func (m *model) reset() {
	m.state, m.rep = 0, [4]uint32{}
	for i := range m.isMatch {
		fill(m.isMatch[i][:])
		fill(m.rep0Long[i][:])
	}
	for _, p := range [][]uint16{m.isRep[:], m.rep0[:], m.rep1[:], m.r2[:], m.special[:], m.align[:]} {
		fill(p)
	}
	for i := range m.slot {
		fill(m.slot[i][:])
	}
	m.match.reset()
	m.repeat.reset()
	if n := 0x300 << (m.lc + m.lp); cap(m.literal) < n {
		m.literal = make([]uint16, n)
	} else {
		m.literal = m.literal[:n]
	}
	fill(m.literal)
}

// readLiteral decodes a literal after prev; after a match, by means of the byte
// that the match would have gone on with.
func (m *model) readLiteral(r *rangeCoder, pos uint64, prev, matched byte) byte {
	which := uint32(pos)&(1<<m.lp-1)<<m.lc | uint32(prev)>>(8-m.lc)
	p := m.literal[0x300*which : 0x300*which+0x300]
	v := uint32(1)
	if m.state >= 7 {
		for v < 0x100 {
			b := uint32(matched >> 7)
			matched <<= 1
			bit := r.bit(&p[(1+b)<<8+v])
			v = v<<1 | bit
			if b != bit {
				break
			}
		}
	}
	for v < 0x100 {
		v = v<<1 | r.bit(&p[v])
	}
	switch {
	case m.state < 4:
		m.state = 0
	case m.state < 10:
		m.state -= 3
	default:
		m.state -= 6
	}
	return byte(v)
}

// readMatch decodes a match that is no repeated one: its length, and in rep[0] how
// far back it is, less one.
func (m *model) readMatch(r *rangeCoder, pos uint32) uint32 {
	m.rep = [4]uint32{0, m.rep[0], m.rep[1], m.rep[2]}
	n := m.match.read(r, pos)
	m.state = after(m.state, 7, 10)
	slot := r.tree(m.slot[min(n-2, 3)][:])
	if slot < 4 {
		m.rep[0] = slot
		return n
	}
	bits := slot>>1 - 1
	dist := (2 | slot&1) << bits
	if slot < 14 {
		dist += r.reverse(m.special[dist-slot:], bits)
	} else {
		dist += r.direct(bits-4) << 4
		dist += r.reverse(m.align[:], 4)
	}
	m.rep[0] = dist
	return n
}

// readRepeat decodes a match as far back as one of the four before.
func (m *model) readRepeat(r *rangeCoder, pos uint32) uint32 {
	s := m.state
	if r.bit(&m.rep0[s]) == 0 {
		if r.bit(&m.rep0Long[s][pos]) == 0 {
			m.state = after(s, 9, 11)
			return 1
		}
	} else {
		d := m.rep[1]
		if r.bit(&m.rep1[s]) == 1 {
			d = m.rep[2]
			if r.bit(&m.r2[s]) == 1 {
				d = m.rep[3]
				m.rep[3] = m.rep[2]
			}
			m.rep[2] = m.rep[1]
		}
		m.rep[1], m.rep[0] = m.rep[0], d
	}
	n := m.repeat.read(r, pos)
	m.state = after(s, 8, 11)
	return n
}

// after is the state that follows one after literals, or one after a match.
func after(state, literals, match uint32) uint32 {
	if state < 7 {
		return literals
	}
	return match
}
