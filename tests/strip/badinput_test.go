package strip

import (
	"archive/tar"
	"bytes"
	"encoding/binary"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"
)

// utf16Text encodes a text as UTF-16 with a byte order mark.
func utf16Text(text string, order binary.AppendByteOrder) []byte {
	b := order.AppendUint16(nil, 0xfeff)
	for _, u := range utf16.Encode([]rune(text)) {
		b = order.AppendUint16(b, u)
	}
	return b
}

func randomBytes(n int, not string) []byte {
	r := rand.New(rand.NewPCG(1, 2))
	b := make([]byte, n)
	for i := range b {
		for b[i] = byte(r.Uint32()); strings.IndexByte(not, b[i]) >= 0; {
			b[i] = byte(r.Uint32())
		}
	}
	return b
}

// TestBadInput strips what is no C, or hardly: nothing crashes, no token
// changes, and the manifest says which files are left as they are, and why.
func TestBadInput(t *testing.T) {
	const text = "int a; /* x */\nchar *b = \"// y\"; // z\n"
	long := func(unit string) []byte { return bytes.Repeat([]byte(unit), 10<<20/len(unit)) }
	cases := []struct {
		name string
		text []byte
		// note is a part of the manifest's note; "" where the file is stripped.
		note string
	}{
		{"open_comment.h", []byte(text + "/* never closed\nint c;\n"), "a comment is open at the end"},
		{"open_string.h", []byte(text + "char *c = \"never closed"), "a string or character constant is open at the end"},
		{"open_character.S", []byte(text + ".byte 'a\\"), "a string or character constant is open at the end"},
		{"open_in_line.h", []byte("#error don't /* x */\nint a; /* y */\n"), ""},
		{"nul.h", []byte("int a; /* x */\x00\nint b;\n"), "NUL bytes"},
		{"nul_in_comment.h", []byte("int a; /* \x00 */\nint b;\n"), "NUL bytes"},
		{"crlf.h", []byte(strings.ReplaceAll(text+"#define M(x) \\\n\t/* x */ x\n", "\n", "\r\n")), ""},
		{"cr.h", []byte(strings.ReplaceAll(text, "\n", "\r")), "a carriage return without a newline"},
		{"utf16le.h", utf16Text(text, binary.LittleEndian), "the text is UTF-16"},
		{"utf16be.h", utf16Text(text, binary.BigEndian), "the text is UTF-16"},
		{"utf16_without_mark.h", utf16Text(text, binary.LittleEndian)[2:], "NUL bytes"},
		{"utf8_mark.h", []byte("\xef\xbb\xbf" + text), ""},
		{"latin1.h", []byte("/* \xa9 \xe4 */ char *s = \"\xfc\";\n"), ""},
		{"binary.h", append([]byte("\x7fELF\x02\x01\x01\x00"), randomBytes(1<<20, "")...), "left as it is"},
		{"binary_without_nul.c", append([]byte("/* x */\n"), randomBytes(1<<20, "\x00\r")...), "left as it is"},
		{"raw_string.c", []byte("char *a = R\"(/* \" // )\"; /* x */\n"), "it may have a raw string"},
		{"digit_separator.c", []byte("int a = 1'000; /* x */\n"), "it may have a digit separator"},
		{"empty.h", nil, ""},
		{"backslash.h", []byte("\\"), ""},
		{"long_tokens.h", long("a+b;/*x*/'c'\"/*\" "), ""},
		{"long_word.h", long("a"), ""},
		{"long_blanks.h", append(long(" "), "/* x */"...), ""},
		{"long_comment.h", append(append([]byte("/*"), long("x*")...), "/ int a;\n"...), ""},
		{"long_line_comment.h", append([]byte("int a; //"), long("x\\ ")...), ""},
		{"long_splices.h", append(append([]byte("#define A"), long(" \\\n/**/")...), "a\n"...), ""},
		{"long_open_comment.h", append([]byte("/*"), long("* ")...), "a comment is open at the end"},
		{"long_open_string.h", append([]byte("/**/\""), long("\\\"")...), "a string or character constant is open at the end"},
	}
	src := t.TempDir()
	write := func(name string, text []byte) {
		path := filepath.Join(src, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("include/linux/kconfig.h", nil)
	write("include/generated/autoconf.h", []byte("#define CONFIG_X 1\n"))
	write("include/config/kernel.release", []byte("6.1.0\n"))
	for _, c := range cases {
		write("include/bad/"+c.name, c.text)
	}
	tree := filepath.Join(t.TempDir(), "tree.tar")
	writeTar(t, tree, src)

	clang := startClang(t)
	for _, mode := range modes {
		out := filepath.Join(t.TempDir(), "out.tar")
		archive(t, "x86", mode, out, out+".tsv", tree)
		notes := readNotes(t, out+".tsv")
		files := map[string][]byte{}
		for r := openTar(t, out); ; {
			h, err := r.Next()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			if files[h.Name], err = io.ReadAll(r); err != nil {
				t.Fatal(err)
			}
		}
		for _, c := range cases {
			is, note := files["./include/bad/"+c.name], notes["include/bad/"+c.name]
			if c.note != "" {
				if !strings.Contains(note, c.note) || !bytes.Equal(is, c.text) {
					t.Errorf("strip %s: %s has the note %q, want one with %q; unchanged: %v", mode, c.name, note, c.note, bytes.Equal(is, c.text))
				}
				continue
			}
			spans, err := clang.lex([][]byte{c.text, is})
			if err != nil {
				t.Fatal(err)
			}
			if d := compare(newTokens(c.text, spans[0]), newTokens(is, spans[1])); d != nil {
				t.Errorf("strip %s: %s: %s", mode, c.name, d)
			}
			if note != "" || bytes.Contains(c.text, []byte("/* x */")) && bytes.Contains(is, []byte("/* x */")) && c.name != "open_in_line.h" {
				t.Errorf("strip %s: %s is not stripped, its note is %q", mode, c.name, note)
			}
		}
	}
}

// writeTar writes the files below dir to a tar.
func writeTar(t *testing.T, path, dir string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w := tar.NewWriter(f)
	if err := w.AddFS(os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}
