package bzip2

import (
	"bufio"
	"bytes"
	"io"
	"strings"
	"testing"

	dsnet "github.com/dsnet/compress/bzip2"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/bitwalk/steps"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/bitwalk/walktest"
)

func open(r *bufio.Reader, log *steps.Log) io.Reader { return NewReader(r, log) }

func pack(t testing.TB, level int, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z, err := dsnet.NewWriter(&b, &dsnet.WriterConfig{Level: level})
	if err != nil {
		t.Fatal(err)
	}
	z.Write(data)
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestSamples(t *testing.T) {
	for name, data := range walktest.Samples() {
		for _, level := range []int{1, 9} {
			packed := pack(t, level, data)
			walktest.Good(t, open, packed, data)
			if level == 1 && name == "mixed" {
				walktest.Good(t, open, append(packed, packed...), append(data, data...))
				walktest.Damaged(t, open, pack(t, 1, data[50_000:90_000]), data[50_000:90_000])
			}
		}
	}
}

// TestCosts shows that what a byte took goes with it to its place in the output:
// noise costs eight bits and more, the text around it less.
func TestCosts(t *testing.T) {
	text := walktest.Samples()["text"][:100_000]
	noise := walktest.Samples()["noise"][:5_000]
	data := append(append(bytes.Clone(text), noise...), text...)
	w := walktest.Good(t, open, pack(t, 9, data), data)
	at, inNoise, in := int64(0), int64(0), int64(0)
	for _, s := range w.Steps {
		if s.N == 0 {
			continue
		}
		if at >= int64(len(text)) && at < int64(len(text)+len(noise)) {
			inNoise += s.Weight
		}
		in += s.Weight
		at += s.N
	}
	if inNoise < 8*int64(len(noise)) || inNoise > 12*int64(len(noise)) {
		t.Errorf("%d bytes of noise take %d of %d bits", len(noise), inNoise, in)
	}
}

func TestErrors(t *testing.T) {
	good := string(pack(t, 1, []byte("text")))
	for _, c := range []struct{ in, want string }{
		{"", "bzip2: unexpected EOF"},
		{"BZh0", "bzip2: not the head of a stream"},
		{good[:len(good)-1], "bzip2: unexpected EOF"},
		{good[:10] + "xxxx" + good[14:], "bzip2: the checksum of a block does not match"},
		{good[:14] + "\x80" + good[15:], "bzip2: a block that is randomised, as versions before 0.9.5 made them"},
		{good + "BZh0", "bzip2: there are bytes after its end"},
		{"BZh9" + strings.Repeat("x", 20), "bzip2: a block that cannot be"},
	} {
		if _, err := walktest.Run(open, []byte(c.in)); err == nil || err.Error() != c.want {
			t.Errorf("%q: %v, want %q", c.in, err, c.want)
		}
	}
}
