package codec

// What compressed bytes become is not to be trusted. Headers and sources become
// less than 20 times as much, kernels and dumps of memory seldom 100 times.
const (
	ratio = 1000
	small = 64 << 20
)

// Plausible returns the most bytes, up to max, that a file of so many packed ones
// may decompress to where nobody has allowed more: 64 MiB, or 1,000 times as many.
// A size of 0 is one that is not known. A max of 0 is no limit, and stays so.
func Plausible(packed, max int64) int64 {
	if packed <= 0 || max <= small || packed > max/ratio {
		return max
	}
	if n := packed * ratio; n > small {
		return n
	}
	return small
}
