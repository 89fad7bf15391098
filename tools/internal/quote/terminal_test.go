package quote

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"
)

// hostile has text that a terminal obeys, as a line and as a block.
var hostile = []struct{ in, line, block string }{
	{"", "", ""},
	{`plain "text" a\b ümläut „x“`, `plain "text" a\b ümläut „x“`, `plain "text" a\b ümläut „x“`},
	{"\x1b]0;pwned\x07", `\x1b]0;pwned\a`, `\x1b]0;pwned\a`},
	{"a\nkheaders: b\tc", `a\nkheaders: b\tc`, "a\nkheaders: b\tc"},
	{"over\rwritten\r\n\r", `over\rwritten\r\n\r`, "over\\rwritten\r\n\\r"},
	{"\u009b31m \u202egnp \ufeff \u00a0", `\u009b31m \u202egnp \ufeff \u00a0`, `\u009b31m \u202egnp \ufeff \u00a0`},
	{"\xff\x9b31m\x7f\x00", `\xff\x9b31m\x7f\x00`, `\xff\x9b31m\x7f\x00`},
	{"\xe2\x80", `\xe2\x80`, `\xe2\x80`},
	{"\U000e0001", `\U000e0001`, `\U000e0001`},
}

func TestLineAndBlock(t *testing.T) {
	for _, c := range hostile {
		if got := Line(c.in); got != c.line {
			t.Errorf("Line(%q) = %s, want %s", c.in, got, c.line)
		}
		if got := Block(c.in); got != c.block {
			t.Errorf("Block(%q) = %q, want %q", c.in, got, c.block)
		}
	}
}

// TestWriter writes in pieces of all sizes.
func TestWriter(t *testing.T) {
	in, want := "", ""
	for _, c := range hostile[:len(hostile)-2] {
		in, want = in+c.in+"|", want+c.block+"|"
	}
	in, want = in+"\xe2\x80", want+`\xe2\x80`
	for size := 1; size <= len(in); size++ {
		var b bytes.Buffer
		w := NewWriter(&b)
		for i := 0; i < len(in); i += size {
			piece := in[i:min(i+size, len(in))]
			if n, err := w.Write([]byte(piece)); n != len(piece) || err != nil {
				t.Fatal(n, err)
			}
		}
		if err := w.Flush(); err != nil || b.String() != want {
			t.Fatalf("in pieces of %d: %q, %v, want %q", size, b.String(), err, want)
		}
	}
	failed := errors.New("full")
	if _, err := NewWriter(failing{failed}).Write([]byte("x")); err != failed {
		t.Errorf("error %v", err)
	}
}

type failing struct{ err error }

func (w failing) Write([]byte) (int, error) { return 0, w.err }

func TestLines(t *testing.T) {
	if got := NewLines("a\nb", "  \x1bc").Error(); got != "a\\nb\n  \\x1bc" {
		t.Errorf("%q", got)
	}
}

// TestJSON has a program read what was written, and nothing in it that cannot be
// printed.
func TestJSON(t *testing.T) {
	for _, c := range hostile {
		encoded, err := json.MarshalIndent([]string{c.in}, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		out := JSON(encoded)
		if !printable(strings.ReplaceAll(string(out), "\n", "")) {
			t.Errorf("%q comes out as %q", c.in, out)
		}
		var back []string
		if err := json.Unmarshal(out, &back); err != nil || back[0] != strings.ToValidUTF8(c.in, "\ufffd") && utf8.ValidString(c.in) {
			t.Errorf("%q is read back as %q, %v", c.in, back, err)
		}
	}
}
