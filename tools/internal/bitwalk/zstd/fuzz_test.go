package zstd

import (
	"io"
	"strings"
	"testing"

	kzstd "github.com/klauspost/compress/zstd"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/bitwalk/walktest"
)

func FuzzZstd(f *testing.F) {
	text := strings.Repeat("#define A 1\n#define AA 1\n", 20) + "static inline struct sk_buff *skb(void) { return 0; }\n"
	for level := 1; level <= 4; level++ {
		f.Add(pack(f, level, []byte(text)))
	}
	f.Fuzz(func(t *testing.T, packed []byte) {
		walktest.Fuzz(t, open, func(r io.Reader) (io.Reader, error) {
			z, err := kzstd.NewReader(r, kzstd.WithDecoderConcurrency(1), kzstd.WithDecoderLowmem(true), kzstd.WithDecoderMaxWindow(MaxWindow))
			if err != nil {
				return nil, err
			}
			return z.IOReadCloser(), nil
		}, packed)
	})
}
