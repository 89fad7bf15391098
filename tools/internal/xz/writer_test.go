package xz

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand"
	"runtime"
	"strings"
	"testing"

	foreign "github.com/therootcompany/xz"
	ulikunitz "github.com/ulikunitz/xz"
)

func compress(t testing.TB, o Options, text []byte, part int) []byte {
	t.Helper()
	var b bytes.Buffer
	z, err := NewWriter(&b, o)
	if err != nil {
		t.Fatal(err)
	}
	for len(text) > 0 {
		n, err := z.Write(text[:min(part, len(text))])
		if err != nil {
			t.Fatal(err)
		}
		text = text[n:]
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// decoders are by others, but for our own.
var decoders = map[string]func(r io.Reader) (io.Reader, error){
	"ours":              func(r io.Reader) (io.Reader, error) { return NewReader(r, ReadOptions{MaxDict: MaxDict}) },
	"therootcompany/xz": func(r io.Reader) (io.Reader, error) { return foreign.NewReader(r, 0) },
	"ulikunitz/xz":      func(r io.Reader) (io.Reader, error) { return ulikunitz.NewReader(r) },
}

// check decodes a file and compares it with the text.
func check(t testing.TB, file, text []byte) {
	t.Helper()
	for name, decoder := range decoders {
		r, err := decoder(bytes.NewReader(file))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		got, err := io.ReadAll(r)
		if err != nil || !bytes.Equal(got, text) {
			t.Fatalf("%s reads %d bytes, %v; there are %d, the first that differs at %d", name, len(got), err, len(text), differ(got, text))
		}
	}
}

func differ(a, b []byte) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}

// words is text as C is.
func words(n int) []byte {
	rnd := rand.New(rand.NewSource(1))
	words := strings.Fields("struct static inline int unsigned long void #define #ifdef return if else { } ( ) ; *")
	var b bytes.Buffer
	for b.Len() < n {
		if rnd.Intn(4) == 0 {
			fmt.Fprintf(&b, "name_%d", rnd.Intn(1000))
		} else {
			b.WriteString(words[rnd.Intn(len(words))])
		}
		b.WriteByte(" \n\t"[rnd.Intn(3)])
	}
	return b.Bytes()[:n]
}

func noise(n int) []byte {
	b := make([]byte, n)
	rand.New(rand.NewSource(2)).Read(b)
	return b
}

func texts() map[string][]byte {
	mixed := bytes.Join([][]byte{words(200_000), noise(150_000), words(50_000), noise(10), words(3000)}, nil)
	return map[string][]byte{
		"empty":     nil,
		"a byte":    []byte("a"),
		"two":       []byte("aa"),
		"three":     []byte("aba"),
		"four":      []byte("abab"),
		"five":      []byte("aaaaa"),
		"zeros":     make([]byte, 2_200_000),
		"noise":     noise(200_000),
		"words":     words(200_000),
		"mixed":     mixed,
		"twice":     append(noise(100_000), noise(100_000)...),
		"far apart": bytes.Join([][]byte{words(5000), noise(1 << 20), words(5000)}, nil),
		"periods":   bytes.Repeat([]byte("abcdefghi"), 50_000),
	}
}

func TestRoundTrip(t *testing.T) {
	for name, text := range texts() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, o := range []Options{{}, {Nice: MaxNice}, {Nice: MinNice, Depth: 1}, {Dict: MinDict}, {Dict: 100_000, Nice: 20}} {
				check(t, compress(t, o, text, 1<<20), text)
			}
		})
	}
}

// A text longer than what is kept of it, so that the beginning is forgotten.
func TestSlides(t *testing.T) {
	text := bytes.Join([][]byte{words(900_000), make([]byte, 1_000_000), noise(700_000), words(900_000)}, nil)
	check(t, compress(t, Options{Dict: MinDict, Nice: 16}, text, 1<<20), text)
	check(t, compress(t, Options{Dict: 1 << 18, Nice: 16}, text, 12345), text)
}

func TestSameBytes(t *testing.T) {
	text := bytes.Join([][]byte{words(1_500_000), noise(100_000), words(300_000)}, nil)
	o := Options{Dict: 1 << 16, Nice: 12, Depth: 8}
	want := compress(t, o, text, len(text))
	for _, part := range []int{1 << 10, 12345} {
		for _, cores := range []int{1, 4} {
			before := runtime.GOMAXPROCS(cores)
			got := compress(t, o, text, part)
			runtime.GOMAXPROCS(before)
			if !bytes.Equal(got, want) {
				t.Errorf("written by %d bytes, with %d cores: other bytes from %d on", part, cores, differ(got, want))
			}
		}
	}
}

func TestSmaller(t *testing.T) {
	text := words(600_000)
	sizes := make([]int, 3)
	for i, o := range []Options{{Nice: 8, Depth: 4}, {}, {Nice: MaxNice}} {
		sizes[i] = len(compress(t, o, text, len(text)))
	}
	if sizes[0] <= sizes[1] || sizes[1] < sizes[2] {
		t.Errorf("%d bytes at least, %d by default, %d at most", sizes[0], sizes[1], sizes[2])
	}
	// What cannot be made smaller grows by the headers of chunks of 64 KiB.
	if n := len(compress(t, Options{}, noise(1<<20), 1<<20)); n > 1<<20+20*4+100 {
		t.Errorf("1 MiB of noise makes %d bytes", n)
	}
}

func TestOptions(t *testing.T) {
	for want, o := range map[string]Options{
		"a dictionary of 4095 bytes: use 4096 to 1073741824": {Dict: MinDict - 1},
		"a dictionary of 1073741825 bytes":                   {Dict: MaxDict + 1},
		"nice length 3: use 4 to 273":                        {Nice: 3},
		"nice length 274":                                    {Nice: 274},
		"depth -1: use 1 or more":                            {Depth: -1},
	} {
		if _, err := NewWriter(io.Discard, o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %q", o, err, want)
		}
	}
}

// full fails after some bytes.
type full struct{ left int }

var errFull = errors.New("no space left")

func (f *full) Write(b []byte) (int, error) {
	if f.left -= len(b); f.left < 0 {
		return 0, errFull
	}
	return len(b), nil
}

func TestErrorsOfTheFile(t *testing.T) {
	text := bytes.Join([][]byte{noise(300_000), words(100_000)}, nil)
	size := len(compress(t, Options{}, text, len(text)))
	for _, left := range []int{0, 12, 30, 100_000, size - 13, size - 1} {
		z, err := NewWriter(&full{left}, Options{Dict: MinDict})
		if err != nil {
			t.Fatal(err)
		}
		for range 10 { // more than the buffer takes
			if _, err = z.Write(text); err != nil {
				break
			}
		}
		if closed := z.Close(); err != nil && !errors.Is(err, errFull) || !errors.Is(closed, errFull) {
			t.Errorf("%d bytes of room: %v, then %v", left, err, closed)
		}
	}
}

func TestClosed(t *testing.T) {
	var b bytes.Buffer
	z, err := NewWriter(&b, Options{Dict: MinDict})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(z.Close(), z.Close()); err != nil {
		t.Error(err)
	}
	if _, err := z.Write([]byte("x")); err == nil {
		t.Error("writes to a closed file")
	}
	check(t, b.Bytes(), nil)
}

func FuzzRoundTrip(f *testing.F) {
	for _, text := range texts() {
		f.Add(text[:min(len(text), 3000)], uint16(32), uint8(10), uint16(100))
	}
	f.Fuzz(func(t *testing.T, text []byte, nice uint16, depth uint8, repeat uint16) {
		o := Options{Dict: MinDict, Nice: MinNice + int(nice)%(MaxNice-MinNice+1), Depth: 1 + int(depth)}
		text = bytes.Repeat(text, 1+min(int(repeat), 200_000/(len(text)+1)))
		check(t, compress(t, o, text, len(text)+1), text)
	})
}
