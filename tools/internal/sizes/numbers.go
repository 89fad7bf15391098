package sizes

import (
	"fmt"
	"strconv"
)

// Group writes a number with commas between the thousands.
func Group(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Signed is Group with a plus before what is above zero.
func Signed(n int64) string {
	if n > 0 {
		return "+" + Group(n)
	}
	return Group(n)
}

// Rounded writes a number of bytes in the unit that suits it, to a tenth: for
// people, beside the exact number.
func Rounded(n int64) string {
	if n > -1024 && n < 1024 {
		return fmt.Sprintf("%d B", n)
	}
	v, unit := float64(n)/1024, 0
	for ; (v >= 1023.95 || v <= -1023.95) && unit < 3; unit++ {
		v /= 1024
	}
	return fmt.Sprintf("%.1f %ciB", v, "KMGT"[unit])
}

// Percent writes a share to a tenth; "-" of nothing.
func Percent(part, whole int64) string {
	if whole == 0 {
		return "-"
	}
	return fmt.Sprintf("%.1f%%", 100*float64(part)/float64(whole))
}
