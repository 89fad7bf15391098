package zstd

import (
	"errors"
	"math/bits"
)

var errTree = errors.New("a Huffman tree that cannot be")

// maxTree is the longest code of a literal, in bits.
const maxTree = 11

// tree decodes literals.
type tree struct {
	table [1 << maxTree]struct{ symbol, bits uint8 }
	bits  int // of the longest code; 0 where there is no tree
	fse   machine
}

// read reads the description of a tree (RFC 8878, 4.2.1) and returns how many
// bytes it took.
func (t *tree) read(b []byte) (int, error) {
	if len(b) == 0 {
		return 0, errTree
	}
	var weights [256]uint8
	n, size := 0, 0
	if head := int(b[0]); head >= 128 {
		n = head - 127
		size = 1 + (n+1)/2
		if size > len(b) {
			return 0, errTree
		}
		for i := range n {
			weights[i] = b[1+i/2] >> (4 * (1 - i%2)) & 15
		}
	} else {
		size = 1 + head
		if size > len(b) {
			return 0, errTree
		}
		var err error
		if n, err = t.weights(b[1:size], &weights); err != nil {
			return 0, err
		}
	}
	return size, t.build(weights[:n])
}

// weights decodes those that are compressed: two machines take turns.
func (t *tree) weights(b []byte, out *[256]uint8) (int, error) {
	used, err := t.fse.read(b, 255, 6)
	if err != nil {
		return 0, err
	}
	var in backBits
	if err := in.start(b[used:]); err != nil {
		return 0, err
	}
	var at [2]uint32
	at[0] = in.take(t.fse.log)
	at[1] = in.take(t.fse.log)
	if in.left < 0 {
		return 0, errTree
	}
	for n := 0; ; {
		if n >= 254 {
			return 0, errTree
		}
		s := t.fse.states[at[n%2]]
		out[n] = s.symbol
		n++
		more := in.take(s.bits)
		if in.left < 0 { // the last symbol is that of the other state
			out[n] = t.fse.states[at[n%2]].symbol
			return n + 1, nil
		}
		at[(n-1)%2] = uint32(s.base) + more
	}
}

// build makes the table. The weight of the last symbol is not told: it is what is
// missing.
func (t *tree) build(weights []uint8) error {
	t.bits = 0
	sum := 0
	for _, w := range weights {
		if w > maxTree {
			return errTree
		}
		if w > 0 {
			sum += 1 << (w - 1)
		}
	}
	if sum == 0 {
		return errTree
	}
	width := bits.Len(uint(sum))
	rest := 1<<width - sum
	if width > maxTree || rest&(rest-1) != 0 {
		return errTree
	}
	last := uint8(bits.Len(uint(rest)))
	at := 0
	for w := uint8(1); int(w) <= width; w++ {
		fill := func(s uint8) {
			for range 1 << (w - 1) {
				t.table[at].symbol, t.table[at].bits = s, uint8(width)+1-w
				at++
			}
		}
		for s, v := range weights {
			if v == w {
				fill(uint8(s))
			}
		}
		if last == w {
			fill(uint8(len(weights)))
		}
	}
	if at != 1<<width {
		return errTree
	}
	t.bits = width
	return nil
}

// decode appends n literals of a stream and what each of them took.
func (t *tree) decode(in *backBits, stream []byte, n int, out, cost []byte) ([]byte, []byte, error) {
	if err := in.start(stream); err != nil {
		return nil, nil, err
	}
	for range n {
		e := t.table[in.peek(t.bits)]
		in.left -= int(e.bits)
		if in.left < 0 {
			return nil, nil, errBits
		}
		out = append(out, e.symbol)
		cost = append(cost, e.bits)
	}
	if in.left != 0 {
		return nil, nil, errBits
	}
	return out, cost, nil
}
