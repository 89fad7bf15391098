package gzip

import (
	stdgzip "compress/gzip"
	"io"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/bitwalk/walktest"
)

func FuzzGzip(f *testing.F) {
	for _, level := range []int{0, 1, 9} {
		f.Add(pack(f, level, []byte("#define A 1\n#define AA 1\n#define AAA 11111111111111111\n")))
	}
	f.Fuzz(func(t *testing.T, packed []byte) {
		walktest.Fuzz(t, open, func(r io.Reader) (io.Reader, error) { return stdgzip.NewReader(r) }, packed)
	})
}
