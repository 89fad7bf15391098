package codec

import "testing"

func TestPlausible(t *testing.T) {
	for _, c := range []struct{ packed, max, want int64 }{
		{18 << 10, 4 << 30, 64 << 20},
		{1 << 20, 4 << 30, 1000 << 20},
		{150 << 20, 4 << 30, 4 << 30},
		{1 << 62, 4 << 30, 4 << 30},
		{100, 1 << 20, 1 << 20},
		{100, 0, 0},
		{0, 4 << 30, 4 << 30}, // files of /proc and devices do not tell
	} {
		if got := Plausible(c.packed, c.max); got != c.want {
			t.Errorf("Plausible(%d, %d) = %d, want %d", c.packed, c.max, got, c.want)
		}
	}
}
