package xz

import (
	"bytes"
	"math/rand"
	"strings"
	"testing"
)

// Small texts and such that cannot be made smaller. What differs is where chunks
// end, so a few bytes more are no fault.
func TestTexts(t *testing.T) {
	rnd := rand.New(rand.NewSource(1))
	noise := make([]byte, 1<<20+12345)
	rnd.Read(noise)
	for name, text := range map[string][]byte{
		"empty":   nil,
		"byte":    []byte("a"),
		"line":    []byte("#include <linux/types.h>\n"),
		"zeros":   make([]byte, 1<<20),
		"noise":   noise,
		"decimal": []byte(strings.Repeat("0123456789", 5000)),
		"twice":   append(bytes.Clone(noise[:200_000]), noise[:200_000]...),
	} {
		t.Run(name, func(t *testing.T) {
			for _, nice := range []string{"64", "273"} {
				if ours, theirs := both(t, text, nice); float64(ours) > 1.01*float64(theirs)+8 {
					t.Errorf("nice %s: %d bytes, %d of xz", nice, ours, theirs)
				}
			}
		})
	}
}
