package xz

// symbol is what the encoder codes for one or more bytes.
type symbol struct {
	length uint32
	// code is literal, or which of the last four distances a match has, or 4
	// plus a new distance, less 1. A length of 1 by the last distance is a
	// short rep.
	code uint32
}

const (
	literal = 1<<32 - 1
	newDist = 4
)

// recent are the last four distances, less 1, the last first.
type recent [4]uint32

// use moves the distance of a symbol's code to the front.
func (r *recent) use(code uint32) {
	switch code {
	case literal, 0:
	case 1:
		r[0], r[1] = r[1], r[0]
	case 2:
		r[0], r[1], r[2] = r[2], r[0], r[1]
	case 3:
		r[0], r[1], r[2], r[3] = r[3], r[0], r[1], r[2]
	default:
		r[0], r[1], r[2], r[3] = code-newDist, r[0], r[1], r[2]
	}
}

// after is the state after a symbol.
func (s state) after(length, code uint32) state {
	switch {
	case code == literal:
		return s.afterLiteral()
	case code >= newDist:
		return s.afterMatch()
	case length == 1:
		return s.afterShortRep()
	}
	return s.afterRep()
}

// coder codes symbols, and keeps what follows from those that were coded: the
// model, the state and the distances.
type coder struct {
	rc     rangeCoder
	model  model
	state  state
	recent recent
	// What prices follow from.
	matchLens, repLens lengthPrices
	dists              distancePrices
}

// reset forgets all that was coded.
func (c *coder) reset() {
	c.model.reset()
	c.state, c.recent = 0, recent{}
	c.matchLens.update(&c.model.matchLen)
	c.repLens.update(&c.model.repLen)
	c.dists.update(&c.model)
	c.dists.updateAlign(&c.model)
}

// How many are coded until prices are reckoned anew.
const (
	lengthAge = 16
	distAge   = 32
	alignAge  = 8
)

// freshen reckons prices anew that are old.
func (c *coder) freshen() {
	if c.matchLens.age >= lengthAge {
		c.matchLens.update(&c.model.matchLen)
	}
	if c.repLens.age >= lengthAge {
		c.repLens.update(&c.model.repLen)
	}
	if c.dists.age >= distAge {
		c.dists.update(&c.model)
	}
	if c.dists.alignAge >= alignAge {
		c.dists.updateAlign(&c.model)
	}
}

// code codes a symbol for the bytes at buf[at].
func (c *coder) code(s symbol, buf []byte, at int) {
	m, st := &c.model, c.state
	switch {
	case s.code == literal:
		c.rc.bit(&m.isMatch[st], 0)
		c.literal(buf, at)
	case s.code >= newDist:
		c.rc.bit(&m.isMatch[st], 1)
		c.rc.bit(&m.isRep[st], 0)
		c.length(&m.matchLen, s.length)
		c.matchLens.age++
		c.distance(s.code-newDist, lenState(int(s.length)))
	default:
		c.rc.bit(&m.isMatch[st], 1)
		c.rc.bit(&m.isRep[st], 1)
		if s.code == 0 {
			c.rc.bit(&m.isRepNot0[st], 0)
			c.rc.bit(&m.isRep0Long[st], min(s.length-1, 1))
		} else {
			c.rc.bit(&m.isRepNot0[st], 1)
			c.rc.bit(&m.isRepNot1[st], min(s.code-1, 1))
			if s.code > 1 {
				c.rc.bit(&m.isRepNot2[st], s.code-2)
			}
		}
		if s.length > 1 {
			c.length(&m.repLen, s.length)
			c.repLens.age++
		}
	}
	c.recent.use(s.code)
	c.state = st.after(s.length, s.code)
}

// literals returns the probabilities for the byte at buf[at].
func (m *model) literals(buf []byte, at int) *[0x300]prob {
	if at == 0 {
		return &m.literal[0]
	}
	return &m.literal[buf[at-1]>>(8-litContext)]
}

// literal codes buf[at]. After a match it cannot be the byte that would have
// made the match longer: as long as its bits are those of that byte, they have
// probabilities of their own.
func (c *coder) literal(buf []byte, at int) {
	p := c.model.literals(buf, at)
	b := uint32(buf[at])
	if c.state.literal() {
		c.rc.tree(p[:0x100], b, 8)
		return
	}
	other := uint32(buf[at-int(c.recent[0])-1])
	node := uint32(1)
	for i := 7; i >= 0; i-- {
		bit, like := b>>i&1, other>>i&1
		c.rc.bit(&p[(1+like)<<8+node], bit)
		node = node<<1 | bit
		if bit != like {
			for i--; i >= 0; i-- {
				bit := b >> i & 1
				c.rc.bit(&p[node], bit)
				node = node<<1 | bit
			}
			return
		}
	}
}

// literalPrice is the price of buf[at] after the state and the last distance.
func (m *model) literalPrice(buf []byte, at int, st state, dist uint32) (price uint32) {
	p := m.literals(buf, at)
	v := uint32(buf[at]) | 0x100
	if !st.literal() {
		// From the highest bit on, as long as the bits are alike.
		other := uint32(buf[at-int(dist)-1])
		node := uint32(1)
		for i := 7; i >= 0; i-- {
			bit, like := v>>i&1, other>>i&1
			price += priceOf(p[(1+like)<<8+node], bit)
			node = node<<1 | bit
			if bit != like {
				for ; v>>1 >= node; v >>= 1 {
					price += priceOf(p[v>>1], v&1)
				}
				return price
			}
		}
		return price
	}
	for ; v > 1; v >>= 1 {
		price += priceOf(p[v>>1], v&1)
	}
	return price
}

func (c *coder) length(m *lengthModel, length uint32) {
	v := length - minMatch
	switch {
	case v < lenLow:
		c.rc.bit(&m.notLow, 0)
		c.rc.tree(m.low[:], v, 3)
	case v < 2*lenLow:
		c.rc.bit(&m.notLow, 1)
		c.rc.bit(&m.high, 0)
		c.rc.tree(m.mid[:], v-lenLow, 3)
	default:
		c.rc.bit(&m.notLow, 1)
		c.rc.bit(&m.high, 1)
		c.rc.tree(m.rest[:], v-2*lenLow, 8)
	}
}

func (c *coder) distance(dist uint32, lenState int) {
	slot := slotOf(dist)
	c.rc.tree(c.model.slot[lenState][:], uint32(slot), 6)
	c.dists.age++
	if slot < 4 {
		return
	}
	rest, n := dist-slotBase(slot), slotBits(slot)
	if slot < firstDirect {
		c.rc.reverse(c.model.near[:], nearBase(slot), rest, n)
		return
	}
	c.rc.direct(rest>>alignBits, n-alignBits)
	c.rc.reverse(c.model.align[:], 0, rest&(1<<alignBits-1), alignBits)
	c.dists.alignAge++
}
