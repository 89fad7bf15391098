package cinclude

import (
	"fmt"
	"strings"
	"testing"
)

// shown writes a result on one line.
func shown(r *Result) string {
	var out []string
	for _, i := range r.Includes {
		s := map[Kind]string{Angled: "<%s>", Quoted: "%q", Computed: "=%s"}[i.Kind]
		s = fmt.Sprintf("%d:"+s, i.Line, i.Name)
		if i.Next {
			s = "next " + s
		}
		if i.Test {
			s = "?" + s
		}
		for c := i.Cond; c >= 0; c = r.Conds[c].Parent {
			s += " if " + r.Conds[c].Expr
			for p := r.Conds[c].Prev; p >= 0; p = r.Conds[p].Prev {
				s += " not " + r.Conds[p].Expr
			}
		}
		out = append(out, s)
	}
	for _, d := range r.Defines {
		s := map[bool]string{false: "def ", true: "undef "}[d.Undef]
		out = append(out, s+d.Name+d.Text)
	}
	if r.Open {
		out = append(out, "open")
	}
	return strings.Join(out, "; ")
}

var macros = func(name []byte) bool { return string(name) == "A" || string(name) == "F" }

func TestScan(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"plain", "#include <linux/a.h>\n#include \"b.h\"\n", `1:<linux/a.h>; 2:"b.h"`},
		{"blanks", " \t# \tinclude\t<a.h>   \n#include<b.h>", "1:<a.h>; 2:<b.h>"},
		{"test of a name like a test", "#if __has_include(<__has_include(\"b.h\")>)\n#endif\n", `?1:<__has_include("b.h")>`},
		{"next and import", "#include_next <a.h>\n#import <b.h>\n#includes <c.h>\n", "next 1:<a.h>; 2:<b.h>"},
		{"lone carriage returns", "#include <a.h>\r#include <b.h>\r\n#define X \\\r#include <no.h>\r// \r#include <c.h>\r\r\n#include <d.h>\r", "1:<a.h>; 2:<b.h>; 6:<c.h>; 8:<d.h>"},
		{"digraph", "%: include <a.h>", "1:<a.h>"},
		{"comments around", "/* x */ # /* y */ include /* z */ <a.h> /* c\n */ #include <no.h>\n#include <b.h>", "1:<a.h>; 3:<b.h>"},
		{"within a comment", "/*\n#include <a.h>\n*/\n// \\\n#include <b.h>\n#include <c.h>", "6:<c.h>"},
		{"comment marks in a name", "#include <a//b.h>\n#include <a/*b.h>\n#include \"c//d.h\"", `1:<a//b.h>; 2:<a/*b.h>; 3:"c//d.h"`},
		{"comment marks in strings", "char *a = \"/*\";\nchar b = '\"'; /* \" */\n#include <a.h>\nx = '/*';\n#include <b.h>", "3:<a.h>; 5:<b.h>"},
		{"open quotes", "it's /* a\n#include <no.h>\n*/\n#include <a.h>\n\" \\\n /* \" */\n#include <b.h>", "2:<no.h>; 4:<a.h>; 7:<b.h>"},
		{"escapes", "a = \"\\\"/*\";\n#include <a.h>\nb = '\\\\'; c = '\\'';\n#include <b.h>", "2:<a.h>; 4:<b.h>"},
		{"splices", "#inc\\\nlude \\\n <a\\\n.h>\n#include <b.h>\nx \\\n#include <no.h>\n/\\\n* #\n#include <no.h> *\\\n/\n#include <c.h>", "1:<a.h>; 5:<b.h>; 12:<c.h>"},
		{"not at the start of a line", "x #include <a.h>\n", ""},
		{"CRLF", "#include <a.h>\r\n#include \\\r\n \"b.h\"\r\n", `1:<a.h>; 2:"b.h"`},
		{"error text", "#error don't /* do\n#include <a.h> */\n#error it's\n#include <b.h>", "2:<a.h>; 4:<b.h>"},
		{"macro names", "#include A\n# include F(x, y) // z\n#include 3\n#include\n", "1:=A; 2:=F(x, y)"},
		{"definitions", "#define A <a.h> // c\n# define F(x, y...) #x /* b */ y\n#define B 1\n#define A\n#define F() z\\\nz\n#undef A // a\n#undef B\n#def\\\nine F\\\n(x) x\n#define \\\nA 1\n#define A\\\nB 1",
			`def A <a.h>; def F(x, y...) #x   y; def A; def F() zz; undef A; def F(x) x; def A 1`},
		{"open comment", "#include <a.h>\n/* \n#include <b.h>", "1:<a.h>; open"},
		{"open name", "#include <a.h\n#include \"b.h\n#include <>\n#include <c.h>", "4:<c.h>"},
		{"mark of UTF-8", "\xef\xbb\xbf#include <a.h>", "1:<a.h>"},
		{"NUL", "\x00\n#include <a\x00.h>\n#include <b.h>\x00", "2:<a\x00.h>; 3:<b.h>"},
		{"UTF-16", "\xff\xfe#\x00i\x00n\x00c\x00l\x00u\x00d\x00e\x00 \x00<\x00a\x00>\x00\n\x00", ""},
		{"conditions", "#ifdef A // x\n#include <a.h>\n#elif B > 2\n#if C \\\n + 1\n#include <b.h>\n#endif\n#else\n#include <c.h>\n#endif\n#ifndef D\n#include <d.h>\n#endif\n#include <e.h>",
			"2:<a.h> if defined(A); 6:<b.h> if C  + 1 if B > 2 not defined(A); 9:<c.h> if 1 not B > 2 not defined(A); 12:<d.h> if !defined(D); 14:<e.h>"},
		{"unbalanced", "#endif\n#else\n#elif 1\n#include <a.h>\n#if X\n#include <b.h>", "4:<a.h>; 6:<b.h> if X"},
		{"newer directives", "#if A\n#elifdef B\n#include <a.h>\n#elifndef C\n#include <b.h>\n#endif", "3:<a.h> if defined(B) not A; 5:<b.h> if !defined(C) not defined(B) not A"},
		{"has_include", "#if defined(__has_include) && __has_include(<a.h>)\n#elif __has_include_next ( \"b.h\" )\n#endif", `?1:<a.h>; ?next 2:"b.h" if defined(__has_include) && __has_include(<a.h>)`},
	} {
		var r Result
		Scan([]byte(c.src), Options{Macros: macros, Conds: true}, &r)
		if got := shown(&r); got != c.want {
			t.Errorf("%s:\n%q\ngot  %s\nwant %s", c.name, c.src, got, c.want)
		}
		// Without branches the includes are the same.
		var all, plain []string
		for _, i := range r.Includes {
			all = append(all, fmt.Sprint(i.Name, i.Kind, i.Line, i.Test))
		}
		Scan([]byte(c.src), Options{}, &r)
		for _, i := range r.Includes {
			plain = append(plain, fmt.Sprint(i.Name, i.Kind, i.Line, i.Test))
		}
		if fmt.Sprint(all) != fmt.Sprint(plain) {
			t.Errorf("%s: %q with branches, %q without", c.name, all, plain)
		}
	}
}

func TestScanText(t *testing.T) {
	var r Result
	ScanText([]byte("#!/usr/bin/python3\n# Include this\ntext = \"\"\"#include <uapi/linux/ptrace.h>\n# include \"x.h\"\n\"\"\"\nb = '#include <a.h>\\n#include \\\"b.h\\\"\\n'\n# #include <stdio.h> isn't needed\n"), &r)
	if got, want := shown(&r), `3:<uapi/linux/ptrace.h>; 4:"x.h"; 6:<a.h>; 6:"b.h"; 7:<stdio.h>`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestLong shows that time does not grow with the square of a line's length.
func TestLong(t *testing.T) {
	const n = 10 << 20
	for _, unit := range []string{"x", "/*", "*/", "\"", "'", "\\\n", "\\ ", "#", "# ", "(", "/", "\\", "__has_include(", "__has_include(<", "__has_include(<a", "__has_include(\"", "__has_include(<a.h>) ", "#if 1\n", "#elif 1\n", "#else\n", "#undef A\n", "#define A\\\n", "%\\\n:", "#include <a.h>", " ", "\r", "\x00"} {
		for _, head := range []string{"", "#include ", "#if ", "#define A ", "/*", "//", "\""} {
			var r Result
			Scan([]byte(head+strings.Repeat(unit, n/len(unit)/8)), Options{Macros: macros, Conds: true}, &r)
		}
	}
	var r Result
	Scan([]byte("x = \""+strings.Repeat("y", n)+"\";\n#include <a.h>\n"), Options{}, &r)
	if got := shown(&r); got != "2:<a.h>" {
		t.Errorf("after a line of 10 MB: %s", got)
	}
}

// TestDepth shows that branches are known up to MaxDepth, and that what stands
// deeper counts as if it stood there.
func TestDepth(t *testing.T) {
	const n = 1000000
	var r Result
	Scan([]byte(strings.Repeat("#if A\n", n)+"#include <a.h>\n#else\n#include <b.h>\n"+
		strings.Repeat("#endif\n", n-1)+"#include <c.h>\n#endif\n#include <d.h>\n"), Options{Conds: true}, &r)
	var at []int
	for _, i := range r.Includes {
		at = append(at, i.Cond)
	}
	if want := []int{MaxDepth - 1, MaxDepth - 1, 0, -1}; fmt.Sprint(at) != fmt.Sprint(want) || len(r.Conds) != MaxDepth {
		t.Errorf("includes in %d of %d branches, want %d", at, len(r.Conds), want)
	}
}
