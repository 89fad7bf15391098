package xz

// What the LZMA format fixes.
const (
	minMatch = 2
	maxMatch = 273 // the longest match that can be coded
	states   = 12
	lenLow   = 8 // symbols of the first two trees of a length
	lenHigh  = 256
	// A distance, less 1, has a slot: its two highest bits and how many follow.
	slots       = 64
	lenStates   = 4  // the slots' probabilities depend on the match's length
	firstDirect = 14 // from this slot on, middle bits are coded without a model
	alignBits   = 4  // and the lowest ones with one
	// nearDists are distances, less 1, below firstDirect's slot.
	nearDists = 1 << (firstDirect / 2)
)

// What the format leaves open, fitted for text in bytes: a literal's context is
// the upper half of the byte before it, and no context is the position. (lc, lp
// and pb of the format's specification.)
const (
	litContext = 4
	properties = (0*5+0)*9 + litContext // as the header of a chunk has them
)

// state is which kinds of symbols came last.
type state uint8

// afterLiteral and the others are the state after a further symbol.
func (s state) afterLiteral() state {
	switch {
	case s < 4:
		return 0
	case s < 10:
		return s - 3
	}
	return s - 6
}

func (s state) afterMatch() state {
	if s.literal() {
		return 7
	}
	return 10
}

func (s state) afterRep() state {
	if s.literal() {
		return 8
	}
	return 11
}

func (s state) afterShortRep() state {
	if s.literal() {
		return 9
	}
	return 11
}

// literal tells whether the last symbol was a literal.
func (s state) literal() bool { return s < 7 }

// model has all probabilities.
type model struct {
	isMatch, isRep, isRep0Long      [states]prob
	isRepNot0, isRepNot1, isRepNot2 [states]prob // not the last distance, not the one before, …
	literal                         [1 << litContext][0x300]prob
	slot                            [lenStates][slots]prob
	near                            [nearDists - firstDirect + 1]prob
	align                           [1 << alignBits]prob
	matchLen, repLen                lengthModel
}

// lengthModel has the probabilities of a length, less minMatch.
type lengthModel struct {
	notLow, high prob
	low, mid     [lenLow]prob
	rest         [lenHigh]prob
}

func (m *model) reset() {
	for _, p := range [][]prob{m.isMatch[:], m.isRep[:], m.isRep0Long[:], m.isRepNot0[:], m.isRepNot1[:], m.isRepNot2[:], m.near[:], m.align[:]} {
		fill(p)
	}
	for i := range m.literal {
		fill(m.literal[i][:])
	}
	for i := range m.slot {
		fill(m.slot[i][:])
	}
	for _, l := range []*lengthModel{&m.matchLen, &m.repLen} {
		l.notLow, l.high = probHalf, probHalf
		fill(l.low[:])
		fill(l.mid[:])
		fill(l.rest[:])
	}
}

func fill(p []prob) {
	for i := range p {
		p[i] = probHalf
	}
}

// lenState is the context of a match's slot.
func lenState(length int) int { return min(length-minMatch, lenStates-1) }
