package xz

import (
	"encoding/binary"
	"math/bits"
)

// match is an earlier place with the same bytes.
type match struct {
	length uint32
	dist   uint32 // how far back, less 1
}

const (
	hash2Bits = 16 // exact
	hash3Bits = 16
	hashMul   = 0x9e3779b1 // 2^32 over the golden ratio
	// lookahead is how many bytes a finder has after a position, except at the end.
	lookahead = 4096
)

// finder finds the matches of each position: for every length the nearest
// place. Positions with the same first four bytes are in a binary tree, sorted by
// what follows them, the newest at its root; the tree is one of the latest dict
// positions. What it finds does not depend on what the encoder makes of it.
type finder struct {
	dict  uint32 // the largest distance
	nice  int    // a match this long ends the search
	depth int    // how many places of a tree are tried

	hash2, hash3, hash4 []uint32 // the newest position, 0 for none
	sons                []uint32 // two for each position: what sorts before it and after it
	mask                uint32   // of positions in sons
	hash4Bits           int

	// positions count from dict on, so that 0 is further back than any distance.
	pos uint32
}

// finderSizes are how many positions a finder's trees have, and how many bits the
// hash of four bytes.
func finderSizes(dict uint32) (ring uint32, hash4Bits int) {
	ring = uint32(1) << bits.Len32(dict-1)
	return ring, min(max(bits.Len32(ring-1)-1, 16), 24)
}

func newFinder(dict uint32, nice, depth int) *finder {
	ring, hash4Bits := finderSizes(dict)
	f := &finder{dict: min(dict, ring-1), nice: nice, depth: depth, mask: ring - 1, hash4Bits: hash4Bits}
	f.hash2, f.hash3, f.hash4 = make([]uint32, 1<<hash2Bits), make([]uint32, 1<<hash3Bits), make([]uint32, 1<<f.hash4Bits)
	f.sons = make([]uint32, 2*ring)
	f.pos = ring
	return f
}

// rebaseAt is the position from which all are counted anew.
const rebaseAt = 1<<32 - 1<<26

// find appends the matches of the position at buf[at], longer and further ones
// last, and goes on to the next position.
func (f *finder) find(found []match, buf []byte, at int) []match {
	if f.pos >= rebaseAt {
		f.rebase()
	}
	pos := f.pos
	f.pos++
	limit := min(f.nice, len(buf)-at)
	if limit < 4 {
		// The last bytes: no tree has room for them.
		if limit >= minMatch {
			h := binary.LittleEndian.Uint16(buf[at:])
			if delta := pos - f.hash2[h]; delta <= f.dict && f.hash2[h] != 0 {
				found = append(found, match{uint32(common(buf, at-int(delta), at, minMatch, limit)), delta - 1})
			}
			f.hash2[h] = pos
		}
		return found
	}
	four := binary.LittleEndian.Uint32(buf[at:])
	h2 := four & (1<<hash2Bits - 1)
	h3 := four << 8 * hashMul >> (32 - hash3Bits)
	h4 := four * hashMul >> (32 - f.hash4Bits)
	near2, near3, top := f.hash2[h2], f.hash3[h3], f.hash4[h4]
	f.hash2[h2], f.hash3[h3], f.hash4[h4] = pos, pos, pos

	longest := 0
	if delta := pos - near2; near2 != 0 && delta <= f.dict {
		longest = common(buf, at-int(delta), at, minMatch, limit)
		found = append(found, match{uint32(longest), delta - 1})
	}
	if delta := pos - near3; near3 != near2 && near3 != 0 && delta <= f.dict {
		if n := common(buf, at-int(delta), at, 0, limit); n > max(longest, 2) {
			longest = n
			found = append(found, match{uint32(n), delta - 1})
		}
	}
	if longest == limit {
		f.insert(buf, at, pos, top, limit)
		return found
	}
	return f.search(found, buf, at, pos, top, limit, max(longest, 3))
}

// common is how many bytes at a and b are the same, from n that are known to be,
// up to limit.
func common(buf []byte, a, b, n, limit int) int {
	for n+8 <= limit {
		if x := binary.LittleEndian.Uint64(buf[a+n:]) ^ binary.LittleEndian.Uint64(buf[b+n:]); x != 0 {
			return n + bits.TrailingZeros64(x)>>3
		}
		n += 8
	}
	for n < limit && buf[a+n] == buf[b+n] {
		n++
	}
	return n
}

// search puts pos at the root of the tree whose root is top, and appends the
// matches longer than longest that it passes.
func (f *finder) search(found []match, buf []byte, at int, pos, top uint32, limit, longest int) []match {
	sons := f.sons
	root := (pos & f.mask) << 1
	// Where the next smaller and the next larger place is to be hung up, and
	// how many bytes these have in common with pos at least.
	smaller, larger := root, root+1
	smallerLen, largerLen := 0, 0
	for depth := f.depth; ; depth-- {
		delta := pos - top
		if depth == 0 || top == 0 || delta > f.dict {
			sons[smaller], sons[larger] = 0, 0
			return found
		}
		pair := (top & f.mask) << 1
		n := min(smallerLen, largerLen)
		there := at - int(delta)
		if buf[there+n] == buf[at+n] {
			n = common(buf, there, at, n+1, limit)
			if n > longest {
				longest = n
				found = append(found, match{uint32(n), delta - 1})
				if n == limit {
					sons[smaller], sons[larger] = sons[pair], sons[pair+1]
					return found
				}
			} else if n == limit {
				sons[smaller], sons[larger] = sons[pair], sons[pair+1]
				return found
			}
		}
		if buf[there+n] < buf[at+n] {
			sons[smaller] = top
			smaller, smallerLen = pair+1, n
			top = sons[smaller]
		} else {
			sons[larger] = top
			larger, largerLen = pair, n
			top = sons[larger]
		}
	}
}

// insert is search without the matches.
func (f *finder) insert(buf []byte, at int, pos, top uint32, limit int) {
	f.search(nil, buf, at, pos, top, limit, limit)
}

// rebase counts all positions from the smallest number again.
func (f *finder) rebase() {
	by := (f.pos - f.mask - 1) &^ f.mask // the place in sons stays
	for _, t := range [][]uint32{f.hash2, f.hash3, f.hash4, f.sons} {
		for i, p := range t {
			t[i] = p - min(p, by)
		}
	}
	f.pos -= by
}
