package xz

import (
	"io"
	"testing"

	otherxz "github.com/therootcompany/xz"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/bitwalk/walktest"
)

func FuzzXZ(f *testing.F) {
	f.Add(pack(f, []byte("#define A 1\n#define AA 1\n#define AAA 11111111111111111\n")))
	f.Add(pack(f, nil))
	f.Fuzz(func(t *testing.T, packed []byte) {
		walktest.Fuzz(t, open, func(r io.Reader) (io.Reader, error) { return otherxz.NewReader(r, MaxDict) }, packed)
	})
}
