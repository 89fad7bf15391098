package xz

// prob is the probability that a bit is 0, in 1/2048.
type prob = uint16

const (
	probBits = 11 // a probability has this many bits
	probHalf = 1 << (probBits - 1)
	probMove = 5 // how slowly a probability follows what is coded
	topValue = 1 << 24
)

// rangeCoder is the encoder's end of LZMA's range coder. It appends to out.
type rangeCoder struct {
	out   []byte
	low   uint64 // the lower end of the interval, a carry in bit 32
	width uint32 // the interval's width
	// held is a byte that a carry may still change, followed by run-1 bytes of
	// 0xff, which a carry would make 0.
	held byte
	run  int
}

// reset begins a chunk. Its first byte is always 0: it is held, and written.
func (r *rangeCoder) reset() {
	*r = rangeCoder{out: r.out[:0], width: 1<<32 - 1, run: 1}
}

// size is how many bytes there will be once the coder is flushed.
func (r *rangeCoder) size() int { return len(r.out) + r.run + 4 }

// shift moves the highest byte of low out.
func (r *rangeCoder) shift() {
	if uint32(r.low) < 0xff000000 || r.low>>32 != 0 {
		carry := byte(r.low >> 32)
		r.out = append(r.out, r.held+carry)
		for ; r.run > 1; r.run-- {
			r.out = append(r.out, 0xff+carry)
		}
		r.held, r.run = byte(r.low>>24), 0
	}
	r.run++
	r.low = r.low << 8 & (1<<32 - 1)
}

// flush writes what is still held.
func (r *rangeCoder) flush() {
	for range 5 {
		r.shift()
	}
}

// bit codes a bit by its probability, which follows it.
func (r *rangeCoder) bit(p *prob, bit uint32) {
	bound := r.width >> probBits * uint32(*p)
	if bit == 0 {
		r.width = bound
		*p += (1<<probBits - *p) >> probMove
	} else {
		r.low += uint64(bound)
		r.width -= bound
		*p -= *p >> probMove
	}
	for r.width < topValue {
		r.width <<= 8
		r.shift()
	}
}

// direct codes the lowest n bits of v, each as likely 0 as 1, the highest first.
func (r *rangeCoder) direct(v uint32, n int) {
	for n--; n >= 0; n-- {
		r.width >>= 1
		r.low += uint64(r.width & -(v >> n & 1))
		for r.width < topValue {
			r.width <<= 8
			r.shift()
		}
	}
}

// tree codes the lowest n bits of v, the highest first, each by the
// probability that belongs to the bits before it.
func (r *rangeCoder) tree(p []prob, v uint32, n int) {
	node := uint32(1)
	for n--; n >= 0; n-- {
		bit := v >> n & 1
		r.bit(&p[node], bit)
		node = node<<1 | bit
	}
}

// reverse is tree with the lowest bit first. The probabilities begin at
// p[base+1], since those of some trees overlap.
func (r *rangeCoder) reverse(p []prob, base int, v uint32, n int) {
	node := uint32(1)
	for range n {
		bit := v & 1
		v >>= 1
		r.bit(&p[base+int(node)], bit)
		node = node<<1 | bit
	}
}
