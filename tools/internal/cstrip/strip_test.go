package cstrip

import (
	"bytes"
	"strings"
	"testing"
)

func TestParseMode(t *testing.T) {
	for _, m := range Modes() {
		if got, err := ParseMode(string(m)); err != nil || got != m {
			t.Errorf("ParseMode(%q) = %q, %v", m, got, err)
		}
	}
	_, err := ParseMode("all")
	if err == nil || !strings.Contains(err.Error(), "comments_keep_license") {
		t.Errorf("ParseMode(all): the error %v does not name the modes there are", err)
	}
}

const sum = "// b5e87bdd5ede61470c29f7a7e4de781af3770f09\n"

// Each case gives the source and what the modes comments and minify make of it.
// An empty min means the same as com.
var cases = []struct{ name, src, com, min string }{
	{"no comment", "int  a;\n\n\nint b;\n", "int  a;\n\n\nint b;\n", "int a;\nint b;\n"},
	{"between tokens", "int/* x */a;\n", "int a;\n", ""},
	{"between blanks", "int /* x */ a;\n", "int a;\n", ""},
	{"tab before", "int\t/* x */ a;\n", "int\ta;\n", "int a;\n"},
	{"two", "a/**//**/b /**/ /**/ c\n", "a b c\n", ""},
	{"not an end", "a /*/ b */ c\n", "a c\n", ""},
	{"many stars", "a /***** b ****/ c\n", "a c\n", ""},
	{"operators", "a = +/**/+b /**// *p;\n", "a = + +b / *p;\n", ""},
	{"no new comment", "a //**/* b\nc /\\\n/**/* d\n", "a\nc\n", ""},
	{"trailing", "int a;\t/* x */ // y\n", "int a;\n", ""},
	{"trailing block opener in line comment", "int a; // see /* there\nint b;\n", "int a;\nint b;\n", ""},
	{"line comment mark in block comment", "int a; /* // */ int b;\n", "int a; int b;\n", ""},
	{"whole line", "int a;\n\t/* x */\n// y\nint b;\n", "int a;\nint b;\n", ""},
	{"leading", "/* x */int a;\n\t/* x */ int b;\n", " int a;\n\tint b;\n", " int a;\n int b;\n"},
	{"lines", "a /* 1\n 2\n */ b\n", "a b\n", ""},
	{"last line", "int a; // x", "int a;", ""},
	{"only", "/* x */", "", ""},
	{"empty", "", "", ""},

	{"string", "p(\"a /* b */ // c  d\");\n", "p(\"a /* b */ // c  d\");\n", ""},
	{"escaped quote", `p("\"/*x*/" /* y */ "\\" /*z*/);` + "\n", `p("\"/*x*/" "\\" );` + "\n", ""},
	{"CC_SET", "# define CC_SET(c) \"\\n\\t/* output condition code \" #c \"*/\\n\"\n", "# define CC_SET(c) \"\\n\\t/* output condition code \" #c \"*/\\n\"\n", ""},
	{"character", "a = '\"' /* x */ + '\\'' /* y */ + L'/*' + u8\"//\"; // z\n", "a = '\"' + '\\'' + L'/*' + u8\"//\";\n", ""},
	{"no digit separator", "a = b1'c' + L1'd' + (1)'e' /* x */ + 2 'f' + 3'';\n", "a = b1'c' + L1'd' + (1)'e' + 2 'f' + 3'';\n", ""},
	{"string over two lines", "a = \"x \\\n  // y\" /* z */;\n", "a = \"x \\\n  // y\" ;\n", ""},
	{"escape over two lines", "a = \"\\\\\n\" // y\" /* z */;\n", "a = \"\\\\\n\" // y\" ;\n", ""},

	{"define", "#define F /* x */ (a)\n#define G/* x */(a)\n#define H(a) /* x */\n#define I(a)/**/a\n",
		"#define F (a)\n#define G (a)\n#define H(a)\n#define I(a) a\n", ""},
	{"macro", "#define F(a) \\\n\tdo { \\\n\t\tx(a);\t/* one */\t\\\n\t\t/* two */ \\\n\t} while (0)\n",
		"#define F(a) \\\n\tdo { \\\n\t\tx(a);\t\\\n\t\t\\\n\t} while (0)\n",
		"#define F(a) \\\ndo { \\\nx(a); \\\n} while (0)\n"},
	{"macro without blanks", "#define F(a) x\\\n/* y */z\\\n/* y */\\\nz\n", "#define F(a) x\\\n z\\\n \\\nz\n", "#define F(a) x \\\nz \\\nz\n"},
	{"macro that ends in a comment", "#define F \\\n\ta \\\n\t/* b */\nint c;\n", "#define F \\\n\ta \\\n\nint c;\n", "#define F \\\na \\\n\nint c;\n"},
	{"macro that ends in a blank line", "#define F \\\n\ta \\\n\nint c;\n", "#define F \\\n\ta \\\n\nint c;\n", "#define F \\\na \\\n\nint c;\n"},
	{"comment of two lines in a directive", "#define F a /* 1\n2 */ b\nc\n", "#define F a b\nc\n", ""},
	{"directive after a comment", "/* 1\n2 */ #define F a\nb /* 1\n2 */ # c\n", " #define F a\nb # c\n", ""},
	{"comment in a directive name", "# /* x */ define F\n#/**/include <a.h> // x\n", "# define F\n# include <a.h>\n", ""},
	{"pasting", "#define F(a, b) a /**/ ## /**/ b\n", "#define F(a, b) a ## b\n", ""},

	{"spliced openers", "a /\\\n* x */ b\nc /\\\n/ x\nd\n", "a b\nc\nd\n", ""},
	{"spliced closer", "a /* x *\\\n/ b\nc /* x *\\ \t\r\n/ d\n", "a b\nc d\n", ""},
	{"spliced line comment", "a // x \\\n y \\  \n z\nb\n", "a\nb\n", ""},
	{"spliced word", "in\\\nt a; /* x */\n", "in\\\nt a;\n", ""},
	{"backslash and blanks", "#define F a \\  \n  b /* x */\nc\n", "#define F a \\  \n  b\nc\n", "#define F a \\\nb\nc\n"},
	{"assembler backslash", "\tldr\t\\dst, \\sym\t// x\n", "\tldr\t\\dst, \\sym\n", " ldr \\dst, \\sym\n"},
	{"CRLF", "a /* x */\r\n// y\r\n\r\n#define b \\\r\n  // z\r\n/* 1\r\n2 */ c\r\n", "a\r\n\r\n#define b \\\r\n\r\n c\r\n", "a\r\n#define b \\\r\n\r\n c\r\n"},
	{"form feed", "a\n\f\nb \v /* x */ c\n", "a\n\f\nb \v c\n", "a\nb c\n"},
	{"BOM", "\xef\xbb\xbf/* x */\n#include <a//b>\n", "\xef\xbb\xbf#include <a//b>\n", ""},
	{"Latin-1", "a /* \xa9 \xe4 */ b\n", "a b\n", ""},

	{"include", "#include <a.h> /* x */\n#include \"a//b.h\" // x\n# include <a/b-c.h>// x\n#include M(a) /* x */\n",
		"#include <a.h>\n#include \"a//b.h\"\n# include <a/b-c.h>\n#include M(a)\n", ""},
	{"odd include", "#include <a//b.h>\n#  include  <it's.h>  \n/* x */ a\n", "#include <a//b.h>\n#  include  <it's.h>  \n a\n", ""},
	{"less", "#if 1 < 2 // x > y\na < b /* ' */ > c\n#if __has_include(<a/b.h>) /* x */\n", "#if 1 < 2\na < b > c\n#if __has_include(<a/b.h>)\n", ""},

	{"error", "#error don't /* x */  \n#error do /* don't */ it\n", "#error don't /* x */  \n#error do it\n", ""},
	{"error over lines", "#error a /* b\nc */ d\ne\n", "#error a d\ne\n", ""},
	{"open quote in a macro", "#define F don't \\\n /* x */\n/* y */ a\n", "#define F don't \\\n /* x */\n a\n", ""},
	{"assembler comment", "\tmov %eax, %ebx # don't /* x\n/* y */\n\t.byte 'a /* x */\n", "\tmov %eax, %ebx # don't /* x\n\t.byte 'a /* x */\n", " mov %eax, %ebx # don't /* x\n .byte 'a /* x */\n"},
	{"linker script", "SECTIONS { /* x */\n\t/DISCARD/ : { *(.a) *(.b.*) } // y\n}\n", "SECTIONS {\n\t/DISCARD/ : { *(.a) *(.b.*) }\n}\n", "SECTIONS {\n /DISCARD/ : { *(.a) *(.b.*) }\n}\n"},
	{"trigraph", "a // what??/\nb\n", "a\nb\n", ""},
	{"two-digit hash", "%: include <a//b.h>\n%r /* x */\n", "%: include <a//b.h>\n%r\n", ""},
	{"not quite a sum", "a\n// b5e87bdd5ede61470c29f7a7e4de781af3770f0\n", "a\n", ""},
}

func TestStrip(t *testing.T) {
	for _, c := range cases {
		if c.min == "" {
			c.min = c.com
		}
		for mode, want := range map[Mode]string{None: c.src, Comments: c.com, KeepLicense: c.com, Minify: c.min} {
			out, note := Strip([]byte("dst\\"), []byte(c.src), "a.h", mode)
			if got := string(out); got != "dst\\"+want || note != "" {
				t.Errorf("%s, %s: Strip(%q)\n got %q, note %q\nwant %q", c.name, mode, c.src, got, note, want)
			}
			if mode != None {
				check(t, []byte(c.src), mode)
			}
		}
	}
}

// Each case gives a source and a part of the note for it; with an empty note it
// is left as it is because of its name.
var leftCases = []struct{ name, src, path, note string }{
	{"open comment", "a /* x\n", "a.h", "comment is open"},
	{"open comment, one star", "a /*/", "a.h", "comment is open"},
	{"open string", "/* x */ a \"b", "a.h", "string"},
	{"open character", "/* x */ a 'b\\", "a.S", "string"},
	{"NUL", "/* x */\x00", "a.h", "NUL"},
	{"UTF-16", "\xff\xfe/\x00*\x00", "a.h", "UTF-16"},
	{"UTF-16, high byte first", "\xfe\xff\x00/", "a.h", "UTF-16"},
	{"lone CR", "/* x */\r\n a\rb\n", "a.h", "carriage return"},
	{"CR at the end", "/* x */\r", "a.h", "carriage return"},
	{"CR before CRLF", "// x \\\r\r\n a\n", "a.h", "carriage return"},
	{"backslash", "a \\ /* x */\nb\n", "a.h", "backslash"},
	{"backslash before //", "a \\// x\nb\n", "a.h", "backslash"},
	{"last line", "#define a \\\n// x", "a.h", "backslash"},
	{"raw string", "a /* x */ = R\"(/*)\";\n", "a.h", "raw string"},
	{"raw string with a prefix", "/* x */ a = u8R\"(\" + L\\\nR\\\n\"(\";\n", "a.h", "raw string"},
	{"digit separator", "a = 1'000 /* x */;\n", "a.c", "digit separator"},
	{"digit separator after a splice", "a = .5\\\n\\\n'\\\nf0 /* x */;\n", "a.c", "digit separator"},
	{"closer after two splices", "/* x *\\\n\\\n/ a\n", "a.h", "agree"},
	{"comment mark in a name", "#include <a/*b.h> // x\n", "a.h", "header name"},
	{"name over two lines", "#include <a\\\n//b.h>\n", "a.h", "header name"},
	{"comment mark in a macro's name", "#include M(<a//b.h>)\n", "a.h", "header name"},
	{"name after a comment", "#include /*\n*/ <a//b.h>\n", "a.h", "header name"},
	{"name that a comment cuts", "#include <a /*\n*/ b>\n", "a.h", "header name"},
	{"odd __has_include", "#if __has_include(<a//b.h>)\n", "a.h", "header name"},
	{"backslash in a name", "#include \"a\\\" // \"b\"\n", "a.h", "header name"},
	{"sum", "/* x */\nint a;\n" + sum, "include/linux/atomic/atomic-long.h", "SHA-1"},
	{"sum alone, without a newline", strings.TrimSpace(sum), "a.h", "SHA-1"},

	{"makefile", "a := /* x */\n", "Makefile", ""},
	{"script", "echo /* // x\n", "scripts/a.sh", ""},
	{"symbols", "0x1 // x\n", "Module.symvers", ""},
	{"linker script", "a : { dir/*.o(.text) } /* x */\n", "arch/x86/module.lds", ""},
	{"assembler", "a // x\n", "a.s", ""},
}

func TestLeftAsItIs(t *testing.T) {
	for _, c := range leftCases {
		for _, mode := range Modes()[1:] {
			out, note := Strip([]byte("dst"), []byte(c.src), c.path, mode)
			if string(out) != "dst"+c.src {
				t.Errorf("%s, %s: Strip(%q) changed it to %q", c.name, mode, c.src, out)
			}
			if !strings.Contains(note, c.note) || (note == "") != (c.note == "") || strings.Contains(note, "\n") {
				t.Errorf("%s, %s: note is %q, want one line with %q", c.name, mode, note, c.note)
			}
		}
	}
}

func TestAssemblerHasNoDigitSeparators(t *testing.T) {
	src, want := "\tmoveq #4'b /* x */\n", "\tmoveq #4'b /* x */\n"
	if out, note := Strip(nil, []byte(src+"// y\na\n"), "a.S", Comments); string(out) != want+"a\n" || note != "" {
		t.Errorf("got %q, note %q", out, note)
	}
}

func TestRawStringNames(t *testing.T) {
	// Not raw: the R belongs to a longer word or number, or a string closes there.
	src := []byte("a(FOO_R\"x\", 0R\"y\", \"R\" /* z */, \"=R\"(b));\n")
	want := "a(FOO_R\"x\", 0R\"y\", \"R\" , \"=R\"(b));\n"
	if out, note := Strip(nil, src, "a.c", Comments); string(out) != want || note != "" {
		t.Errorf("got %q, note %q", out, note)
	}
}

func TestKeepLicense(t *testing.T) {
	const mit = "/*\n * Permission is hereby granted, free of charge\n */\n"
	for _, c := range []struct{ name, src, want string }{
		{"SPDX", "/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */\n/* a.h: what it is */\nint a; /* x */\n",
			"/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */\nint a;\n"},
		{"line comments", "// SPDX-License-Identifier: GPL-2.0\n// a.h: what it is\n\n// Copyright (C) 2018 A\n//\n// By: B\nint a;\n// x\n",
			"// SPDX-License-Identifier: GPL-2.0\n\n// Copyright (C) 2018 A\n//\n// By: B\nint a;\n"},
		{"box", "/* copyright 1992 by A */\n/* all of it.          */\n/*\n * doc\n */\n/* more */\n",
			"/* copyright 1992 by A */\n/* all of it.          */\n"},
		{"twice", mit + "int a;\n" + mit + "int b;\n", mit + "int a;\nint b;\n"},
		{"blocks that meet", "// (c) 2001 A\n/* 1\n*/\n// gpl\n;\n// (c) 2001 A\n// gpl\n", "// (c) 2001 A\n// gpl\n;\n"},
		{"in a macro", "#define A /* GPL */ \\\n /* x */ b // LICENSE\n", "#define A /* GPL */ \\\n b // LICENSE\n"},
		{"only a symbol", "int a; /* EXPORT_SYMBOL_GPL(c) */\n", "int a;\n"},
		{"mixed line", "a/* x */ /* licence *//* x */b // x\n", "a /* licence */ b\n"},
		{"owner", "/* (C) Some Body 2006 */\n/* 2001-2004 (c) A. B. */\n// (C)1999 A\nint a;\n", "/* (C) Some Body 2006 */\n/* 2001-2004 (c) A. B. */\n// (C)1999 A\nint a;\n"},
		{"not an owner", "/* (a) one (b) two (c) three */\nint a; /* degrees (C) */\n", "int a;\n"},
		{"sign", "/* \u00a9 A */\n", "/* \u00a9 A */\n"},
	} {
		out, note := Strip(nil, []byte(c.src), "a.h", KeepLicense)
		if string(out) != c.want || note != "" {
			t.Errorf("%s: got %q, note %q\nwant %q", c.name, out, note, c.want)
		}
		check(t, []byte(c.src), KeepLicense)
	}
}

// TestLongLine makes sure that time is linear: each text has 2 MB of what
// makes a careless lexer look back or ahead again and again.
func TestLongLine(t *testing.T) {
	const n = 2 << 20
	for name, unit := range map[string]string{
		"comments": "/*x*/", "blanks": " ", "quotes": "'a'", "quote and less": "'<'", "words and quotes": "a.\\\nb'c'",
		"backslashes": "\\ ", "splices": "\\\n", "spliced slashes": "/\\\n", "slashes": "/ ",
		"line comment": "// \\\n", "R": "R\\\n", "lines": "\n", "blank lines": " \n/**/\n", "tokens": "a b ",
		"stars": "*\\\n", "licence": "/* gpl */\n", "spdx": "// SPDX-License-Identifier: x\n", "open": "\"\n",
	} {
		for _, head := range []string{"", "#include ", "#if __has_include <", "/*"} {
			src := []byte(head + strings.Repeat(unit, n/len(unit)))
			for _, mode := range Modes()[1:] {
				out, _ := Strip(nil, src, "a.h", mode)
				if len(out) > len(src) {
					t.Errorf("%s after %q, %s: grew from %d to %d bytes", name, head, mode, len(src), len(out))
				}
			}
		}
	}
}

func TestDestination(t *testing.T) {
	src := []byte("a /* x */ b\n")
	buf := make([]byte, 0, 64)
	out, _ := Strip(buf, src, "a.h", Comments)
	if &out[0] != &buf[:1][0] || !bytes.Equal(src, []byte("a /* x */ b\n")) {
		t.Error("Strip did not append in place, or wrote to its input")
	}
}
