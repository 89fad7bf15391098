package tarread

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"io"
	"testing"
	"testing/iotest"
)

// tarOf makes a tar of files that hold zeros, of the given sizes.
func tarOf(t *testing.T, sizes ...int) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for i, n := range sizes {
		if err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: fmt.Sprint("f", i), Mode: 0o644, Size: int64(n)}); err != nil {
			t.Fatal(err)
		}
		w.Write(make([]byte, n))
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// count reads a tar: of every other entry a byte, of the rest all.
func count(b []byte) (entries int, err error) {
	r := NewReader(bytes.NewReader(b))
	for {
		if _, err = r.Next(); err != nil {
			return entries, err
		}
		if entries++; entries%2 == 0 {
			r.Read(make([]byte, 1))
		} else if _, err := io.Copy(io.Discard, r); err != nil {
			return entries, err
		}
	}
}

// TestEnd cuts tars everywhere: only the whole one has an end, though its files
// are zeros as well.
func TestEnd(t *testing.T) {
	for _, sizes := range [][]int{nil, {0}, {1}, {511}, {512}, {2048, 2048}, {100, 1500}} {
		whole := tarOf(t, sizes...)
		if n, err := count(whole); n != len(sizes) || err != io.EOF {
			t.Errorf("%v: %d entries, %v", sizes, n, err)
		}
		for cut := range whole {
			if _, err := count(whole[:cut]); err == io.EOF || err == nil {
				t.Errorf("%v: cut to %d of %d bytes it has an end", sizes, cut, len(whole))
			}
		}
		if n, err := count(append(whole, "more"...)); n != len(sizes) || err != io.EOF {
			t.Errorf("%v, with more behind it: %d entries, %v", sizes, n, err)
		}
	}
	if _, err := count(tarOf(t, 5)[:1024]); err != ErrNoEnd {
		t.Errorf("without an end: %v", err)
	}
}

func TestRest(t *testing.T) {
	broken := errors.New("broken disk")
	for name, c := range map[string]struct {
		r    io.Reader
		want error
	}{
		"nothing": {bytes.NewReader(nil), nil},
		"zeros":   {bytes.NewReader(make([]byte, 100_000)), nil},
		"more":    {io.MultiReader(bytes.NewReader(make([]byte, 100_000)), bytes.NewReader([]byte("x")), iotest.ErrReader(broken)), ErrMore},
		"broken":  {io.MultiReader(bytes.NewReader(make([]byte, 10)), iotest.ErrReader(broken)), broken},
	} {
		if err := Rest(c.r); err != c.want {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

// TestSparse does not read the zeros that a hole stands for.
func TestSparse(t *testing.T) {
	for want, h := range map[bool]*tar.Header{
		true:  {Typeflag: tar.TypeGNUSparse},
		false: {Typeflag: tar.TypeReg, PAXRecords: map[string]string{"path": "a"}},
	} {
		if Sparse(h) != want {
			t.Errorf("%+v", h)
		}
	}
	if !Sparse(&tar.Header{Typeflag: tar.TypeReg, PAXRecords: map[string]string{"GNU.sparse.major": "1"}}) {
		t.Error("a sparse file of PAX is not known")
	}
}
