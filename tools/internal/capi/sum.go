package capi

import "hash/maphash"

// seed is another one in each process: nobody can write two texts of one sum.
var seed = maphash.MakeSeed()

// sum is that of a token. It is even.
func sum(t string) uint64 { return maphash.String(seed, t) &^ 1 }

// mix adds a token's sum to that of the tokens before it.
func mix(h, s uint64) uint64 {
	h = (h ^ s) * 0x9e3779b97f4a7c15
	return h ^ h>>32 + 1
}

// pairs has the operators that two bytes make without white space between them:
// without this, a - -b and a--b would have the same tokens.
var pairs = func() (t [256][256]bool) {
	for _, p := range []string{"++", "--", "->", "<<", ">>", "<=", ">=", "==", "!=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "..", "<:", ":>", "<%", "%>"} {
		t[p[0]][p[1]] = true
	}
	return t
}()
