package zstd

import (
	"bufio"
	"bytes"
	"io"
	"os/exec"
	"strings"
	"testing"

	kzstd "github.com/klauspost/compress/zstd"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/bitwalk/steps"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/bitwalk/walktest"
)

func open(r *bufio.Reader, log *steps.Log) io.Reader { return NewReader(r, log) }

func pack(t testing.TB, level int, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z, err := kzstd.NewWriter(&b, kzstd.WithEncoderLevel(kzstd.EncoderLevel(level)), kzstd.WithEncoderConcurrency(1))
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
		for _, level := range []int{1, 2, 3, 4} {
			packed := pack(t, level, data)
			if len(data) == 0 && len(packed) == 0 {
				continue
			}
			walktest.Good(t, open, packed, data)
			if level == 3 && name == "mixed" {
				walktest.Good(t, open, append(packed, packed...), append(data, data...))
				walktest.Damaged(t, open, packed, data)
			}
		}
	}
}

// TestProgram walks what the program zstd writes at levels that ours has not: with
// other trees, tables that are repeated, long matches.
func TestProgram(t *testing.T) {
	for name, data := range walktest.Samples() {
		data = data[:min(len(data), 250_000)]
		for _, args := range []string{"-1", "-3", "-19 --check", "-22 --ultra --long=27", "--fast=5"} {
			cmd := exec.Command("zstd", append(strings.Fields(args), "-qc")...)
			cmd.Stdin = bytes.NewReader(data)
			packed, err := cmd.Output()
			if err != nil {
				t.Fatalf("zstd %s: %v", args, err)
			}
			t.Run(name+" "+args, func(t *testing.T) { walktest.Good(t, open, packed, data) })
		}
	}
}

// TestSkipped has frames that are to be skipped count as framing.
func TestSkipped(t *testing.T) {
	skip := "\x53\x2a\x4d\x18\x05\x00\x00\x00hello"
	data := []byte("some text")
	walktest.Good(t, open, []byte(skip+string(pack(t, 1, data))+skip), data)
}

func TestErrors(t *testing.T) {
	good := string(pack(t, 1, []byte("text")))
	head := "\x28\xb5\x2f\xfd"
	for _, c := range []struct{ in, want string }{
		{"", "zstd: unexpected EOF"},
		{"none", "zstd: not the head of a frame"},
		{good[:len(good)-1], "zstd: unexpected EOF"},
		{good[:len(good)-1] + "\x00", "zstd: the checksum does not match"},
		{good + "more", "zstd: there are bytes after its end"},
		{head + "\x00\xff", "zstd: a window of 4123168604160 bytes is more than the 134217728 that are accepted"},
		{head + "\x01\x00\x07", "zstd: a frame that needs a dictionary, which an archive has not"},
		{head + "\x08\x00", "zstd: a frame that cannot be"},
		{head + "\x00\x00\x07\x00\x00", "zstd: a block of a kind that is reserved"},
		{head + "\x20\x05\x21\x00\x00text", "zstd: a frame that becomes more or less than it says"},
		{head + "\x00\x00\x0d\x00\x10", "zstd: a block that is longer than it may be"},
		{head + "\x00\x00\x15\x00\x00\x00\x01", "zstd: sequences that cannot be"},
	} {
		if _, err := walktest.Run(open, []byte(c.in)); err == nil || err.Error() != c.want {
			t.Errorf("%q: %v, want %q", c.in, err, c.want)
		}
	}
}

// TestMemory has a frame of few bytes ask for the largest window.
func TestMemory(t *testing.T) {
	log := &steps.Log{}
	r := NewReader(bufio.NewReader(strings.NewReader("\x28\xb5\x2f\xfd\x00\x88\x21\x00\x00text")), log)
	if out, err := io.ReadAll(r); err != nil || string(out) != "text" {
		t.Fatal(out, err)
	}
	if n := cap(r.d.buf); n > 1<<20 {
		t.Errorf("%d bytes of memory for 4", n)
	}
}
