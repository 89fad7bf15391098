package xz

import (
	"bytes"
	"encoding/binary"
	"hash"
	"hash/crc32"
	"io"
)

// index reads what is behind a stream's blocks, and the next stream's header.
func (z *Reader) index() error {
	z.indexed = false
	crc := crc32.NewIEEE()
	begun := z.in.n
	in := &summed{z.in, crc}
	want := []int64{0, int64(len(z.blocks))}
	for _, b := range z.blocks {
		want = append(want, b.unpadded, b.unpacked)
	}
	for _, n := range want {
		if err := in.expect(n); err != nil {
			return err
		}
	}
	for (z.in.n-begun)%4 != 0 {
		if err := in.expect(0); err != nil {
			return err
		}
	}
	size := z.in.n - begun
	var sum [4]byte
	if _, err := io.ReadFull(z.in, sum[:]); err != nil {
		return err
	}
	if binary.LittleEndian.Uint32(sum[:]) != crc.Sum32() {
		return errSum
	}
	if err := z.footer(size); err != nil {
		return err
	}
	return z.nextStream()
}

// footer reads a stream's last bytes; size is the index's without its checksum.
func (z *Reader) footer(size int64) error {
	var b [12]byte
	if _, err := io.ReadFull(z.in, b[:]); err != nil {
		return err
	}
	if crc32.ChecksumIEEE(b[4:10]) != binary.LittleEndian.Uint32(b[:]) {
		return errSum
	}
	if int64(binary.LittleEndian.Uint32(b[4:]))*4 != size || [2]byte(b[8:10]) != z.flags || string(b[10:]) != footerMagic {
		return errIndex
	}
	return nil
}

// nextStream reads on to the next stream, before which there may be zeros, four
// at a time.
func (z *Reader) nextStream() error {
	for {
		b, err := z.in.Peek(4)
		if len(b) == 0 && err == io.EOF {
			return errEnd
		}
		if err != nil {
			return err
		}
		if !bytes.Equal(b, make([]byte, 4)) {
			return z.stream()
		}
		if _, err := io.CopyN(io.Discard, z.in, 4); err != nil {
			return err
		}
	}
}

// summed is a reader of bytes that are summed up.
type summed struct {
	in  *counted
	sum hash.Hash
}

func (s *summed) ReadByte() (byte, error) {
	b, err := s.in.ReadByte()
	if err == nil {
		s.sum.Write([]byte{b})
	}
	return b, err
}

// expect reads a number that is to be n.
func (s *summed) expect(n int64) error {
	var b []byte
	for len(b) < 9 {
		c, err := s.ReadByte()
		if err != nil {
			return err
		}
		if b = append(b, c); c < 0x80 {
			break
		}
	}
	if v, size := uvarint(b); size != len(b) || v != n {
		return errIndex
	}
	return nil
}
