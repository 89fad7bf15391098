package xz

// horizon is how many bytes are parsed at once, at most: the cheapest way
// through them is sought, by the prices that the model has at their beginning.
const horizon = 4096

// step is one symbol, by code, or a literal and then a match by the last distance,
// or these after a first symbol.
type step struct {
	from  int32 // the node where it begins
	code  uint32
	first uint16 // how long the first symbol of three is, 0 if there is none
	more  bool   // whether it is more than one symbol
}

// node is a place that is reached, and the last step of the cheapest way there.
type node struct {
	price uint32
	step
	// What follows from the way; known once it cannot become cheaper.
	state  state
	recent recent
}

// parser finds cheap ways to code what lies ahead.
type parser struct {
	*coder
	nice  int
	nodes [horizon + maxMatch*2 + 2]node
	end   int // the furthest node that is reached
	path  []symbol
}

// reach offers a step to a node.
func (p *parser) reach(to int, price uint32, s step) {
	for p.end < to {
		p.end++
		p.nodes[p.end].price = noPrice
	}
	if n := &p.nodes[to]; price < n.price {
		n.price, n.step = price, s
	}
}

// parse returns symbols for bytes from buf[at] on, at least for one. v has the
// matches of horizon places from there on, or of all.
func (p *parser) parse(buf []byte, at int, v *view) []symbol {
	p.freshen()
	p.path = p.path[:0]
	found := v.matches(at)
	if s := p.long(buf, at, found, p.recent); s.length > 0 {
		return append(p.path, s)
	}
	first := &p.nodes[0]
	*first = node{state: p.state, recent: p.recent}
	p.end = 0
	p.steps(0, buf, at, found)
	for i := 1; ; i++ {
		p.settle(i)
		if i == p.end || i == horizon-1 {
			return p.way(i)
		}
		found := v.matches(at + i)
		if n := len(found); n > 0 && int(found[n-1].length) >= p.nice {
			return p.way(i)
		}
		p.steps(i, buf, at+i, found)
	}
}

// long returns a symbol that is so long that no other way is looked for.
func (p *parser) long(buf []byte, at int, found []match, recent recent) symbol {
	limit := min(len(buf)-at, maxMatch)
	for i, dist := range recent {
		if n := p.repeats(buf, at, dist, limit); n >= p.nice {
			return symbol{uint32(n), uint32(i)}
		}
	}
	if n := len(found); n > 0 && int(found[n-1].length) >= p.nice {
		m := found[n-1]
		return symbol{uint32(common(buf, at-int(m.dist)-1, at, int(m.length), limit)), newDist + m.dist}
	}
	return symbol{}
}

// repeats is how many bytes are the same as at a distance, less 1.
func (p *parser) repeats(buf []byte, at int, dist uint32, limit int) int {
	there := at - int(dist) - 1
	if there < 0 || limit < minMatch || buf[there] != buf[at] || buf[there+1] != buf[at+1] {
		return 0
	}
	return common(buf, there, at, minMatch, limit)
}

// settle works out the state and the distances of a node to which no cheaper
// way can come any more.
func (p *parser) settle(i int) {
	n := &p.nodes[i]
	from := &p.nodes[n.from]
	n.state, n.recent = from.state, from.recent
	length := uint32(i) - uint32(n.from)
	if !n.more {
		n.recent.use(n.code)
		n.state = n.state.after(length, n.code)
		return
	}
	if n.first > 0 {
		n.recent.use(n.code)
		n.state = n.state.after(uint32(n.first), n.code)
	}
	n.state = n.state.afterLiteral().afterRep()
}

// way returns the symbols of the way to a node.
func (p *parser) way(i int) []symbol {
	for i > 0 {
		n := &p.nodes[i]
		length := uint32(i) - uint32(n.from)
		if n.more {
			first := uint32(n.first)
			p.path = append(p.path, symbol{length - first - 1, 0}, symbol{1, literal})
			length = first
		}
		if length > 0 {
			p.path = append(p.path, symbol{length, n.code})
		}
		i = int(n.from)
	}
	for a, b := 0, len(p.path)-1; a < b; a, b = a+1, b-1 {
		p.path[a], p.path[b] = p.path[b], p.path[a]
	}
	return p.path
}

// steps offers all steps from node i, which is at buf[at].
func (p *parser) steps(i int, buf []byte, at int, found []match) {
	n := &p.nodes[i]
	m, st, price := &p.model, n.state, n.price
	all := len(buf) - at // what is left
	limit := min(all, maxMatch)
	matchPrice := price + price1(m.isMatch[st])
	repPrice := matchPrice + price1(m.isRep[st])

	// A literal.
	there := at - int(n.recent[0]) - 1
	same := there >= 0 && buf[there] == buf[at]
	literalPrice := price + price0(m.isMatch[st]) + m.literalPrice(buf, at, st, n.recent[0])
	cheap := false
	if p.end <= i || literalPrice < p.nodes[i+1].price {
		p.reach(i+1, literalPrice, step{from: int32(i), code: literal})
		cheap = true
	}
	// One byte by the last distance.
	if same {
		if short := repPrice + price0(m.isRepNot0[st]) + price0(m.isRep0Long[st]); short < p.nodes[i+1].price {
			p.reach(i+1, short, step{from: int32(i)})
			cheap = false
		}
	}
	if limit < minMatch {
		return
	}
	// A literal that breaks a match off for one byte.
	if cheap && !same {
		if k := p.repeats(buf, at+1, n.recent[0], min(all-1, p.nice)); k > 0 {
			next := st.afterLiteral()
			p.reach(i+1+k, literalPrice+p.lastDistPrice(next)+p.repLens.of[k], step{from: int32(i), code: literal, more: true})
		}
	}

	// Matches by the last four distances.
	shortest := minMatch
	for r := range n.recent {
		k := p.repeats(buf, at, n.recent[r], limit)
		if k == 0 {
			continue
		}
		k = min(k, p.nice)
		base := repPrice + p.whichPrice(st, r)
		for l := k; l >= minMatch; l-- {
			p.reach(i+l, base+p.repLens.of[l], step{from: int32(i), code: uint32(r)})
		}
		if r == 0 {
			shortest = k + 1
		}
		p.goOn(i, buf, at, k, n.recent[r], uint32(r), base+p.repLens.of[k], st.afterRep())
	}

	// Matches by new distances.
	if len(found) == 0 || int(found[len(found)-1].length) < shortest {
		return
	}
	newPrice := matchPrice + price0(m.isRep[st])
	l := shortest
	for _, f := range found {
		k := min(int(f.length), p.nice)
		if k < l {
			continue
		}
		last := uint32(0)
		for ; l <= k; l++ {
			last = newPrice + p.matchLens.of[l] + p.dists.of(f.dist, lenState(l))
			p.reach(i+l, last, step{from: int32(i), code: newDist + f.dist})
		}
		p.goOn(i, buf, at, k, f.dist, newDist+f.dist, last, st.afterMatch())
	}
}

// lastDistPrice is the price of coding that a match by the last distance comes.
func (p *parser) lastDistPrice(st state) uint32 {
	m := &p.model
	return price1(m.isMatch[st]) + price1(m.isRep[st]) + p.whichPrice(st, 0)
}

// whichPrice is the price of which of the last four distances a match has.
func (p *parser) whichPrice(st state, r int) uint32 {
	m := &p.model
	switch r {
	case 0:
		return price0(m.isRepNot0[st]) + price1(m.isRep0Long[st])
	case 1:
		return price1(m.isRepNot0[st]) + price0(m.isRepNot1[st])
	}
	return price1(m.isRepNot0[st]) + price1(m.isRepNot1[st]) + priceOf(m.isRepNot2[st], uint32(r-2))
}

// goOn offers a match of k bytes that goes on after a literal.
func (p *parser) goOn(i int, buf []byte, at, k int, dist, code, price uint32, st state) {
	left := len(buf) - at - k - 1
	if left < minMatch {
		return
	}
	more := p.repeats(buf, at+k+1, dist, min(left, p.nice))
	if more == 0 {
		return
	}
	price += price0(p.model.isMatch[st]) + p.model.literalPrice(buf, at+k, st, dist)
	st = st.afterLiteral()
	p.reach(i+k+1+more, price+p.lastDistPrice(st)+p.repLens.of[more], step{from: int32(i), code: code, first: uint16(k), more: true})
}
