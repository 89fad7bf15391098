package gzip

import "errors"

// How far back a match may reach, and how long it is at most.
const window, maxMatch = 32 << 10, 258

var (
	errBlock    = errors.New("a block of deflate that cannot be")
	errDistance = errors.New("a match from before the beginning")
)

// Lengths and distances of the symbols (RFC 1951, 3.2.5).
var (
	lengthBase = [29]uint16{3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258}
	lengthBits = [29]uint8{0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0}
	distBase   = [30]uint16{1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577}
	distBits   = [30]uint8{0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13}
	lenOrder   = [19]uint8{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}
)

// The kinds of blocks.
const (
	stored = iota
	fixed
	dynamic
	none // between two blocks
)

// startBlock reads the head of a block.
func (r *Reader) startBlock() error {
	r.begin = r.in.pos()
	head, err := r.in.bits(3)
	if err != nil {
		return err
	}
	r.last, r.kind = head&1 == 1, int(head>>1)
	switch r.kind {
	case stored:
		r.in.align()
		n, err := r.in.bits(32)
		if err != nil {
			return err
		}
		if uint16(n) != ^uint16(n>>16) {
			return errBlock
		}
		r.left = int(n & 0xffff)
		return nil
	case fixed:
		return r.fixedCodes()
	case dynamic:
		return r.dynamicCodes()
	}
	return errBlock
}

// fixedCodes sets those of RFC 1951, 3.2.6.
func (r *Reader) fixedCodes() error {
	var lengths [288]uint8
	for i := range lengths {
		switch {
		case i < 144:
			lengths[i] = 8
		case i < 256:
			lengths[i] = 9
		case i < 280:
			lengths[i] = 7
		default:
			lengths[i] = 8
		}
	}
	if err := r.lit.set(lengths[:]); err != nil {
		return err
	}
	for i := range 32 {
		lengths[i] = 5
	}
	return r.dist.set(lengths[:32])
}

// dynamicCodes reads them (RFC 1951, 3.2.7).
func (r *Reader) dynamicCodes() error {
	head, err := r.in.bits(14)
	if err != nil {
		return err
	}
	nlit, ndist, nlen := int(head&31)+257, int(head>>5&31)+1, int(head>>10)+4
	if nlit > 286 || ndist > 30 {
		return errBlock
	}
	var lengths [320]uint8
	for _, at := range lenOrder[:nlen] {
		l, err := r.in.bits(3)
		if err != nil {
			return err
		}
		lengths[at] = uint8(l)
	}
	if err := r.lit.set(lengths[:19]); err != nil {
		return err
	}
	clear(lengths[:19])
	for i := 0; i < nlit+ndist; {
		s, _, err := r.lit.next(&r.in)
		if err != nil {
			return err
		}
		if s < 16 {
			lengths[i] = uint8(s)
			i++
			continue
		}
		extra, base, value := uint(2), 3, uint8(0)
		switch s {
		case 16:
			if i == 0 {
				return errBlock
			}
			value = lengths[i-1]
		case 17:
			extra = 3
		default:
			extra, base = 7, 11
		}
		n, err := r.in.bits(extra)
		if err != nil {
			return err
		}
		end := i + base + int(n)
		if end > nlit+ndist {
			return errBlock
		}
		for ; i < end; i++ {
			lengths[i] = value
		}
	}
	if lengths[256] == 0 {
		return errBlock
	}
	if err := r.lit.set(lengths[:nlit]); err != nil {
		return err
	}
	return r.dist.set(lengths[nlit : nlit+ndist])
}

// symbols decodes until the buffer is full or the block ends.
func (r *Reader) symbols() error {
	in := &r.in
	for r.w <= len(r.buf)-maxMatch {
		s, bits, err := r.lit.next(in)
		if err != nil {
			return err
		}
		if s < 256 {
			r.buf[r.w] = byte(s)
			r.w++
			r.log.Out(1, int64(bits))
			continue
		}
		if s == 256 {
			r.endBlock()
			return nil
		}
		if s -= 257; s >= len(lengthBase) {
			return errBlock
		}
		if in.n < 48 {
			in.fill()
		}
		begin := in.n
		x, err := in.bits(uint(lengthBits[s]))
		if err != nil {
			return err
		}
		n := int(lengthBase[s]) + int(x)
		d, _, err := r.dist.next(in)
		if err != nil {
			return err
		}
		if d >= len(distBase) {
			return errBlock
		}
		// No more than 5 + 15 + 13 bits: what was filled is enough.
		if x, err = in.bits(uint(distBits[d])); err != nil {
			return err
		}
		back := int(distBase[d]) + int(x)
		if back > r.w || int64(back) > r.total+int64(r.w-r.counted) {
			return errDistance
		}
		r.log.Out(n, int64(bits+begin-in.n))
		for from := r.w - back; n > 0; {
			k := copy(r.buf[r.w:r.w+n], r.buf[from:r.w])
			r.w += k
			n -= k
		}
	}
	return nil
}

// storedBytes copies until the buffer is full or the block ends.
func (r *Reader) storedBytes() error {
	n := min(r.left, len(r.buf)-r.w)
	for i := range n {
		b, err := r.in.bits(8)
		if err != nil {
			return err
		}
		r.buf[r.w+i] = byte(b)
	}
	if n > 0 {
		r.w += n
		r.log.Out(n, int64(8*n))
	}
	if r.left -= n; r.left == 0 {
		r.endBlock()
	}
	return nil
}

func (r *Reader) endBlock() {
	r.log.Block(r.in.pos() - r.begin)
	r.kind = none
}
