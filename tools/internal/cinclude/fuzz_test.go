package cinclude

import (
	"bytes"
	"math/rand"
	"testing"
)

// pieces are what random sources are put together from.
var pieces = []string{
	"#include <a.h>\n", "#include \"b.h\"\n", "#include A\n", "# include", "#if ", "#ifdef X\n", "#elif Y\n", "#else\n", "#endif\n", "#define A <c.h>\n",
	"#define F(x) #x\n", "/*", "*/", "//", "\"", "'", "\\\n", "\\\r\n", "\\ \n", "\\", "\n", "\r", "\r\n", " ", "\t", "<", ">", "(", ")", "\x00", "\xff\xfe", "\xef\xbb\xbf",
	"__has_include(<d.h>)", "__has_include", "%:", "x", "0",
}

// check holds what must be so for any input.
func check(t *testing.T, src []byte) {
	t.Helper()
	var r Result
	given := bytes.Clone(src)
	Scan(src, Options{Macros: macros, Conds: true}, &r)
	if !bytes.Equal(src, given) {
		t.Fatalf("%q: changed to %q", given, src)
	}
	lines := bytes.Count(src, []byte{'\n'}) + bytes.Count(src, []byte{'\r'}) + 1
	last := 0
	for _, i := range r.Includes {
		if i.Name == "" || i.Line < last || i.Line > lines || i.Cond < -1 || i.Cond >= len(r.Conds) {
			t.Fatalf("%q: %+v", src, i)
		}
		last = i.Line
	}
	for n, c := range r.Conds {
		if c.Parent >= n || c.Prev >= n || c.Parent < -1 || c.Prev < -1 {
			t.Fatalf("%q: branch %d: %+v", src, n, c)
		}
	}
	// What stands behind a closed line is found, whatever came before, unless
	// a comment is open.
	if !r.Open {
		n := len(r.Includes)
		Scan(append(bytes.Clone(src), "\n\n#include <behind.h>\n"...), Options{}, &r)
		if len(r.Includes) != n+1 || r.Includes[n].Name != "behind.h" {
			t.Fatalf("%q: what stands behind it is lost: %v", src, r.Includes)
		}
	}
	ScanText(src, &r)
}

func FuzzScan(f *testing.F) {
	for _, p := range pieces {
		f.Add([]byte(p))
	}
	f.Add([]byte("/* x */ # /* y */ include /* z */ <a.h> /* c\n */ #include <no.h>\n"))
	f.Add([]byte("\xff\xfe#\x00i\x00n\x00c\x00l\x00u\x00d\x00e\x00 \x00<\x00a\x00>\x00"))
	f.Fuzz(func(t *testing.T, src []byte) { check(t, src) })
}

// TestRandom is a short fuzzing that always takes the same way.
func TestRandom(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	for range 50000 {
		var src []byte
		for range r.Intn(24) {
			src = append(src, pieces[r.Intn(len(pieces))]...)
		}
		if r.Intn(4) == 0 && len(src) > 0 {
			src[r.Intn(len(src))] = byte(r.Intn(256))
		}
		check(t, src)
	}
}
