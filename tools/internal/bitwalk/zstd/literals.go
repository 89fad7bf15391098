package zstd

import "errors"

var errLiterals = errors.New("literals that cannot be")

// The kinds of literals.
const (
	litRaw = iota
	litRepeat
	litTree
	litSameTree
)

// literals reads the section of literals of a block (RFC 8878, 3.1.1.3.1) and
// returns what stands behind it. Each literal costs the bits of its code; of equal
// ones that are told once, the first costs all.
func (d *decoder) literals(b []byte) ([]byte, error) {
	d.lit, d.cost = d.lit[:0], d.cost[:0]
	if len(b) == 0 {
		return nil, errLiterals
	}
	kind, format := b[0]&3, b[0]>>2&3
	if kind <= litRepeat {
		return d.plain(b, kind, format)
	}
	// 10, 14 or 18 bits for each of the two sizes, behind 4 bits.
	width, head, streams := 10, 3, 4
	switch format {
	case 0:
		streams = 1
	case 2:
		width, head = 14, 4
	case 3:
		width, head = 18, 5
	}
	if len(b) < head {
		return nil, errLiterals
	}
	v := uint64(0)
	for i := head - 1; i >= 0; i-- {
		v = v<<8 | uint64(b[i])
	}
	n, size := int(v>>4)&(1<<width-1), int(v>>(4+width))&(1<<width-1)
	b = b[head:]
	if n > maxBlock || size > len(b) {
		return nil, errLiterals
	}
	section, rest := b[:size], b[size:]
	if kind == litTree {
		used, err := d.tree.read(section)
		if err != nil {
			return nil, err
		}
		section = section[used:]
	} else if d.tree.bits == 0 {
		return nil, errTree
	}
	return rest, d.streams(section, streams, n)
}

// plain reads literals that are not compressed, or all the same.
func (d *decoder) plain(b []byte, kind, format byte) ([]byte, error) {
	head := 1
	n := int(b[0] >> 3)
	switch {
	case format == 1 && len(b) >= 2:
		head, n = 2, int(b[0])>>4|int(b[1])<<4
	case format == 3 && len(b) >= 3:
		head, n = 3, int(b[0])>>4|int(b[1])<<4|int(b[2])<<12
	case format&1 == 1:
		return nil, errLiterals
	}
	b = b[head:]
	size := n
	if kind == litRepeat {
		size = 1
	}
	if n > maxBlock || size > len(b) {
		return nil, errLiterals
	}
	for i := range n {
		c := byte(0)
		if i < size {
			c = 8
		}
		d.lit = append(d.lit, b[min(i, size-1)])
		d.cost = append(d.cost, c)
	}
	return b[size:], nil
}

// streams decodes n literals from one stream or four.
func (d *decoder) streams(b []byte, streams, n int) (err error) {
	if streams == 1 {
		d.lit, d.cost, err = d.tree.decode(&d.bits, b, n, d.lit, d.cost)
		return err
	}
	if len(b) < 6 {
		return errLiterals
	}
	part := (n + 3) / 4
	if 3*part > n {
		return errLiterals
	}
	jump := b[:6]
	b = b[6:]
	for i := range 4 {
		size, count := len(b), n-3*part
		if i < 3 {
			size, count = int(jump[2*i])|int(jump[2*i+1])<<8, part
		}
		if size > len(b) {
			return errLiterals
		}
		if d.lit, d.cost, err = d.tree.decode(&d.bits, b[:size], count, d.lit, d.cost); err != nil {
			return err
		}
		b = b[size:]
	}
	return nil
}
