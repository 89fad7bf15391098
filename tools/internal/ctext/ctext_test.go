package ctext

import (
	"fmt"
	"strings"
	"testing"
)

// TestLine reads the logical line that a text begins with.
func TestLine(t *testing.T) {
	for _, c := range []struct {
		name, src, text, next string
		end                   End
	}{
		{"plain", "a b\nc", "a b", "c", Closed},
		{"last", "a", "a", "", Closed},
		{"CRLF", "a\r\nb", "a", "b", Closed},
		{"splice", "a\\\nb\\ \t\r\nc\nd", "abc", "d", Closed},
		{"backslash", "a\\b\\\\\nc", "a\\b\\c", "", Closed},
		{"comments", "a/* b\n */c // d \\\n e\nf", "a c  ", "f", Closed},
		{"open comment", "a /* b\n", "a  ", "", Open},
		{"disputed comment", "a /* b *\\\n\\\n/ c\nd", "a   c", "d", Disputed},
		{"string", "\"/* \\\" // \\\n x\" y\nz", "\"/* \\\" //  x\" y", "z", Closed},
		{"escape over a splice", "\"\\\\\n\" x\" /* y */\nz", "\"\\\" x\"  ", "z", Closed},
		{"open quote", "it's /* a\nb", "it's /* a", "b", Closed},
		{"header", " /* x */ <a//b/*c> /* y */\nz", "<a//b/*c>  ", "z", Closed},
		{"no header", "<a /* b */\nz", "<a  ", "z", Closed},
	} {
		text, next, end := AppendLine(nil, []byte(c.src), 0, strings.Contains(c.name, "header"))
		if string(text) != c.text || c.src[next:] != c.next && c.next != "" || end != c.end {
			t.Errorf("%s: %q, next %q, end %d", c.name, text, c.src[next:], end)
		}
		if strings.Contains(c.name, "header") {
			continue
		}
		stop, how := LineEnd([]byte(c.src), 0)
		if min(stop+1, len(c.src)) != next || how != c.end {
			t.Errorf("%s: LineEnd %d, %d: not as AppendLine, %d, %d", c.name, stop, how, next, c.end)
		}
	}
}

func TestReadDirective(t *testing.T) {
	for src, want := range map[string]string{
		"#include <a>": "1 8", "# /* x */ include_next<a>": "2 22", "%:import": "3 8", "%\\\n:embed": "4 9", "#def\\\nine": "5 9", "#undef": "6 6",
		"#if(1)": "7 3", "#ifdef": "8 6", "#ifndef": "9 7", "#elif": "10 5", "#elifdef": "11 8", "#elifndef": "12 9", "#else": "13 5", "#endif": "14 6",
		"#includes": "0 9", "#": "0 1", "%": "0 1", "%x": "0 1", "#1": "0 1", "#error": "0 6", "#If": "0 1",
	} {
		d, i, end := ReadDirective([]byte(src), 0)
		if got := fmt.Sprint(int(d), i); got != want || end != Closed {
			t.Errorf("%q: %s, want %s", src, got, want)
		}
	}
	if d, _, end := ReadDirective([]byte("# /* include"), 0); d != Other || end != Open {
		t.Errorf("an open comment: %d, %d", d, end)
	}
}

func TestToken(t *testing.T) {
	for text, want := range map[string]string{
		"a1 && b":        "a1:2  :1 &&:0  :1 b:2",
		"1.5e3u)||x":     "1.5e3u:3 ):0 ||:0 x:2",
		"a ## b#c":       "a:2  :1 ##:0  :1 b:2 #:0 c:2",
		`F("a\"b",'c`:    `F:2 (:0 "a\"b":4 ,:0 'c:4`,
		"a$b|c&d":        "a$b:2 |:0 c:2 &:0 d:2",
		"\"\\":           "\"\\:4",
		"  \t&&&\xff|||": "  \t:1 &&:0 &:0 \xff:0 ||:0 |:0",
	} {
		var got []string
		for rest := text; rest != ""; {
			token, kind := Token(rest)
			rest = rest[len(token):]
			got = append(got, fmt.Sprintf("%s:%d", token, kind))
		}
		if g := strings.Join(got, " "); g != want {
			t.Errorf("%q: %q, want %q", text, g, want)
		}
	}
}

func TestNewlines(t *testing.T) {
	src := []byte("a\rb\r\nc\r\r\n\r")
	if got := string(Newlines(src)); got != "a\nb\r\nc\n\r\n\n" || string(src) != "a\rb\r\nc\r\r\n\r" {
		t.Errorf("%q of %q", got, src)
	}
}

// TestLinear reads texts of some megabytes, which takes a fraction of a second
// if time is linear, and hours if it is not.
func TestLinear(t *testing.T) {
	const n = 4 << 20
	for _, unit := range []string{"x", "/", "/\\\n", "*\\\n", "*/", "/*", "//", "\\", "\\\n", "\\ ", "\"", "\"\n", "'\\\n", " ", "\r", "a'", "R\"", "#", "# ", "<", "#include <", "#if (", "%\\\n"} {
		src := Newlines([]byte(strings.Repeat(unit, n/len(unit))))
		for i := 0; i < len(src); {
			j, _ := SkipSpace(src, i)
			if j < len(src) && (src[j] == '#' || src[j] == '%') {
				_, j, _ = ReadDirective(src, j)
			}
			_, end, _ := AppendLine(nil, src, j, true)
			next, _ := LineEnd(src, j)
			if i = max(next+1, j); i < end {
				i = end
			}
		}
		for text := string(src); text != ""; {
			token, _ := Token(text)
			text = text[len(token):]
		}
	}
}
