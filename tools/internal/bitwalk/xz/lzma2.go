package xz

import "io"

// A lzma2 decodes the chunks of a block.
type lzma2 struct {
	dict  int    // how far back a match may reach, in bytes
	buf   []byte // output: the dictionary, and what comes after
	total uint64 // bytes since the dictionary was reset
	model model
	rc    rangeCoder

	needDict, needProps, needState bool

	left   int   // bytes of the chunk that are to come
	isLZMA bool  // the chunk is compressed
	bits   int64 // of the chunk, with its head
	chunk  []byte
	extent int64 // bytes of the block that were read
}

// slack is how many bytes are kept beyond the dictionary before they are dropped.
const slack = 8 << 20

// piece is how much is decoded at a time.
const piece = 64 << 10

// start begins a block.
func (d *lzma2) start(dict int) {
	d.dict, d.buf, d.total, d.left, d.extent = dict, d.buf[:0], 0, 0, 0
	d.needDict, d.needProps, d.needState = true, true, true
}

// slide drops what no match can reach, now and then; it tells how many bytes.
func (d *lzma2) slide() int {
	drop := len(d.buf) - d.dict
	if drop < min(max(d.dict, 1<<20), slack) {
		return 0
	}
	d.buf = append(d.buf[:0], d.buf[drop:]...)
	return drop
}

// chunkHead reads the head of a chunk and, where it is compressed, all of it. The end of
// the block is io.EOF.
func (r *Reader) chunkHead() error {
	d := &r.d
	begin := r.read
	control, err := r.number(1)
	if err != nil {
		return err
	}
	if control == 0 {
		r.log.Frame(8)
		d.extent++
		return io.EOF
	}
	switch {
	case control == 1 || control >= 0xe0:
		d.needDict, d.total = false, 0
	case d.needDict:
		return errChunk
	}
	if d.isLZMA = control >= 0x80; !d.isLZMA {
		if control > 2 {
			return errChunk
		}
		n, err := r.number(-2)
		if err != nil {
			return err
		}
		d.left, d.bits = int(n)+1, 8*(3+int64(n)+1)
		d.extent += d.bits / 8
		return nil
	}
	low, err := r.number(-2)
	if err != nil {
		return err
	}
	packed, err := r.number(-2)
	if err != nil {
		return err
	}
	switch {
	case control >= 0xc0:
		props, err := r.number(1)
		if err != nil {
			return err
		}
		if err := d.model.properties(byte(props)); err != nil {
			return err
		}
		d.model.reset()
		d.needProps, d.needState = false, false
	case d.needProps:
		return errChunk
	case control >= 0xa0:
		d.model.reset()
		d.needState = false
	case d.needState:
		return errChunk
	}
	if d.chunk, err = r.take(d.chunk, int(packed)+1); err != nil {
		return err
	}
	d.left = int(control&0x1f)<<16 + int(low) + 1
	d.bits = 8 * (r.read - begin)
	d.extent += r.read - begin
	return d.rc.start(d.chunk)
}

// output decodes a part of the chunk.
func (r *Reader) output() error {
	d := &r.d
	if !d.isLZMA {
		var err error
		n := min(d.left, piece)
		if r.plain, err = r.take(r.plain, n); err != nil {
			return err
		}
		d.buf = append(d.buf, r.plain...)
		d.total += uint64(n)
		r.log.Out(n, int64(n)*8*unit)
		if d.left -= n; d.left == 0 {
			r.log.Block(d.bits)
		}
		return nil
	}
	if err := r.symbols(min(d.left, piece)); err != nil {
		return err
	}
	if d.left > 0 {
		return nil
	}
	if err := d.rc.ended(); err != nil {
		return err
	}
	r.log.Block(d.bits)
	return nil
}

// symbols decodes at least n bytes.
func (r *Reader) symbols(n int) error {
	d := &r.d
	m, rc := &d.model, &d.rc
	for end := len(d.buf) + n; len(d.buf) < end; {
		rc.cost = 0
		pos := uint32(d.total) & (1<<m.pb - 1)
		if rc.bit(&m.isMatch[m.state][pos]) == 0 {
			prev, matched := byte(0), byte(0)
			if d.total > 0 {
				prev = d.buf[len(d.buf)-1]
			}
			if m.state >= 7 {
				if err := d.reaches(m.rep[0]); err != nil {
					return err
				}
				matched = d.buf[len(d.buf)-1-int(m.rep[0])]
			}
			d.buf = append(d.buf, m.readLiteral(rc, d.total, prev, matched))
			d.total++
			d.left--
			r.log.Out(1, rc.cost)
			continue
		}
		length := 0
		if rc.bit(&m.isRep[m.state]) == 0 {
			length = int(m.readMatch(rc, pos))
		} else {
			length = int(m.readRepeat(rc, pos))
		}
		if err := d.reaches(m.rep[0]); err != nil {
			return err
		}
		if length > d.left {
			return errLong
		}
		r.log.Out(length, rc.cost)
		d.left -= length
		d.total += uint64(length)
		for from := len(d.buf) - 1 - int(m.rep[0]); length > 0; {
			k := min(length, len(d.buf)-from)
			d.buf = append(d.buf, d.buf[from:from+k]...)
			length -= k
		}
	}
	return nil
}

// reaches returns an error for what lies outside the dictionary.
func (d *lzma2) reaches(back uint32) error {
	if uint64(back) >= d.total || int64(back) >= int64(d.dict) || int64(back) >= int64(len(d.buf)) {
		return errDistance
	}
	return nil
}
