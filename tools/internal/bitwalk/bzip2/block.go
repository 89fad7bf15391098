package bzip2

import "errors"

var (
	errBlock = errors.New("a block that cannot be")
	errLong  = errors.New("a block that is longer than it may be")
)

// group is for how many symbols a Huffman code holds.
const group = 50

// The symbols of runs.
const runA, runB = 0, 1

// block is a block's last column, before the Burrows-Wheeler transform is undone.
type block struct {
	// next has a byte in its lowest 8 bits and, once linked, above it the place of
	// the byte that follows it in the output.
	next []uint32
	// cost has the bits that each byte took: less than 32, for no code is longer.
	cost   []uint8
	origin uint32
	codes  [6]code
}

// read reads a block up to its end and links it. max is how many bytes it may have.
func (b *block) read(in *bitReader, max int) error {
	b.next, b.cost = b.next[:0], b.cost[:0]
	if old, err := in.bits(1); err != nil || old != 0 {
		if err == nil {
			err = errors.New("a block that is randomised, as versions before 0.9.5 made them")
		}
		return err
	}
	origin, err := in.bits(24)
	if err != nil {
		return err
	}
	b.origin = origin
	places, err := readMap(in)
	if err != nil {
		return err
	}
	choice, err := b.readCodes(in, len(places)+2)
	if err != nil {
		return err
	}
	if err := b.symbols(in, places, choice, max); err != nil {
		return err
	}
	if len(b.next) == 0 || int(b.origin) >= len(b.next) {
		return errBlock
	}
	b.link()
	return nil
}

// readMap reads which bytes are in the block.
func readMap(in *bitReader) ([]byte, error) {
	rows, err := in.bits(16)
	if err != nil {
		return nil, err
	}
	var places []byte
	for row := range 16 {
		if rows>>(15-row)&1 == 0 {
			continue
		}
		used, err := in.bits(16)
		if err != nil {
			return nil, err
		}
		for i := range 16 {
			if used>>(15-i)&1 == 1 {
				places = append(places, byte(16*row+i))
			}
		}
	}
	if len(places) == 0 {
		return nil, errBlock
	}
	return places, nil
}

// readCodes reads the Huffman codes and which of them each group of symbols has.
func (b *block) readCodes(in *bitReader, symbols int) (choice []uint8, err error) {
	head, err := in.bits(18)
	if err != nil {
		return nil, err
	}
	codes, groups := int(head>>15), int(head&0x7fff)
	if codes < 2 || codes > 6 || groups == 0 {
		return nil, errBlock
	}
	order := [6]uint8{0, 1, 2, 3, 4, 5}
	choice = make([]uint8, groups)
	for g := range choice {
		j := 0
		for {
			more, err := in.bits(1)
			if err != nil {
				return nil, err
			}
			if more == 0 {
				break
			}
			if j++; j >= codes {
				return nil, errBlock
			}
		}
		c := order[j]
		copy(order[1:j+1], order[:j])
		order[0] = c
		choice[g] = c
	}
	lengths := make([]uint8, symbols)
	for c := range codes {
		length, err := in.bits(5)
		if err != nil {
			return nil, err
		}
		for s := range lengths {
			for {
				if length < 1 || length > maxCode {
					return nil, errBlock
				}
				more, err := in.bits(1)
				if err != nil {
					return nil, err
				}
				if more == 0 {
					break
				}
				down, err := in.bits(1)
				if err != nil {
					return nil, err
				}
				length += 1 - 2*down
			}
			lengths[s] = uint8(length)
		}
		if err := b.codes[c].set(lengths); err != nil {
			return nil, err
		}
	}
	return choice, nil
}

// symbols decodes the last column, and what each byte of it took. The bits of a
// run, which several symbols tell, are split by the floor of a running sum.
func (b *block) symbols(in *bitReader, places []byte, choice []uint8, max int) error {
	end := len(places) + 1
	run, unit, runBits := 0, 1, 0
	for n := 0; ; n++ {
		if n/group >= len(choice) {
			return errBlock
		}
		s, bits, err := b.codes[choice[n/group]].next(in)
		if err != nil {
			return err
		}
		if s == runA || s == runB {
			run += unit << s
			if run > max-len(b.next) {
				return errLong
			}
			unit <<= 1
			runBits += int(bits)
			continue
		}
		for i := range run {
			b.next = append(b.next, uint32(places[0]))
			b.cost = append(b.cost, uint8(runBits*(i+1)/run-runBits*i/run))
		}
		run, unit, runBits = 0, 1, 0
		if s == end {
			return nil
		}
		if len(b.next) >= max {
			return errLong
		}
		c := places[s-1]
		copy(places[1:s], places[:s-1])
		places[0] = c
		b.next = append(b.next, uint32(c))
		b.cost = append(b.cost, uint8(bits))
	}
}

// link undoes the transform: it has each byte say where the next one is.
func (b *block) link() {
	var at [256]uint32
	for _, v := range b.next {
		at[v&0xff]++
	}
	sum := uint32(0)
	for i, n := range at {
		at[i] = sum
		sum += n
	}
	for i, v := range b.next {
		c := v & 0xff
		b.next[at[c]] |= uint32(i) << 8
		at[c]++
	}
}
