package capi

import (
	"bytes"
	"math/rand"
	"runtime"
	"testing"
	"unsafe"
)

// pieces are what random sources are put together from.
var pieces = []string{
	"#if 0\n", "#if A\n", "#ifdef B\n", "#ifndef C\n", "#elif D\n", "#else\n", "#endif\n", "#define M(x) x\n", "#undef M\n", "#include <a.h>\n", "#ifdef __ASSEMBLY__\n", "# ",
	"struct ", "union ", "enum ", "typedef ", "extern ", "\"C\" ", "static inline ", "int ", "s ", "f", "(", ")", "(*", "{", "}", "[", "]", ";", ",", "=", "*", "'", "\"", "/*", "*/", "//", "\\\n", "\n", " ",
	"__attribute__", "__printf(1, 2) ", "DECLARE(x)", "%:", "\x00", "\xff", "\r",
}

// check holds what must be so for any input.
func check(t *testing.T, src []byte) {
	t.Helper()
	given := bytes.Clone(src)
	h := Read(src, Options{})
	if !bytes.Equal(src, given) {
		t.Fatalf("%q: changed to %q", given, src)
	}
	if again := Read(src, Options{}); again.Tokens != h.Tokens || list(again) != list(h) {
		t.Fatalf("%q: read otherwise the second time", src)
	}
	if h.Kept() > len(src)+1 {
		t.Fatalf("%q: %d declarations", src, h.Kept())
	}
	for _, d := range h.Decls {
		if d.Kind > Other || len(d.Name) > maxName {
			t.Fatalf("%q: %+v", src, d)
		}
	}
	if few := Read(src, Options{Max: 3}); few.Kept() > 3 || few.Tokens != h.Tokens || few.More != (h.Kept() > 3) {
		t.Fatalf("%q: of %d at most 3 are kept: %d, more %t", src, h.Kept(), few.Kept(), few.More)
	}
	Read(src, Options{Assembler: true})
}

func FuzzRead(f *testing.F) {
	for _, p := range pieces {
		f.Add([]byte(p))
	}
	f.Add([]byte("#ifndef A_H\n#define A_H\nstruct s { int a, b; union { int c; } d; };\nstatic inline int f(int a) { return a; }\n#endif\n"))
	f.Add([]byte("typedef int (*fn_t)(int);\nenum e { A, B };\nextern int x[], y;\nDECLARE_PER_CPU(int, z);\n"))
	f.Fuzz(func(t *testing.T, src []byte) { check(t, src) })
}

// TestRandom is a short fuzzing that always takes the same way.
func TestRandom(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	for range 20000 {
		var src []byte
		for range r.Intn(24) {
			src = append(src, pieces[r.Intn(len(pieces))]...)
		}
		check(t, src)
	}
}

// TestHostile reads texts of which many things are open, or kept, at once. Where the
// time were not linear in the text this would take hours; what is allocated is counted.
func TestHostile(t *testing.T) {
	if n := unsafe.Sizeof(frame{}); n > 512 {
		t.Errorf("a frame has %d bytes: each open #if has two", n)
	}
	for _, piece := range []string{
		"#define A\n", "#if A\n", "#if A\n#else\n", "{", "}", "(", ")", "struct s {", "struct {", "enum {", "enum {A,", "extern \"C\" {", "int f() {", "struct s { int a;\n#if A\n",
		"struct s {\n#if A\n}\n#else\n", "a ", "a,", "a(", "*(", "x = {", "#define A \\\n", "/*", "\"", "\\\n", "#endif\n", "#else\n", "typedef struct { int a; } ", ";", "f(x)\n", "int a, ", "[",
	} {
		n := 100_000
		if piece == "#define A\n" {
			n = 1_000_000
		}
		src := bytes.Repeat([]byte(piece), n)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		h := Read(src, Options{})
		runtime.ReadMemStats(&after)
		if got := (after.TotalAlloc - before.TotalAlloc) / uint64(n); got > 4096 {
			t.Errorf("%q: %d bytes are allocated for each", piece, got)
		}
		if h.Kept() > n+n/2 {
			t.Errorf("%q: of %d, %d things are kept", piece, n, h.Kept())
		}
	}
}
