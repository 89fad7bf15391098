package dataheader

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand"
	"strings"
	"testing"
	"testing/iotest"
)

// allPairs is a de Bruijn sequence: every pair of bytes is in it, side by
// side, exactly once.
func allPairs() []byte {
	const k, n = 256, 2
	var seq []byte
	a := make([]byte, k*n)
	var db func(t, p int)
	db = func(t, p int) {
		if t > n {
			if n%p == 0 {
				seq = append(seq, a[1:p+1]...)
			}
			return
		}
		a[t] = a[t-p]
		db(t+1, p)
		for j := int(a[t-p]) + 1; j < k; j++ {
			a[t] = byte(j)
			db(t+1, t)
		}
	}
	db(1, 1)
	return append(seq, seq[0])
}

// trigraphs has every byte after two, and after three, question marks.
func trigraphs() []byte {
	var b []byte
	for c := 0; c < 256; c++ {
		b = append(b, '?', '?', byte(c), '?', '?', '?', byte(c), '\\', '?', '?', byte(c))
	}
	return b
}

func randomBytes(n int) []byte {
	b := make([]byte, n)
	rand.New(rand.NewSource(1)).Read(b)
	return b
}

func samples() map[string][]byte {
	return map[string][]byte{
		"one byte":      {0},
		"digits":        []byte("\x00\x001\x019\x028\x0377\x1f0\x1f8\x7f7\xff0"),
		"markers":       []byte(MarkerEnd + MarkerStart + "\n" + MarkerEnd),
		"code":          []byte("#define A \"b\\\"\" /* ??/ */\n\t'\\0' // ??=\r\n%:\\"),
		"all pairs":     allPairs(),
		"trigraphs":     trigraphs(),
		"random":        randomBytes(200_000),
		"zeros":         make([]byte, 10_000),
		"only question": bytes.Repeat([]byte("?"), 1000),
	}
}

func TestAllPairsHasAllPairs(t *testing.T) {
	b, seen := allPairs(), map[[2]byte]bool{}
	for i := 1; i < len(b); i++ {
		seen[[2]byte{b[i-1], b[i]}] = true
	}
	if len(seen) != 65536 {
		t.Fatalf("%d pairs, want 65536", len(seen))
	}
}

func TestRoundTrip(t *testing.T) {
	for name, data := range samples() {
		t.Run(name, func(t *testing.T) {
			h := header(t, data)
			want := MarkerStart + string(data) + MarkerEnd
			if got := parseArray(t, h); got != want {
				t.Error("the literal holds other bytes than the archive")
			}
			if want := fmt.Sprintf("#define KHEADERS_DATA_SIZE %d\n", len(data)); !strings.Contains(h, want) {
				t.Errorf("header lacks %q", want)
			}
			for i, line := range strings.Split(h, "\n") {
				if len(line) > lineWidth+8 {
					t.Errorf("line %d has %d columns", i+1, len(line))
				}
			}
		})
	}
}

// Lines that end at any place must not change what a literal means.
func TestAnyLineWidth(t *testing.T) {
	data := append(allPairs(), trigraphs()...)
	for _, width := range []int{0, 1, 3, 4, 5, 6, 7, 80, 1 << 30} {
		var b strings.Builder
		out := bufio.NewWriter(&b)
		l := newLiteral(out, min(width, 1<<20))
		l.writeString(string(data))
		l.endLine()
		out.Flush()
		if got := parseLiterals(t, b.String()); got != string(data) {
			t.Errorf("width %d: the literal holds other bytes", width)
		}
	}
}

// TestLastByte has a line with nothing but one byte at the end.
func TestLastByte(t *testing.T) {
	for _, n := range []int{1, 2, 5, 9, 10} {
		var b strings.Builder
		out := bufio.NewWriter(&b)
		l := newLiteral(out, 5)
		l.writeString(strings.Repeat("a", n))
		l.endLine()
		out.Flush()
		if got := parseLiterals(t, b.String()); got != strings.Repeat("a", n) {
			t.Errorf("of %d bytes %q is written", n, b.String())
		}
	}
}

func TestShortestSpelling(t *testing.T) {
	for in, want := range map[string]string{
		"\x00":     `\0`,
		"\x00a":    `\0a`,
		"\x008":    `\08`,
		"\x001":    `\0001`,
		"\x1b7":    `\0337`,
		"\x1bx":    `\33x`,
		"\x7f0":    `\1770`,
		"\xff":     `\377`,
		"\a\b\t\n": `\a\b\t\n`,
		"\v\f\r":   `\v\f\r`,
		`a"\`:      `a\"\\`,
		"??":       `??`,
		"??=":      `?\?=`,
		"???=":     `??\?=`,
		"???x":     `???x`,
		"'%":       `'%`,
	} {
		var b strings.Builder
		out := bufio.NewWriter(&b)
		l := newLiteral(out, lineWidth)
		l.writeString(in)
		l.endLine()
		out.Flush()
		if got := b.String(); got != `"`+want+`"` {
			t.Errorf("%q is spelled %s, want %q", in, got, want)
		}
	}
}

// A compressed archive looks random; its literal should need no more than
// 2.83 bytes a byte (15.1 MB for 5.36 MB).
func TestSize(t *testing.T) {
	data := randomBytes(1 << 20)
	if got, max := len(header(t, data)), len(data)*283/100; got > max {
		t.Errorf("header has %d bytes for %d, want at most %d", got, len(data), max)
	}
}

func TestErrors(t *testing.T) {
	boom := errors.New("boom")
	for _, tc := range []struct {
		name    string
		archive io.Reader
		size    int64
		want    string
		is      error
	}{
		{"empty", strings.NewReader(""), 0, "archive is empty", nil},
		{"negative", strings.NewReader(""), -1, "archive is empty", nil},
		{"short", strings.NewReader("abc"), 4, "after 3 of 4 bytes", io.ErrUnexpectedEOF},
		{"long", strings.NewReader("abcd"), 3, "longer than the 3 bytes", nil},
		{"broken", io.MultiReader(strings.NewReader("ab"), iotest.ErrReader(boom)), 4, "at byte 2", boom},
		{"broken at end", io.MultiReader(strings.NewReader("ab"), iotest.ErrReader(boom)), 2, "at byte 2", boom},
	} {
		t.Run(tc.name, func(t *testing.T) {
			err := WriteHeader(io.Discard, tc.archive, tc.size)
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Fatalf("error %v, want one with %q", err, tc.want)
			}
			if tc.is != nil && !errors.Is(err, tc.is) {
				t.Errorf("error %v does not wrap %v", err, tc.is)
			}
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("error %q has more than one line", err)
			}
		})
	}
}

type fullDisk struct{ room int }

func (f *fullDisk) Write(p []byte) (int, error) {
	if f.room -= len(p); f.room < 0 {
		return 0, errors.New("no space left on device")
	}
	return len(p), nil
}

func TestWriteError(t *testing.T) {
	for _, room := range []int{0, 1 << 17} {
		err := WriteHeader(&fullDisk{room}, bytes.NewReader(make([]byte, 1<<18)), 1<<18)
		if err == nil || !strings.Contains(err.Error(), "no space left") {
			t.Errorf("room for %d bytes: error %v", room, err)
		}
	}
}

// A small reader's chunks must not show in the output.
func TestReadInPieces(t *testing.T) {
	data := randomBytes(5000)
	var b bytes.Buffer
	if err := WriteHeader(&b, iotest.OneByteReader(bytes.NewReader(data)), int64(len(data))); err != nil {
		t.Fatal(err)
	}
	if b.String() != header(t, data) {
		t.Error("output depends on how the archive is read")
	}
}

func BenchmarkWriteHeader(b *testing.B) {
	data := randomBytes(5_360_000)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if err := WriteHeader(io.Discard, bytes.NewReader(data), int64(len(data))); err != nil {
			b.Fatal(err)
		}
	}
}

func header(t *testing.T, data []byte) string {
	t.Helper()
	var b strings.Builder
	if err := WriteHeader(&b, bytes.NewReader(data), int64(len(data))); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
