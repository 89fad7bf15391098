package xz

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"hash"
	"hash/crc32"
)

// magic is what a stream begins with.
const magic = "\xfd7zXZ\x00"

// HeadLen is how much Known looks at: the head of a stream and that of a block.
const HeadLen = 12 + 1024

var (
	errHead  = errors.New("the head of a block is damaged")
	errIndex = errors.New("the index does not match the blocks")
)

// Known tells whether a file that begins so can be walked: whether its first block
// has LZMA2 and no other filter. What is damaged counts as known: the walk says
// what is wrong.
func Known(head []byte) bool {
	if len(head) < 13 || head[12] == 0 {
		return true
	}
	h := head[12:]
	if n := 4 * (int(h[0]) + 1); n < len(h) {
		h = h[:n]
	}
	b, err := parseHead(h)
	return err != nil || b.known
}

// blockHead is what the head of a block says. Sizes are -1 where it does not.
type blockHead struct {
	packed, size int64
	known        bool // there is no filter but LZMA2
	dict         int64
}

// parseHead reads the head of a block.
func parseHead(h []byte) (blockHead, error) {
	b := blockHead{packed: -1, size: -1}
	n := len(h) - 4
	if n < 4 || 4*(int(h[0])+1) != len(h) || crc32.ChecksumIEEE(h[:n]) != binary.LittleEndian.Uint32(h[n:]) {
		return b, errHead
	}
	flags, in := h[1], h[2:n]
	if flags&0x3c != 0 {
		return b, errHead
	}
	for i, to := range []*int64{&b.packed, &b.size} {
		if flags>>(6+i)&1 == 0 {
			continue
		}
		v, k := binary.Uvarint(in)
		if k <= 0 || v >= 1<<63 {
			return b, errHead
		}
		*to, in = int64(v), in[k:]
	}
	filters := int(flags&3) + 1
	for range filters {
		id, k := binary.Uvarint(in)
		if k <= 0 {
			return b, errHead
		}
		in = in[k:]
		size, k := binary.Uvarint(in)
		if k <= 0 || size > uint64(len(in)-k) {
			return b, errHead
		}
		props := in[k : k+int(size)]
		in = in[k+int(size):]
		if id != 0x21 {
			continue
		}
		if len(props) != 1 || props[0] > 40 {
			return b, errHead
		}
		b.known = filters == 1
		b.dict = 1<<32 - 1
		if p := props[0]; p < 40 {
			b.dict = int64(2|p&1) << (p/2 + 11)
		}
	}
	if len(bytes.Trim(in, "\x00")) > 0 {
		return b, errHead
	}
	return b, nil
}

// noteSizes adds the sizes of a block to what is known of all, in little memory.
func noteSizes(h hash.Hash, packed, size int64) {
	var b [16]byte
	binary.LittleEndian.PutUint64(b[:], uint64(packed))
	binary.LittleEndian.PutUint64(b[8:], uint64(size))
	h.Write(b[:])
}

// index reads the index, which repeats the sizes of the blocks, and the end of the
// stream.
func (r *Reader) index() error {
	begin := r.read
	sum := crc32.NewIEEE()
	byteOf := func() (byte, error) {
		v, err := r.number(1)
		sum.Write([]byte{byte(v)})
		return byte(v), err
	}
	number := func() (uint64, error) {
		v := uint64(0)
		for shift := 0; shift < 63; shift += 7 {
			b, err := byteOf()
			if err != nil {
				return 0, err
			}
			v |= uint64(b&0x7f) << shift
			if b < 0x80 {
				return v, nil
			}
		}
		return 0, errIndex
	}
	if _, err := byteOf(); err != nil {
		return err
	}
	count, err := number()
	if err != nil {
		return err
	}
	if count != uint64(r.count) {
		return errIndex
	}
	seen := sha256.New()
	for range r.count {
		packed, err := number()
		if err != nil {
			return err
		}
		size, err := number()
		if err != nil {
			return err
		}
		noteSizes(seen, int64(packed), int64(size))
	}
	if !bytes.Equal(seen.Sum(nil), r.sizes.Sum(nil)) {
		return errIndex
	}
	for (r.read-begin)%4 != 0 {
		if b, err := byteOf(); err != nil {
			return err
		} else if b != 0 {
			return errIndex
		}
	}
	want, err := r.number(4)
	if err != nil {
		return err
	}
	if uint32(want) != sum.Sum32() {
		return errIndex
	}
	size := r.read - begin
	f, err := r.take(nil, 12)
	if err != nil {
		return err
	}
	switch {
	case string(f[10:]) != "YZ", crc32.ChecksumIEEE(f[4:10]) != binary.LittleEndian.Uint32(f),
		f[8] != 0, uint64(f[9]) != r.check, 4*(int64(binary.LittleEndian.Uint32(f[4:]))+1) != size:
		return errors.New("the end of a stream is damaged")
	}
	r.log.Frame(8 * (r.read - begin))
	r.part = inFile
	return nil
}
