package codec

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
)

// A compressor that writes something else is found out.
func TestXZIsChecked(t *testing.T) {
	text := sample()[:100_000]
	file := compress(t, TarXZ, 1, text, len(text))
	other := compress(t, TarXZ, 1, text[:len(text)-1], len(text))
	broken := bytes.Clone(file)
	broken[len(broken)/2] ^= 1
	for name, c := range map[string]struct {
		written []byte
		want    string
	}{
		"the same": {file, ""},
		"other":    {other, "it holds 99999 bytes other than the 100000"},
		"broken":   {broken, "this is a defect of the program"},
		"cut":      {file[:len(file)-20], "truncated or corrupt; this is a defect of the program"},
		"nothing":  {nil, "this is a defect of the program"},
		"no xz":    {[]byte(strings.Repeat("no xz", 100_000)), "this is a defect of the program"},
	} {
		x, err := newXZWriter(io.Discard, ofLevel(1))
		if err != nil {
			t.Fatal(err)
		}
		w := x.(*xzWriter)
		if _, err := w.Write(text); err != nil {
			t.Fatal(err)
		}
		// In place of what the compressor makes.
		if err := w.z.Close(); err != nil {
			t.Fatal(err)
		}
		w.decoded.end()
		w.decoded = newDecodedSum(xzDict)
		for rest := c.written; len(rest) > 0; {
			n, _ := w.decoded.Write(rest[:min(len(rest), 1000)])
			rest = rest[n:]
		}
		err = w.Close()
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
		if again := w.Close(); again != err {
			t.Errorf("%s: closed again: %v", name, again)
		}
	}
}

func TestXZTellsOfTheFile(t *testing.T) {
	r, w := io.Pipe()
	want := errors.New("no space")
	r.CloseWithError(want)
	z, _, err := NewWriter(w, TarXZ, 1)
	if err != nil {
		t.Fatal(err)
	}
	z.Write([]byte("text"))
	if err := z.Close(); !errors.Is(err, want) {
		t.Errorf("%v, want %v", err, want)
	}
}

func TestXZLevels(t *testing.T) {
	text, last := sample()[:400_000], 1<<30
	for level := 1; level <= 9; level++ {
		size := len(compress(t, TarXZ, level, text, len(text)))
		if size > last+last/500 {
			t.Errorf("level %d makes %d bytes, the one before %d", level, size, last)
		}
		last = size
	}
}
