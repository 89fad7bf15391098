package imagescan

import (
	"bytes"
	"encoding/binary"
	"io"
	"testing"
)

// TestLZ4 reads what `lz4 -l` writes and what kernels have: frames one after
// the other, and the decompressed size at the end.
func TestLZ4(t *testing.T) {
	data := noise(8<<20 + 12345)
	packed := pack(t, "lz4", data)
	z := newDecompressor("lz4", maxDict)
	read := func(in []byte) ([]byte, error) {
		if err := z.Reset(bytes.NewReader(in)); err != nil {
			return nil, err
		}
		return io.ReadAll(z)
	}
	for name, c := range map[string]struct{ in, want []byte }{
		"one frame":  {packed, data},
		"two frames": {join(packed, packed), join(data, data)},
		"size after": {binary.LittleEndian.AppendUint32(packed[:len(packed):len(packed)], uint32(len(data))), data},
		"no block":   {packed[:4], nil},
	} {
		if got, err := read(c.in); err != nil || !bytes.Equal(got, c.want) {
			t.Errorf("%s: %d bytes, %v; want %d", name, len(got), err, len(c.want))
		}
	}
	for name, in := range map[string][]byte{
		"cut":           packed[:len(packed)-1],
		"huge block":    binary.LittleEndian.AppendUint32(packed[:4:4], 1<<31-1),
		"another magic": {3, 0x21, 0x4c, 0x18, 0, 0},
	} {
		if got, err := read(in); err == nil {
			t.Errorf("%s: %d bytes and no error", name, len(got))
		}
	}
}
