package imagescan

import "testing"

// TestXZWindow has the sizes of the xz file format: 2 or 3 times a power of two,
// from 4 KiB on, and one byte less than 4 GiB for the last.
func TestXZWindow(t *testing.T) {
	for bits, want := range map[byte]int64{0: 4 << 10, 1: 6 << 10, 18: 2 << 20, 39: 3 << 30, 40: 1<<32 - 1, 41: unknownWindow} {
		head := append(make([]byte, 12), 2, 0, 0x21, 1, bits)
		if got := xzWindow(head); got != want {
			t.Errorf("%d: %d, want %d", bits, got, want)
		}
		// With sizes, and another filter before it.
		head = append(make([]byte, 12), 4, 0xc1, 0x80, 1, 5, 0x04, 0, 0x21, 1, bits)
		if got := xzWindow(head); got != want {
			t.Errorf("%d, after sizes: %d, want %d", bits, got, want)
		}
	}
}
