package cstrip

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"
)

// reference reduces a source to what its preprocessing tokens depend on, the
// slow and plain way: it runs the translation phases one after the other, each
// over the whole text. It returns one line for each logical line that is not
// empty, with one space where there is white space. Nothing here is shared with
// the package. With names, an #include's <name> is taken as it is.
func reference(src string, names bool) string {
	src = strings.TrimPrefix(src, "\xef\xbb\xbf")
	// Phase 2: a backslash, blanks, a newline.
	lines := strings.Split(src, "\n")
	var joined strings.Builder
	for i, line := range lines {
		line = strings.TrimSuffix(line, "\r")
		if cut := strings.TrimRight(line, " \t\v\f"); i+1 < len(lines) && strings.HasSuffix(cut, "\\") {
			joined.WriteString(cut[:len(cut)-1])
			continue
		}
		joined.WriteString(line)
		joined.WriteByte('\n')
	}
	// Phase 3: a space for each comment and each other white space.
	var out, line []byte
	space := false
	text := joined.String()
	for len(text) > 0 {
		n := 1
		piece := ""
		switch {
		case strings.HasPrefix(text, "/*"):
			end := strings.Index(text[2:], "*/")
			if end < 0 {
				return string(out) + "open comment"
			}
			n, piece = end+4, " "
		case strings.HasPrefix(text, "//"):
			n, piece = strings.IndexByte(text, '\n'), " "
		case text[0] == '"' || text[0] == '\'':
			for n < len(text) && text[n] != text[0] && text[n] != '\n' {
				if text[n] == '\\' && text[n+1] != '\n' {
					n++
				}
				n++
			}
			if text[n] == text[0] {
				n++
			}
			piece = text[:n]
		case names && text[0] == '<' && strings.IndexByte(text, '>') > 0 && isInclude(string(line)):
			if end := strings.IndexByte(text, '>'); !strings.Contains(text[:end], "\n") {
				n = end + 1
			}
			piece = text[:n]
		case strings.Contains(" \t\v\f", text[:1]):
			piece = " "
		default:
			piece = text[:1]
		}
		text = text[n:]
		switch piece {
		case "\n":
			if len(line) > 0 {
				out = append(append(out, line...), '\n')
			}
			line = line[:0]
		case " ":
			space = true
			continue
		default:
			if space && len(line) > 0 {
				line = append(line, ' ')
			}
			line = append(line, piece...)
		}
		space = false
	}
	return string(out)
}

func isInclude(line string) bool {
	name, ok := strings.CutPrefix(line, "#")
	if !ok {
		name, ok = strings.CutPrefix(line, "%:")
	}
	switch strings.TrimPrefix(name, " ") {
	case "include", "include_next", "import", "embed":
		return ok
	}
	return false
}

// check strips src and fails the test if a token changed, the text grew, or
// stripping it again changes it.
func check(t *testing.T, src []byte, mode Mode) {
	t.Helper()
	before := bytes.Clone(src)
	out, note := Strip(nil, src, "a.h", mode)
	if !bytes.Equal(src, before) {
		t.Fatalf("%s: %q was written to", mode, before)
	}
	if note != "" {
		if !bytes.Equal(out, src) {
			t.Fatalf("%s: %q became %q in spite of the note %q", mode, src, out, note)
		}
		return
	}
	if len(out) > len(src) {
		t.Fatalf("%s: %q grew to %q", mode, src, out)
	}
	for _, names := range []bool{false, true} {
		if was, is := reference(string(src), names), reference(string(out), names); was != is {
			t.Fatalf("%s: tokens changed (header names: %v)\n src %q\n out %q\n was %q\n  is %q", mode, names, src, out, was, is)
		}
	}
	if again, _ := Strip(nil, out, "a.h", mode); !bytes.Equal(again, out) {
		t.Fatalf("%s: stripping twice changes\n src %q\n out %q\nthen %q", mode, src, out, again)
	}
}

// TestRandom strips texts that are put together from what the lexer cares for.
// It finds what the fuzzer would take hours for.
func TestRandom(t *testing.T) {
	pieces := []string{
		"/", "*", "/*", "*/", "//", "\\", "\\\n", "\\ \n", "\\\r\n", "\n", "\n", "\r\n", " ", "\t", "\f", "\"", "'", "a", "R",
		"#", "#include ", "#if ", "%:", "import", "__has_include(", "<", ">", "<a>", "gpl", "// gpl", "/* gpl */", "// b", "/* b */",
		"SPDX-License-Identifier", "\xef\xbb\xbf", "x", "\\x",
	}
	for seed := range uint64(200000) {
		r := rand.New(rand.NewPCG(seed, 1))
		var src []byte
		for range r.IntN(24) {
			src = append(src, pieces[r.IntN(len(pieces))]...)
		}
		check(t, src, Modes()[1+seed%3])
	}
}

// FuzzStrip looks for sources whose tokens change, in every mode. The corpus in
// testdata has cuttings of the kernel's headers that are hard to strip; Bazel
// runs it with coverage as cstrip_fuzz_test, for some seconds. For longer:
//
//	go test -fuzz=FuzzStrip ./tools/internal/cstrip
func FuzzStrip(f *testing.F) {
	for _, c := range cases {
		f.Add([]byte(c.src))
	}
	for _, c := range leftCases {
		f.Add([]byte(c.src))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		for _, mode := range Modes()[1:] {
			check(t, src, mode)
		}
	})
}
