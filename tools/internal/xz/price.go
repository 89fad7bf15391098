package xz

import (
	"math"
	"math/bits"
)

// A price is what a symbol costs by the model, in 1/16 bit.
const (
	bitPrice  = 16
	priceBits = 7 // probabilities are looked up by this many of their highest bits
	// noPrice is more than any way can cost.
	noPrice = 1 << 30
)

// prices has the price of a bit 0 by its probability.
var prices = func() (t [1 << priceBits]uint32) {
	for i := range t {
		t[i] = uint32(math.Round(exactPrice(i)))
	}
	return t
}()

func exactPrice(i int) float64 {
	return -bitPrice * math.Log2((float64(i)+0.5)/(1<<priceBits))
}

func price0(p prob) uint32 { return prices[p>>(probBits-priceBits)] }
func price1(p prob) uint32 { return prices[(p^(1<<probBits-1))>>(probBits-priceBits)] }

func priceOf(p prob, bit uint32) uint32 {
	return prices[(uint32(p)^-bit&(1<<probBits-1))>>(probBits-priceBits)]
}

func treePrice(p []prob, v uint32, n int) (price uint32) {
	for v |= 1 << n; v > 1; v >>= 1 {
		price += priceOf(p[v>>1], v&1)
	}
	return price
}

func reversePrice(p []prob, base int, v uint32, n int) (price uint32) {
	node := uint32(1)
	for range n {
		bit := v & 1
		v >>= 1
		price += priceOf(p[base+int(node)], bit)
		node = node<<1 | bit
	}
	return price
}

// lengthPrices are those of one lengthModel.
type lengthPrices struct {
	of  [maxMatch + 1]uint32 // by the length
	age int                  // lengths coded since they were reckoned
}

func (l *lengthPrices) update(m *lengthModel) {
	l.age = 0
	for i := range lenLow {
		l.of[minMatch+i] = price0(m.notLow) + treePrice(m.low[:], uint32(i), 3)
		l.of[minMatch+lenLow+i] = price1(m.notLow) + price0(m.high) + treePrice(m.mid[:], uint32(i), 3)
	}
	for i := range lenHigh {
		l.of[minMatch+2*lenLow+i] = price1(m.notLow) + price1(m.high) + treePrice(m.rest[:], uint32(i), 8)
	}
}

// distancePrices are those of distances, less 1.
type distancePrices struct {
	near  [lenStates][nearDists]uint32
	slot  [lenStates][slots]uint32 // with the bits coded without a model
	align [1 << alignBits]uint32
	// Distances coded since they were reckoned.
	age, alignAge int
}

// slotOf is the slot of a distance, less 1.
func slotOf(dist uint32) int {
	if dist < 4 {
		return int(dist)
	}
	n := bits.Len32(dist) - 1
	return n<<1 | int(dist>>(n-1)&1)
}

// slotBits is how many bits follow a slot, slotBase the smallest distance in it.
func slotBits(slot int) int    { return slot>>1 - 1 }
func slotBase(slot int) uint32 { return (2 | uint32(slot)&1) << slotBits(slot) }

// nearBase is where the probabilities of a slot below firstDirect begin.
func nearBase(slot int) int { return int(slotBase(slot)) - slot }

func (d *distancePrices) update(m *model) {
	d.age = 0
	var low [nearDists]uint32
	for dist := uint32(4); dist < nearDists; dist++ {
		slot := slotOf(dist)
		low[dist] = reversePrice(m.near[:], nearBase(slot), dist-slotBase(slot), slotBits(slot))
	}
	for s := range lenStates {
		for slot := range slots {
			d.slot[s][slot] = treePrice(m.slot[s][:], uint32(slot), 6)
			if slot >= firstDirect {
				d.slot[s][slot] += uint32(slotBits(slot)-alignBits) * bitPrice
			}
		}
		for dist := range uint32(nearDists) {
			d.near[s][dist] = d.slot[s][slotOf(dist)] + low[dist]
		}
	}
}

func (d *distancePrices) updateAlign(m *model) {
	d.alignAge = 0
	for v := range uint32(1 << alignBits) {
		d.align[v] = reversePrice(m.align[:], 0, v, alignBits)
	}
}

// of is the price of a distance, less 1, of a match whose length has the state s.
func (d *distancePrices) of(dist uint32, s int) uint32 {
	if dist < nearDists {
		return d.near[s][dist]
	}
	return d.slot[s][slotOf(dist)] + d.align[dist&(1<<alignBits-1)]
}
