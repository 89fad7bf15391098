package zstd

import "errors"

var errTable = errors.New("a table of probabilities that cannot be")

// foreBits reads bits from the lowest of each byte on.
type foreBits struct {
	b   []byte
	pos int // in bits
}

// peek returns the next n bits, up to 16; beyond the end are zeros.
func (r *foreBits) peek(n int) int {
	v := 0
	for i := 3; i >= 0; i-- {
		v <<= 8
		if at := r.pos/8 + i; at < len(r.b) {
			v |= int(r.b[at])
		}
	}
	return v >> (r.pos % 8) & (1<<n - 1)
}

// take reads n bits, up to 16.
func (r *foreBits) take(n int) int {
	v := r.peek(n)
	r.pos += n
	return v
}

// state is a state of a finite state machine: its symbol, and how the next one is
// found.
type state struct {
	symbol uint8
	bits   uint8
	base   uint16
}

// machine is a table of states (RFC 8878, 4.1).
type machine struct {
	states []state
	log    uint8
}

// single is the machine that has one symbol alone and needs no bits.
func (m *machine) single(symbol uint8) {
	m.states, m.log = append(m.states[:0], state{symbol: symbol}), 0
}

// read reads the probabilities of symbols up to max and makes the machine. It
// returns how many bytes they took.
func (m *machine) read(b []byte, max int, maxLog uint8) (int, error) {
	in := foreBits{b: b}
	log := uint8(in.take(4)) + 5
	if log > maxLog {
		return 0, errTable
	}
	var probs [256]int16
	n, left := 0, 1<<log
	for left > 0 {
		if n > max || in.pos > 8*len(b) {
			return 0, errTable
		}
		// A value of 0 to left + 1: the small ones take a bit less.
		width := 1
		for 1<<width <= left+1 {
			width++
		}
		short := 1<<width - 1 - (left + 1)
		v := in.peek(width)
		if low := v & (1<<(width-1) - 1); low < short {
			v = low
			in.pos += width - 1
		} else {
			if v >= 1<<(width-1) {
				v -= short
			}
			in.pos += width
		}
		p := v - 1
		probs[n] = int16(p)
		n++
		if p < 0 {
			p = 1
		}
		if left -= p; left < 0 {
			return 0, errTable
		}
		if v != 1 {
			continue
		}
		for {
			zeros := in.take(2)
			if n += zeros; n > max+1 || in.pos > 8*len(b) {
				return 0, errTable
			}
			if zeros < 3 {
				break
			}
		}
	}
	if n > max+1 || in.pos > 8*len(b) {
		return 0, errTable
	}
	return (in.pos + 7) / 8, m.build(probs[:n], log)
}

// build makes the states. A probability of -1 is below one in the size of the
// table.
func (m *machine) build(probs []int16, log uint8) error {
	size := 1 << log
	m.log = log
	if cap(m.states) < size {
		m.states = make([]state, size)
	}
	m.states = m.states[:size]
	var next [256]uint16
	high := size - 1
	for s, p := range probs {
		if p == -1 {
			m.states[high].symbol = uint8(s)
			high--
			next[s] = 1
		} else {
			next[s] = uint16(p)
		}
	}
	at, step := 0, size>>1+size>>3+3
	for s, p := range probs {
		for range max(p, 0) {
			m.states[at].symbol = uint8(s)
			for {
				at = (at + step) & (size - 1)
				if at <= high {
					break
				}
			}
		}
	}
	if at != 0 {
		return errTable
	}
	for i := range m.states {
		s := &m.states[i]
		n := next[s.symbol]
		next[s.symbol]++
		s.bits = log
		for n>>1 > 0 {
			n >>= 1
			s.bits--
		}
		s.base = (next[s.symbol]-1)<<s.bits - uint16(size)
	}
	return nil
}
