package bitwalk

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/bitwalk/steps"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/codec"
)

// Where the source cannot be read a walk says why, and not that its end is missing.
func TestSourceFails(t *testing.T) {
	text := []byte(strings.Repeat("int a; /* b */ struct c { int d; };\n", 3000))
	broken := errors.New("the disk is broken")
	for _, format := range codec.Formats() {
		var packed bytes.Buffer
		z, _, err := codec.NewWriter(&packed, format, 0)
		if err != nil {
			t.Fatal(err)
		}
		z.Write(text)
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		for _, n := range []int{1, packed.Len() / 2, packed.Len() - 1} {
			part := bytes.NewReader(packed.Bytes()[:n])
			for _, want := range []error{nil, broken} {
				var r io.Reader = part
				if want != nil {
					part.Reset(packed.Bytes()[:n])
					r = io.MultiReader(part, iotest.ErrReader(broken))
				}
				data, _, _, known := Open(r, &steps.Log{})
				if !known {
					continue // an xz file of one byte
				}
				if _, err := io.Copy(io.Discard, data); errors.Is(err, broken) != (want != nil) {
					t.Errorf("%s, %d bytes of %d: %v, want %v", format, n, packed.Len(), err, want)
				}
			}
		}
	}
}
