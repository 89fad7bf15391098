package bzip2

import (
	stdbzip2 "compress/bzip2"
	"io"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/bitwalk/walktest"
)

func FuzzBzip2(f *testing.F) {
	f.Add(pack(f, 1, nil))
	f.Add(pack(f, 1, []byte("#define A 1\n#define AA 1\n#define AAA 11111111111111111\n")))
	f.Fuzz(func(t *testing.T, packed []byte) {
		walktest.Fuzz(t, open, func(r io.Reader) (io.Reader, error) { return stdbzip2.NewReader(r), nil }, packed)
	})
}
