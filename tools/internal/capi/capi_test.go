package capi

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

var kinds = [...]string{"macro", "undef", "guard", "include", "function", "inline", "struct", "union", "enum", "typedef", "variable", "forward", "other"}

// list writes what is declared: of each its kind and name, and of those with members
// how many.
func list(h Header) string {
	var out []string
	for _, d := range h.Decls {
		s := kinds[d.Kind] + " " + d.Name
		if d.Members != nil {
			s += fmt.Sprintf(" %d", len(d.Members))
		}
		if d.Cond != 0 {
			s += " ?"
		}
		out = append(out, s)
	}
	return strings.Join(out, "; ")
}

func TestRead(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{"", ""},
		{"#define A 1\n#define F(x) x\n# define /* c */ B\\\n C\n%:define D\n", "macro A; macro F; macro B; macro D"},
		{"#ifndef _A_H\n#define _A_H\n#define A\n#endif\n", "guard _A_H; macro A"},
		{"#if !defined(A) || defined(B)\n#define A\n#define C\n#endif\n", "guard A; macro C"},
		{"#if !defined A\n#define A\n#define C\n#endif\n", "guard A; macro C"},
		{"#if !defined(A)\n#define B\n#endif\n", "macro B ?"},
		{"/* c */\n\n#ifndef A\n#define B\n#define A\n#endif\n", "macro B ?; macro A ?"},
		{"#define X\n#ifndef A\n#define A\n#endif\n", "macro X; macro A ?"},
		{"#undef A\n", "undef A"},
		{"#include <a.h>\n#include \"b.h\"\n#include_next <c.h>\n#include M\n", "include <a.h>; include \"b.h\"; include <c.h>; include M"},
		{"#error no\n#pragma pack(1)\n", "other #error no; other #pragma pack(1)"},
		// Functions.
		{"int f(void);", "function f"},
		{"extern int f(int a, char *b) __attribute__((noreturn));", "function f"},
		{"extern __printf(1, 2) void f(const char *, ...);", "function f"},
		{"asmlinkage __printf(1, 2) int f(const char *, ...);", "function f"},
		{"__printf(1, 2)\nint f(const char *, ...);", "function f"},
		{"void __lock(struct s *s) __acquires(x);", "function __lock"},
		{"const struct s *f(u32 x), *g(void);", "function f; function g"},
		{"void (*signal(int sig, void (*func)(int)))(int);", "function signal"},
		{"int (f)(int);", "function f"},
		{"typeof(x) f(void);", "function f"},
		{"static inline int f(int a)\n{\n\tif (a) { return g(\"}\"); }\n\treturn '}';\n}\nint h(void);", "inline f; function h"},
		{"static __always_inline struct s *f(void) { struct local { int x; }; return 0; }", "inline f"},
		// Structs and the like.
		{"struct s { int a; char b[2], c; struct t *d; };", "struct s 4"},
		{"struct s { int a:1, b:2; void (*f)(int x, int y); int (*g)(void); };", "struct s 4"},
		{"struct s { struct in { int a; int b; } x; union { int c; struct { int d, e; }; }; };", "struct s 6; struct in 2"},
		{"struct __packed s { int a; } __aligned(8);", "struct s 1"},
		{"struct s { int a; } __align4;\ntypedef struct { int a; } __s_t;", "struct s 1; struct __s_t 1; typedef __s_t"},
		{"struct s { int a; } x, *y;", "struct s 1; variable x; variable y"},
		{"struct s;\nunion u;\nenum e;", "forward struct s; forward union u; forward enum e"},
		{"union u { int a; long b; };", "union u 2"},
		{"enum e { A, B = 2, C = F(1, 2), };\nenum { X, Y };", "enum e 3; enum X 2"},
		{"typedef struct { int a; } s_t;\ntypedef struct s { int b; } s2_t, *s3_t;", "struct s_t 1; typedef s_t; struct s 1; typedef s2_t; typedef s3_t"},
		{"struct s { int a; struct_group(g, u8 b; u8 c;); };", "struct s 2"},
		{"struct s { enum { P, Q } kind; };", "struct s 1; enum P 2"},
		{"struct s { };", "struct s"},
		// Typedefs.
		{"typedef unsigned long ulong;\ntypedef __u32 __bitwise __le32;\ntypedef u64 a_t __aligned(8);", "typedef ulong; typedef __le32; typedef a_t"},
		{"typedef int (*fn_t)(int);\ntypedef void fn2_t(void);\ntypedef void (fn3_t)(int);\ntypedef int arr_t[4];", "typedef fn_t; typedef fn2_t; typedef fn3_t; typedef arr_t"},
		// Variables.
		{"extern int a;\nextern struct s b[], *c;\nextern const char *const d[10];\nextern void (*e)(int);\nstatic const int f = 3, g = 4;", "variable a; variable b; variable c; variable d; variable e; variable f; variable g"},
		{"extern unsigned long (*fp)(int);\nextern u32 __x __read_mostly;\nstatic const struct s t = { .f = { g(1), 2 }, };", "variable fp; variable __x; variable t"},
		// What is none of these.
		{"DECLARE_PER_CPU(int, x);\nstatic DEFINE_MUTEX(m);\nextern DECLARE_BITMAP(a, 3);", "other DECLARE_PER_CPU(int,x); other static DEFINE_MUTEX(m); other extern DECLARE_BITMAP(a,3)"},
		{"DEFINE_FREE(kfree, void *, if (_T) kfree(_T))\nint f(void);", "other DEFINE_FREE(kfree,void*,if(_T)kfree(_T)); function f"},
		{"TRACE_EVENT(a,\n\tTP_STRUCT__entry(__field(int, b)),\n\tTP_fast_assign({ x = 1; y(); })\n);\nint f(void);", "other TRACE_EVENT(a,TP_STRUCT__entry(__field(int; function f"},
		{"_Static_assert(1, \"x\");", "other _Static_assert(1,\"x\")"},
		// Branches.
		{"#ifdef A\nint f(int a);\n#else\nstatic inline int f(int a) { return 0; }\n#endif\nint g(void);", "function f ?; inline f ?; function g"},
		{"#ifdef __cplusplus\nextern \"C\" {\n#endif\nint f(void);\n#ifdef __cplusplus\n}\n#endif\nint g(void);", "function f; function g"},
		{"struct s {\n#ifdef A\n\tint a;\n#else\n\tint b;\n#endif\n};", "struct s 2"},
		{"#ifdef A\nstruct s {\n\tint a;\n#else\nstruct s {\n\tint b;\n#endif\n\tint c;\n};\nint f(void);", "struct s 2 ?; struct s 1 ?; function f"},
		{"#ifdef A\nstatic inline int f(int a)\n#else\nstatic inline int f(void)\n#endif\n{\n}\nint g(void);", "inline f ?; function g"},
		{"static inline void f(void)\n{\n#ifdef A\n\tif (a) {\n#else\n\tif (b) {\n#endif\n\t}\n}\nint g(void);", "inline f; function g"},
		{"#if 0\nint f(void);\n#define A\n#else\nint g(void);\n#endif\n#if 1\nint h(void);\n#else\nint i(void);\n#endif", "function g ?; function h ?"},
		{"#ifdef __ASSEMBLY__\n.macro x\n#define A\n.endm\n#else\nint f(void);\n#endif\n#ifndef __ASSEMBLER__\nint g(void);\n#else\n.long 1\n#endif", "macro A ?; function f ?; function g ?"},
		{"#if defined ( __ASSEMBLY__ )\n.endm {\n#endif\nint f(void);", "function f"},
		{"#endif\n#else\nint f(void);\n#if A\n", "function f"},
		// Comments and splices.
		{"int /* ; */ f(vo\\\nid); // int g(void);\n\xef\xbb\xbfint h(void);", "function f; function h"},
		{"\xef\xbb\xbf#define A\r\nint f(void);\r\n", "macro A; function f"},
		// What is not C.
		{"} } ) ; int f(void);", "other ); function f"},
		{"int f(void)", "function f"},
		{"struct s { int a", "struct s 1"},
		{"struct s { int a; struct t { int b;", "struct s 2; struct t 1"},
		{"\"open\n'x\nint f(void);", "function f"},
	} {
		if got := list(Read([]byte(c.src), Options{})); got != c.want {
			t.Errorf("%q:\ngot  %s\nwant %s", c.src, got, c.want)
		}
	}
}

func TestAssembler(t *testing.T) {
	got := list(Read([]byte("#include <a.h>\nfoo: { jmp *%rax\n%rbx\n#define A 1\n"), Options{Assembler: true}))
	if want := "include <a.h>; macro A"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestSums changes a text and looks at what is said to be other.
func TestSums(t *testing.T) {
	for _, c := range []struct{ was, is, want string }{
		{"int f(int a);", "int  f ( int a ) ; /* c */", "nothing"},
		{"#define A x + y", "#define A x\\\n  +/* c */y", "nothing"},
		{"int f(int a) ;\n#if A\n#endif\n", "int f(int a);\n\n# if A\n#endif // A\n", "nothing"},
		{"#define F(x) 1", "#define F (x) 1", "sum"},
		{"#define A a - -b", "#define A a--b", "sum"},
		{"#define A x", "#define A y", "sum"},
		{"int f(int a);", "int f(long a);", "sum"},
		{"extern int f(int a);", "int f(int a);", "rest"},
		{"int f(void) { return 1; }", "int f(void) { return 2; }", "rest"},
		{"static int f(void) { return 1; }", "static inline int f(void) { return 1; }", "rest"},
		{"extern int a;", "int a;", "sum"},
		{"int f(void);", "#ifdef A\nint f(void);\n#endif", "cond"},
		{"#ifdef A\nint f(void);\n#endif", "#ifndef A\nint f(void);\n#endif", "cond"},
		{"#if A\n#elif B\nint f(void);\n#endif", "#if C\n#elif B\nint f(void);\n#endif", "cond"},
		{"#ifndef G\n#define G\nint f(void);\n#endif", "#ifndef H\n#define H\nint f(void);\n#endif", "tokens"},
		{"struct s { int a; int b; };", "struct s { int b; int a; };", "sum"},
		{"struct s { int a; };", "struct s { int a; } __packed;", "sum"},
		{"struct s { int a;\n#ifdef A\nint b;\n#endif\n};", "struct s { int a;\n#ifdef B\nint b;\n#endif\n};", "sum members"},
		{"struct s { int a; };", "struct s { long a; };", "sum members"},
		{"int f(void) {\n#ifdef A\nx();\n#endif\n}", "int f(void) {\n#ifdef B\nx();\n#endif\n}", "rest"},
		{"#ifdef A\nint f(int)\n#else\nint f(char)\n#endif\n;", "#ifdef A\nint f(int)\n#else\nint f(long)\n#endif\n;", "sum"},
		{"#if 0\nint g(void);\n#endif\nint f(void);", "#if 0\nlong g(void);\n#endif\nint f(void);", "tokens"},
	} {
		was, is := Read([]byte(c.was), Options{}), Read([]byte(c.is), Options{})
		got := "nothing"
		if was.Tokens != is.Tokens {
			got = "tokens"
		}
		last := func(h Header) Decl {
			d := h.Decls[slices.IndexFunc(h.Decls, func(d Decl) bool { return d.Kind != Guard })]
			return d
		}
		a, b := last(was), last(is)
		switch {
		case a.Sum != b.Sum:
			got = "sum"
		case a.Rest != b.Rest, a.Body != b.Body:
			got = "rest"
		case a.Cond != b.Cond:
			got = "cond"
		}
		if m, n := slices.Sorted(slices.Values(a.Members)), slices.Sorted(slices.Values(b.Members)); !slices.Equal(m, n) {
			got += " members"
		}
		if got != c.want {
			t.Errorf("%q, %q: %s is other, want %s", c.was, c.is, got, c.want)
		}
		if got != "nothing" && was.Tokens == is.Tokens {
			t.Errorf("%q, %q: %s is other, and no token", c.was, c.is, got)
		}
	}
}

// TestCommas has members that share a type: each is as if it stood alone.
func TestCommas(t *testing.T) {
	const f = "struct s { %s };"
	members := func(s string) []uint64 {
		return Read(fmt.Appendf(nil, f, s), Options{}).Decls[0].Members
	}
	for alone, shared := range map[string]string{
		"u8 a; u8 b; u8 c;":                                  "u8 a, b, c;",
		"unsigned long a; unsigned long *b;":                 "unsigned long a, *b;",
		"struct t *a; struct t b; struct t **c;":             "struct t *a, b, **c;",
		"char a[2]; char b; char c[3];":                      "char a[2], b, c[3];",
		"u32 a:1; u32 b:2; u32 :3; u32 c:4;":                 "u32 a:1, b:2, :3, c:4;",
		"u32 :1; u32 b:2;":                                   "u32 :1, b:2;",
		"unsigned int :1; unsigned int b:2;":                 "unsigned int :1, b:2;",
		"void (*a)(int x); void (*b)(void);":                 "void (*a)(int x), (*b)(void);",
		"u64 (*a)(int, int); u64 b;":                         "u64 (*a)(int, int), b;",
		"const foo_t __iomem *a; const foo_t __iomem *b;":    "const foo_t __iomem *a, *b;",
		"typeof(x) a; typeof(x) b;":                          "typeof(x) a, b;",
		"__aligned(8) u8 a; __aligned(8) u8 b;":              "__aligned(8) u8 a, b;",
		"u8 a __aligned(8); u8 b;":                           "u8 a __aligned(8), b;",
		"int const a; int const b;":                          "int const a, b;",
		"u8 a; u8\n#ifdef A\n#endif\n b;":                    "u8 a, b;",
		"volatile u8 __user *__rcu a; volatile u8 __user b;": "volatile u8 __user *__rcu a, b;",
	} {
		if a, b := members(alone), members(shared); !slices.Equal(a, b) {
			t.Errorf("%q, %q: %x and %x", alone, shared, a, b)
		}
	}
	for _, c := range []struct {
		was, is     string
		plus, minus int
	}{
		{"u8 a, b;", "u16 a, b;", 2, 2},
		{"int a, b;", "int b, a;", 0, 0},
		{"int a, b, c;", "int a, c;", 0, 1},
		{"int *a, b;", "long *a, b;", 2, 2},
		{"int *a, b;", "int a, *b;", 2, 2},
		{"u32 a:1, b:2;", "u64 a:1, b:2;", 2, 2},
		{"struct t { int x; } a, b;", "struct u { int x; } a, b;", 2, 2},
		{"void (*a)(void), (*b)(void);", "int (*a)(void), (*b)(void);", 2, 2},
		{"u32 a[2], b;", "u64 a[2], b;", 2, 2},
	} {
		a, b := members(c.was), members(c.is)
		not := func(all []uint64) func(uint64) bool {
			return func(m uint64) bool { return slices.Contains(all, m) }
		}
		minus, plus := len(slices.DeleteFunc(slices.Clone(a), not(b))), len(slices.DeleteFunc(slices.Clone(b), not(a)))
		if plus != c.plus || minus != c.minus {
			t.Errorf("%q, %q: +%d -%d, want +%d -%d", c.was, c.is, plus, minus, c.plus, c.minus)
		}
		if a, b := Read(fmt.Appendf(nil, f, c.was), Options{}), Read(fmt.Appendf(nil, f, c.is), Options{}); a.Decls[0].Sum == b.Decls[0].Sum {
			t.Errorf("%q, %q: the same", c.was, c.is)
		}
	}
}

func TestMax(t *testing.T) {
	h := Read([]byte("#define A\n#define B\nstruct s { int a, b, c; };\n"), Options{Max: 4})
	if got := list(h); got != "macro A; macro B; struct s 1" || !h.More || h.Kept() != 4 {
		t.Errorf("%s, more %t, %d kept", got, h.More, h.Kept())
	}
	if h := Read([]byte("#define A\n"), Options{Max: 1}); h.More {
		t.Error("one of one is more than one")
	}
	name := strings.Repeat("n", 10_000)
	if h := Read([]byte("#define "+name+"\nint "+name+"(void);\nenum { "+name+" };\ntypedef struct {} "+name+";\n"), Options{}); len(list(h)) > 6*300 {
		t.Errorf("%d bytes of names are kept", len(list(h)))
	}
}
