package dataheader

import (
	"strings"
	"testing"
)

// parseArray returns the bytes of the header's array without the final NUL.
func parseArray(t *testing.T, header string) string {
	t.Helper()
	_, rest, ok := strings.Cut(header, "static const char kheaders_data[] =\n")
	if !ok {
		t.Fatal("header has no kheaders_data")
	}
	i := strings.LastIndexByte(rest, ';')
	if i < 0 {
		t.Fatal("the array does not end")
	}
	return parseLiterals(t, rest[:i])
}

// parseLiterals reads adjacent string literals as a C compiler does, and
// refuses all that a warning or another standard would trip over.
func parseLiterals(t *testing.T, s string) string {
	t.Helper()
	for _, c := range "=/'()!<>-" {
		if strings.Contains(s, "??"+string(c)) {
			t.Fatalf("literal has the trigraph ??%c", c)
		}
	}
	var out []byte
	for i := 0; i < len(s); {
		switch s[i] {
		case '\n':
			i++
			continue
		case '"':
			i++
		default:
			t.Fatalf("%q between literals", s[i])
		}
		for s[i] != '"' {
			c := s[i]
			i++
			if c < ' ' || c > '~' {
				t.Fatalf("plain byte %#x in a literal", c)
			}
			if c != '\\' {
				out = append(out, c)
				continue
			}
			const names, values = `abtnvfr"\?`, "\a\b\t\n\v\f\r\"\\?"
			if j := strings.IndexByte(names, s[i]); j >= 0 {
				out = append(out, values[j])
				i++
				continue
			}
			v, n := 0, 0
			for ; n < 3 && '0' <= s[i] && s[i] <= '7'; n++ {
				v = v*8 + int(s[i]-'0')
				i++
			}
			if n == 0 || v > 255 {
				t.Fatalf("bad escape before %q", s[i:min(i+8, len(s))])
			}
			out = append(out, byte(v))
		}
		i++
	}
	return string(out)
}
