package gzip

import (
	"bufio"
	"bytes"
	stdgzip "compress/gzip"
	"io"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/bitwalk/steps"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/bitwalk/walktest"
)

func open(r *bufio.Reader, log *steps.Log) io.Reader { return NewReader(r, log) }

func pack(t testing.TB, level int, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z, err := stdgzip.NewWriterLevel(&b, level)
	if err != nil {
		t.Fatal(err)
	}
	z.Name, z.Comment, z.Extra = "name", "comment", []byte("extra")
	for len(data) > 0 {
		n := min(len(data), 100_001)
		z.Write(data[:n])
		z.Flush()
		data = data[n:]
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestSamples(t *testing.T) {
	for name, data := range walktest.Samples() {
		for _, level := range []int{stdgzip.HuffmanOnly, 0, 1, 6, 9} {
			packed := pack(t, level, data)
			walktest.Good(t, open, packed, data)
			if level == 6 && name == "mixed" {
				walktest.Damaged(t, open, packed, data)
				walktest.Good(t, open, append(packed, packed...), append(data, data...))
			}
		}
	}
}

// TestFixedCodes knows what each symbol of a block with the codes of RFC 1951 takes.
func TestFixedCodes(t *testing.T) {
	// A literal of 8 bits, a match over 5 of 7 + 5 bits, one of 9 bits.
	packed := []byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255}
	bits, n := uint64(0), 0
	put := func(v uint64, width int) { bits |= v << n; n += width }
	huffman := func(v uint64, width int) {
		for i := width - 1; i >= 0; i-- {
			put(v>>i&1, 1)
		}
	}
	put(3, 3)                  // the last block, fixed
	huffman(0x30+'a', 8)       // a
	huffman(3, 7)              // a match over 5 bytes
	huffman(0, 5)              // one back
	huffman(0x190+0xf0-144, 9) // 0xf0
	huffman(0, 7)              // the end
	for i := range (n + 7) / 8 {
		packed = append(packed, byte(bits>>(8*i)))
	}
	want := []byte("aaaaaa\xf0")
	var std bytes.Buffer
	z := stdgzip.NewWriter(&std)
	z.Write(want)
	z.Close()
	packed = append(packed, std.Bytes()[std.Len()-8:]...)
	w := walktest.Good(t, open, packed, want)
	wantSteps := []steps.Step{{N: 1, Weight: 8}, {N: 5, Weight: 12}, {N: 1, Weight: 9}, {N: 0, Weight: int64(n)}}
	for i, s := range wantSteps {
		if len(w.Steps) != len(wantSteps) || w.Steps[i] != s {
			t.Fatalf("steps %v, want %v", w.Steps, wantSteps)
		}
	}
}

func TestErrors(t *testing.T) {
	good := pack(t, 6, []byte("text"))
	for _, c := range []struct{ in, want string }{
		{"", "gzip: unexpected EOF"},
		{"\x1f\x8b\x07" + strings.Repeat("\x00", 20), "gzip: not the head of a stream"},
		{string(good[:len(good)-1]), "gzip: unexpected EOF"},
		{string(good[:len(good)-1]) + "\x01", "gzip: the checksum does not match"},
		{string(good) + "\x00", "gzip: unexpected EOF"},
		{string(good) + strings.Repeat("\x00", 20), "gzip: there are bytes after its end"},
		{"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff\x07", "gzip: a block of deflate that cannot be"},
		{"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff\x01\x01\x00\x01\x00x", "gzip: a block of deflate that cannot be"},
		{"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff\x03\x02\x00\x00\x00\x00\x00\x00\x00\x00", "gzip: a match from before the beginning"},
	} {
		if _, err := walktest.Run(open, []byte(c.in)); err == nil || err.Error() != c.want {
			t.Errorf("%q: %v, want %q", c.in, err, c.want)
		}
	}
}
