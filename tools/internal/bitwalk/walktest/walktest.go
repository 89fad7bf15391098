// Package walktest holds walks of compressed streams to what any of them has to do.
package walktest

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"math/rand"
	"os/exec"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/bitwalk/steps"
)

// Open opens a stream to walk it.
type Open func(r *bufio.Reader, log *steps.Log) io.Reader

// Walk is what a walk made of a stream.
type Walk struct {
	// Out is the output, and Steps what was written down of it.
	Out   []byte
	Steps []steps.Step
	// Bits are those of all blocks and of the framing.
	Bits int64
}

// Run walks a stream to its end. It is an error if the steps are not those of the
// output.
func Run(open Open, packed []byte) (*Walk, error) { return run(open, packed, 64<<20) }

// run is Run of a stream that becomes max bytes at most.
func run(open Open, packed []byte, max int) (*Walk, error) {
	log, w := &steps.Log{}, &Walk{}
	r := open(bufio.NewReader(bytes.NewReader(packed)), log)
	buf := make([]byte, 10_000)
	for {
		n, err := r.Read(buf)
		w.Out = append(w.Out, buf[:n]...)
		w.Steps = append(w.Steps, log.Steps...)
		log.Steps = log.Steps[:0]
		if err == io.EOF {
			break
		}
		if err != nil {
			return w, err
		}
		if len(w.Out) > max {
			return w, fmt.Errorf("more than %d bytes", max)
		}
	}
	w.Bits = log.Framing
	n, pending := int64(0), false
	for _, s := range w.Steps {
		n += s.N
		pending = s.N > 0
		switch {
		case s.N < 0 || s.Weight < 0:
			return w, fmt.Errorf("BUG: a step of %d bytes and weight %d", s.N, s.Weight)
		case s.N == 0:
			w.Bits += s.Weight
		}
	}
	if n != int64(len(w.Out)) || pending {
		return w, fmt.Errorf("BUG: steps of %d bytes for an output of %d; a block has no end: %v", n, len(w.Out), pending)
	}
	return w, nil
}

// Good walks a stream that is sound, and compares what it becomes and its bits.
func Good(t *testing.T, open Open, packed, want []byte) *Walk {
	t.Helper()
	w, err := Run(open, packed)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(w.Out, want) {
		t.Fatalf("becomes %d bytes, want %d, or others", len(w.Out), len(want))
	}
	if w.Bits != 8*int64(len(packed)) {
		t.Errorf("%d bits are told of, the stream has %d", w.Bits, 8*len(packed))
	}
	return w
}

// Damaged cuts a stream and changes bytes of it: each is an error of one line, or
// changes nothing that matters.
func Damaged(t *testing.T, open Open, packed, want []byte) {
	t.Helper()
	step := len(packed)/200 + 1
	for n := 0; n < len(packed); n += step {
		_, err := Run(open, packed[:n])
		if err == nil {
			t.Errorf("cut after %d of %d bytes it is taken for whole", n, len(packed))
		} else if strings.ContainsAny(err.Error(), "\n\x00") || strings.Contains(err.Error(), "BUG") {
			t.Errorf("cut after %d bytes: %q", n, err)
		}
	}
	for n := 0; n < len(packed); n += step {
		bad := bytes.Clone(packed)
		bad[n] ^= 1 << (n % 8)
		w, err := Run(open, bad)
		if err == nil && !bytes.Equal(w.Out, want) {
			t.Errorf("with another byte at %d it becomes something else, and no error", n)
		} else if err != nil && (strings.Contains(err.Error(), "\n") || strings.Contains(err.Error(), "BUG")) {
			t.Errorf("with another byte at %d: %q", n, err)
		}
	}
	if _, err := Run(open, append(bytes.Clone(packed), "more"...)); err == nil {
		t.Error("what stands behind the end is not noticed")
	}
}

// Fuzz walks any bytes. What is taken for sound has all its bits told of, and is
// what another program makes of it, unless that finds it damaged.
func Fuzz(t *testing.T, open Open, other func(r io.Reader) (io.Reader, error), packed []byte) {
	if len(packed) > 1<<16 {
		return
	}
	w, err := run(open, packed, 4<<20)
	if err != nil {
		if strings.Contains(err.Error(), "BUG") || strings.Contains(err.Error(), "\n") {
			t.Error(err)
		}
		return
	}
	if w.Bits != 8*int64(len(packed)) {
		t.Errorf("%d bits are told of, the stream has %d", w.Bits, 8*len(packed))
	}
	r, err := other(bytes.NewReader(packed))
	if err != nil {
		return
	}
	if out, err := io.ReadAll(r); err == nil && !bytes.Equal(out, w.Out) {
		t.Errorf("becomes %d bytes, and another program makes %d of it, or others", len(w.Out), len(out))
	}
}

// Samples are texts of many kinds, by their names.
func Samples() map[string][]byte {
	rnd := rand.New(rand.NewSource(1))
	noise := make([]byte, 300_000)
	rnd.Read(noise)
	var text bytes.Buffer
	words := strings.Fields("struct static inline int unsigned long void #define #ifdef return if else { } ( ) ; * sk_buff task_struct")
	for text.Len() < 600_000 {
		text.WriteString(words[rnd.Intn(len(words))])
		text.WriteByte(" \n\t"[rnd.Intn(3)])
	}
	runs := bytes.Repeat([]byte("aaaa"), 70_000)
	for n := range 600 {
		runs = append(runs, bytes.Repeat([]byte{byte('a' + n%3)}, n)...)
	}
	return map[string][]byte{
		"nothing": {}, "a byte": {'x'}, "short": []byte("#define A 1\n"), "noise": noise, "text": text.Bytes(), "runs": runs,
		"mixed": append(append(bytes.Clone(noise[:70_000]), text.Bytes()[:200_000]...), noise[:70_000]...),
		"zeros": make([]byte, 1_000_000),
	}
}

// XZ returns what Debian's xz makes of data.
func XZ(t testing.TB, args string, data []byte) []byte {
	t.Helper()
	cmd := exec.Command("xz", append(strings.Fields(args), "-c")...)
	cmd.Stdin = bytes.NewReader(data)
	packed, err := cmd.Output()
	if err != nil {
		t.Fatalf("xz %s: %v", args, err)
	}
	return packed
}
