package xz

import (
	"bufio"
	"bytes"
	"io"
	"strings"
	"testing"

	ulikunitz "github.com/ulikunitz/xz"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/bitwalk/steps"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/bitwalk/walktest"
)

func open(r *bufio.Reader, log *steps.Log) io.Reader { return NewReader(r, log) }

func pack(t testing.TB, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z, err := ulikunitz.NewWriter(&b)
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
		data = data[:min(len(data), 250_000)]
		for _, args := range []string{"-0", "-6", "-9e", "--check=none -1", "--check=crc32 -1 --block-size=50000", "--check=sha256 --lzma2=preset=1,lc=0,lp=2,pb=0,dict=4KiB"} {
			t.Run(name+" "+args, func(t *testing.T) { walktest.Good(t, open, walktest.XZ(t, args, data), data) })
		}
	}
}

func TestOtherWriter(t *testing.T) {
	data := walktest.Samples()["mixed"]
	walktest.Good(t, open, pack(t, data), data)
}

func TestDamaged(t *testing.T) {
	data := walktest.Samples()["mixed"][60_000:120_000]
	packed := walktest.XZ(t, "-6", data)
	walktest.Damaged(t, open, packed, data)
	// Two streams, with padding between them and behind.
	two := append(append(bytes.Clone(packed), 0, 0, 0, 0), packed...)
	walktest.Good(t, open, append(two, 0, 0, 0, 0), append(bytes.Clone(data), data...))
}

func TestKnown(t *testing.T) {
	for args, want := range map[string]bool{"-0": true, "--x86 --lzma2=preset=0": false, "--delta --lzma2=preset=0": false} {
		head := walktest.XZ(t, args, []byte("text"))
		if got := Known(head[:min(len(head), HeadLen)]); got != want {
			t.Errorf("xz %s: known is %v", args, got)
		}
	}
	if !Known(nil) || !Known([]byte("\xfd7zXZ\x00garbage garbage garbage")) {
		t.Error("what is damaged is to be walked, to say so")
	}
}

func TestErrors(t *testing.T) {
	good := string(walktest.XZ(t, "-0 --check=crc32", []byte("text")))
	for _, c := range []struct{ in, want string }{
		{"", "xz: unexpected EOF"},
		{strings.Repeat("x", 20), "xz: not the head of a stream"},
		{good[:7] + "\x02" + good[8:], "xz: the head of a stream is damaged"},
		{good[:20] + "\xff" + good[21:], "xz: the head of a block is damaged"},
		{good[:len(good)-1], "xz: unexpected EOF"},
		{good[:len(good)-1] + "x", "xz: the end of a stream is damaged"},
		{good + "more", "xz: unexpected EOF"},
		{good + "more or less nothing", "xz: there are bytes after its end"},
		{string(walktest.XZ(t, "--x86 --lzma2=preset=0", []byte("text"))), "xz: a filter that is not LZMA2 alone"},
		{string(walktest.XZ(t, "--lzma2=dict=256MiB", nil)) + string(walktest.XZ(t, "--lzma2=preset=0,dict=256MiB", []byte("x"))), "xz: a dictionary of 268435456 bytes is more than the 134217728 that are accepted"},
	} {
		if _, err := walktest.Run(open, []byte(c.in)); err == nil || err.Error() != c.want {
			t.Errorf("%q: %v, want %q", c.in, err, c.want)
		}
	}
}

// TestPrices compares them with what they stand for.
func TestPrices(t *testing.T) {
	for p, want := range map[int]uint16{1024: unit, 512: 2 * unit, 1: 11 * unit, 1536: 107, 1448: 128} {
		if got := prices[p]; got < want-1 || got > want+1 {
			t.Errorf("a bit of %d / 2048 costs %d, want %d of %d", p, got, want, unit)
		}
	}
}

// TestMemory has a few bytes ask for the largest dictionary.
func TestMemory(t *testing.T) {
	r := NewReader(bufio.NewReader(bytes.NewReader(walktest.XZ(t, "--lzma2=preset=0,dict=128MiB", []byte("text")))), &steps.Log{})
	if out, err := io.ReadAll(r); err != nil || string(out) != "text" {
		t.Fatal(out, err)
	}
	if n := cap(r.d.buf); n > 1<<20 {
		t.Errorf("%d bytes of memory for 4", n)
	}
}
