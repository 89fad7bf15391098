package xz

// unit is what a bit costs, in the fractions that costs are counted in.
const unit = 1 << 8

// Probabilities are in 2048ths.
const probBits, probOne = 11, 1 << 11

// prices has what a bit costs by the probability that it has: -log2(p) of unit.
var prices = func() (t [probOne]uint16) {
	for p := 1; p < probOne; p++ {
		t[p] = uint16(probBits*unit - log2(uint64(p)))
	}
	t[0] = t[1]
	return t
}()

// log2 returns log2(v) of unit, in whole numbers, so that it is the same on every
// machine: each squaring tells one more bit of it.
func log2(v uint64) int {
	out, shift := 0, 0
	for v>>shift > 1 {
		shift++
	}
	out = shift
	m := v << (31 - shift) // 1.0 is 1 << 31
	for n := unit; n > 1; n >>= 1 {
		m = m * m >> 31
		out <<= 1
		if m >= 1<<32 {
			m >>= 1
			out |= 1
		}
	}
	return out
}
