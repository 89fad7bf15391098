package zstd

import "errors"

var (
	errSequences = errors.New("sequences that cannot be")
	errOffset    = errors.New("a match from before the beginning or out of the window")
)

// field is one of the three numbers of a sequence: how many literals, how far
// back, how long.
type field struct {
	machine
	ok       bool // there is a machine to repeat
	defaults []int16
	log      uint8
	max      int // the largest symbol
	maxLog   uint8
}

// The probabilities where a block tells none (RFC 8878, 3.1.1.3.2.2).
var (
	litDefaults    = []int16{4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1, -1, -1}
	offsetDefaults = []int16{1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1}
	matchDefaults  = []int16{1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1}
)

// What is behind the symbols of lengths: so many bits are added to a base.
type extra struct {
	base uint32
	bits uint8
}

var litCodes, matchCodes = codes(16, 0, []uint8{1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}),
	codes(32, 3, []uint8{1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})

// codes makes a table: the first plain symbols are lengths from base on, the
// others share out what follows by their bits.
func codes(plain int, base uint32, bits []uint8) []extra {
	var out []extra
	for range plain {
		out = append(out, extra{base, 0})
		base++
	}
	for _, b := range bits {
		out = append(out, extra{base, b})
		base += 1 << b
	}
	return out
}

func newFields() [3]field {
	return [3]field{
		{defaults: litDefaults, log: 6, max: 35, maxLog: 9},
		{defaults: offsetDefaults, log: 5, max: 31, maxLog: 8},
		{defaults: matchDefaults, log: 6, max: 52, maxLog: 9},
	}
}

// set has a field's machine made as the block tells, and returns what is left.
func (f *field) set(mode uint8, b []byte) ([]byte, error) {
	used := 0
	switch mode {
	case 0:
		f.ok = true
		return b, f.build(f.defaults, f.log)
	case 1:
		if len(b) == 0 || int(b[0]) > f.max {
			return nil, errSequences
		}
		f.single(b[0])
		used = 1
	case 2:
		var err error
		if used, err = f.read(b, f.max, f.maxLog); err != nil {
			return nil, err
		}
	case 3:
		if !f.ok {
			return nil, errSequences
		}
	}
	f.ok = true
	return b[used:], nil
}

// sequences reads the section of sequences and puts them into effect. What a
// sequence took is of its match: its three numbers, told by the bits that lead
// to their states and those that are added.
func (d *decoder) sequences(b []byte) error {
	if len(b) == 0 {
		return errSequences
	}
	n := int(b[0])
	switch {
	case n == 0:
		if len(b) != 1 {
			return errSequences
		}
		return d.copyLiterals(len(d.lit))
	case n < 128:
		b = b[1:]
	case n < 255 && len(b) >= 2:
		n, b = (n-128)<<8+int(b[1]), b[2:]
	case n == 255 && len(b) >= 3:
		n, b = int(b[1])+int(b[2])<<8+0x7f00, b[3:]
	default:
		return errSequences
	}
	if len(b) == 0 || b[0]&3 != 0 {
		return errSequences
	}
	modes, b := b[0], b[1:]
	var err error
	for i := range d.fields {
		if b, err = d.fields[i].set(modes>>(6-2*i)&3, b); err != nil {
			return err
		}
	}
	in := &d.bits
	if err := in.start(b); err != nil {
		return err
	}
	ll, of, ml := &d.fields[0], &d.fields[1], &d.fields[2]
	before := in.left
	at := [3]uint32{in.take(ll.machine.log), in.take(of.machine.log), in.take(ml.machine.log)}
	for i := range n {
		l, o, m := ll.states[at[0]], of.states[at[1]], ml.states[at[2]]
		if o.symbol > 31 {
			return errSequences
		}
		raw := uint32(1)<<o.symbol | in.take(o.symbol)
		mc, lc := matchCodes[m.symbol], litCodes[l.symbol]
		length := int(mc.base + in.take(mc.bits))
		lits := int(lc.base + in.take(lc.bits))
		if in.left < 0 {
			return errBits
		}
		took := before - in.left
		before = in.left
		if i < n-1 {
			at[0] = uint32(l.base) + in.take(l.bits)
			at[2] = uint32(m.base) + in.take(m.bits)
			at[1] = uint32(o.base) + in.take(o.bits)
		}
		if err := d.copyLiterals(lits); err != nil {
			return err
		}
		back, err := d.offset(raw, lits)
		if err != nil {
			return err
		}
		if err := d.copyMatch(back, length, int64(took)); err != nil {
			return err
		}
	}
	if in.left != 0 {
		return errBits
	}
	return d.copyLiterals(len(d.lit))
}

// offset tells how far back a match is; 1 to 3 stand for those of the matches
// before (RFC 8878, 3.1.1.5).
func (d *decoder) offset(raw uint32, lits int) (int, error) {
	last := &d.last
	if raw > 3 {
		*last = [3]int{int(raw - 3), last[0], last[1]}
		return last[0], nil
	}
	if lits == 0 {
		raw++
	}
	switch raw {
	case 1:
	case 2:
		last[0], last[1] = last[1], last[0]
	case 3:
		*last = [3]int{last[2], last[0], last[1]}
	case 4:
		if last[0] < 2 {
			return 0, errOffset
		}
		*last = [3]int{last[0] - 1, last[0], last[1]}
	}
	return last[0], nil
}

// copyLiterals puts out the next n literals.
func (d *decoder) copyLiterals(n int) error {
	if n > len(d.lit) {
		return errSequences
	}
	if len(d.buf)+n-d.blockAt > maxBlock {
		return errLong
	}
	d.buf = append(d.buf, d.lit[:n]...)
	for _, c := range d.cost[:n] {
		d.log.Out(1, int64(c))
	}
	d.lit, d.cost = d.lit[n:], d.cost[n:]
	return nil
}

// copyMatch puts out a match.
func (d *decoder) copyMatch(back, n int, took int64) error {
	if back > len(d.buf) || back > d.window || int64(back) > d.total+int64(len(d.buf)-d.blockAt) {
		return errOffset
	}
	if len(d.buf)+n-d.blockAt > maxBlock {
		return errLong
	}
	d.log.Out(n, took)
	for from := len(d.buf) - back; n > 0; {
		k := min(n, len(d.buf)-from)
		d.buf = append(d.buf, d.buf[from:from+k]...)
		n -= k
	}
	return nil
}
