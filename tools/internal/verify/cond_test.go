package verify

import (
	"fmt"
	"math/rand"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/cinclude"
)

// asked is a scope in which one header is there.
func asked(c config) *scope {
	return &scope{c, map[string]bool{"CONFIG_R": true}, func(inc cinclude.Include) bool {
		return inc.Name == "a.h" && inc.Kind == cinclude.Angled || inc.Name == "b.h" && inc.Kind == cinclude.Quoted
	}}
}

func TestEval(t *testing.T) {
	s := asked(readConfig("#define CONFIG_A 1\n#define CONFIG_M_MODULE 1\n#define CONFIG_N 16\n#define CONFIG_Z 0\n#define CONFIG_S \"text\"\n#define CONFIG_R 1\n#define AUTOCONF_INCLUDED\n"))
	for expr, want := range map[string]string{
		"1": "1", "0": "0", "10UL": "1", "0u": "0", "": "?", "defined(CONFIG_A)": "1", "defined CONFIG_B": "0", "!defined(CONFIG_B)": "1", "defined( CONFIG_A ) && 0": "0",
		"CONFIG_A": "1", "CONFIG_B": "0", "CONFIG_N": "1", "CONFIG_Z": "0", "CONFIG_S": "?", "true": "1", "false": "0",
		"IS_ENABLED(CONFIG_A)": "1", "IS_ENABLED(CONFIG_M)": "1", "IS_ENABLED(CONFIG_B)": "0", "IS_BUILTIN(CONFIG_M)": "0", "IS_MODULE(CONFIG_M)": "1", "IS_MODULE(CONFIG_A)": "0",
		"IS_REACHABLE(CONFIG_M)": "?", "IS_REACHABLE(CONFIG_A)": "1", "IS_REACHABLE(CONFIG_B)": "0", "IS_ENABLED( CONFIG_A )": "1", "IS_ENABLED(OTHER)": "?", "IS_ENABLED()": "?", "OTHER(CONFIG_A)": "?",
		"X": "?", "defined(X)": "?", "X && 0": "0", "0 && X": "0", "X || 1": "1", "X || 0": "?", "X && 1": "?", "!X": "?", "!!1": "1", "0 && 0 || 1": "1", "0 && (0 || 1)": "0", "!(0 || X && 0)": "1",
		"defined(__KERNEL__)": "1", "__KERNEL__": "1", "!defined(__KERNEL__)": "0", "defined(__cplusplus)": "0", "__cplusplus": "0",
		// What has any other operator may hold, and nothing around it.
		"__GNUC__ >= 4 && !defined(CONFIG_A)": "0", "GCC_VERSION(1, (2)) || CONFIG_A": "1", "GCC_VERSION(1": "?", "0 && GCC_VERSION(1, (2)) == 3": "0",
		"1 == 1": "?", "1 != 1 || 1": "1", "(1 + 2) * 3 && 0": "0", "0 << 1": "?", "-1": "?", "~0": "?", "+3": "?", "!-1": "?", "6 & 1 && 0": "0", "1 | 0": "?", "0 || 1 ^ 1": "?", "(X & (0 && 1)) || 1": "1", "1 - (2": "?",
		"X ? 1 : 1": "?", "1 ? 0 : 1": "?", "1 || 0 ? 0 : 0": "?", "(1 ? 0 : 0) || 1": "1", "1 ? 2": "?", "1 2": "?", ")": "?", "(1": "?", "0 && (1": "?", "'a'": "?", "0x10": "?", "0b1": "?", "99999999999999999999": "?",
		"CONFIG_R": "?", "defined(CONFIG_R)": "?", "IS_ENABLED(CONFIG_R)": "?", "CONFIG_R && 0": "0",
		"__has_include(<a.h>)": "1", "__has_include ( \"b.h\" ) && 1": "1", "!__has_include(<b.h>)": "1", "__has_include(\"a.h\")": "0", "__has_include(X) && 0": "0", "__has_include(<a.h)": "?", "__has_include(<a.h) || 1": "?", "1 || __has_include(<a.h)": "?", "__has_include(<>)": "?",
		"defined(__has_include) && __has_include(<b.h>)": "0", "__has_include": "?", "__has_include_next(<a.h>) && 0": "0", "__has_include_next(<a.h>)": "?", "__has_include(<a.h> X)": "?",
		brackets(60): "1", brackets(1000): "?", "0 && " + brackets(1000): "?", strings.Repeat("!", 100000) + "1": "1",
	} {
		if got := [...]string{no: "0", maybe: "?", yes: "1"}[s.eval(expr)]; got != want {
			t.Errorf("%.60s: %s, want %s", expr, got, want)
		}
	}
}

func brackets(n int) string { return strings.Repeat("(", n) + "1" + strings.Repeat(")", n) }

// TestLongExpression evaluates expressions of some megabytes, which take a
// fraction of a second if time is linear, and hours if it is not.
func TestLongExpression(t *testing.T) {
	const n = 4 << 20
	s := asked(config{"CONFIG_A": "1"})
	for _, unit := range []string{
		"__has_include(<a.h>) && ", "__has_include(<a.h", "__has_include(<a) || ", "__has_include(\"a) || ", "__has_include(", "defined(CONFIG_A) && ", "IS_ENABLED(CONFIG_A) || ", "IS_ENABLED(", "F(", "(", "1 + (", "1 ? ", "? : ", "!", "! ", "\"", "'", "\\", " ", ") ", "1 == 2 && ", "X ", "&& ", "x",
	} {
		s.eval(strings.Repeat(unit, n/len(unit)) + "1")
	}
	found := 0
	s.has = func(cinclude.Include) bool { found++; return true }
	if got := s.eval(strings.Repeat("__has_include(<a.h>) && ", n/24) + "CONFIG_A"); got != yes || found != n/24 {
		t.Errorf("%v, %d headers looked for, want %d", got, found, n/24)
	}
}

// TestManyBranches shows that each expression is evaluated once, and that no
// depth is too much.
func TestManyBranches(t *testing.T) {
	const n = 200000
	for name, text := range map[string]string{
		"elif":       "#if __has_include(<a.h>)\n" + strings.Repeat("#elif __has_include(<a.h>)\n#include <x.h>\n", n) + "#endif\n",
		"nested":     strings.Repeat("#if __has_include(<a.h>)\n", n) + "#include <x.h>\n",
		"beside":     strings.Repeat("#if __has_include(<a.h>)\n#include <x.h>\n#endif\n", n),
		"in one":     "#if __has_include(<a.h>)\n" + strings.Repeat("#include <x.h>\n", n) + "#endif\n",
		"no include": strings.Repeat("#if __has_include(<a.h>)\n#endif\n", n) + "#include <x.h>\n",
	} {
		var r cinclude.Result
		f := scan("include/linux/r.h", []byte(text), &r)
		asked := 0
		may := branches(&f, &scope{has: func(cinclude.Include) bool { asked++; return asked > 1 }})
		if asked > n+1 {
			t.Errorf("%s: %d expressions evaluated of %d", name, asked, n)
		}
		if name == "no include" && asked > 0 {
			t.Errorf("%s: %d expressions evaluated", name, asked)
		}
		if name == "nested" && len(may) > cinclude.MaxDepth {
			t.Errorf("%s: %d branches", name, len(may))
		}
	}
}

// FuzzEval shows that nothing upsets the evaluator.
func FuzzEval(f *testing.F) {
	f.Add("defined(CONFIG_A) && (IS_ENABLED(CONFIG_B) || X > 3) ? 1 : 0")
	f.Add("!__has_include(<a.h>) || __has_include_next(\"b.h\")")
	f.Fuzz(func(t *testing.T, expr string) { checkEval(t, expr) })
}

// checkEval holds what must be so for any expression that can be read: it is
// known if and only if its negation is.
func checkEval(t *testing.T, expr string) {
	t.Helper()
	s := asked(config{"CONFIG_A": "1"})
	is, not := s.eval(expr), s.eval(fmt.Sprintf("!(%s)", expr))
	if is != maybe && not != maybe && not != is.not() {
		t.Fatalf("%q is %d, not is %d", expr, is, not)
	}
	if is != maybe && s.eval("0 && ("+expr+")") == yes {
		t.Fatalf("%q holds under 0", expr)
	}
}

// TestRandomExpressions is a short fuzzing that always takes the same way.
func TestRandomExpressions(t *testing.T) {
	pieces := strings.Split("defined ( ) ! && || | & ^ == != < > <= >= << >> + - * / % ? : ~ CONFIG_A CONFIG_B X 0 1 9223372036854775807 0x IS_ENABLED(CONFIG_A) __has_include( <a.h> \" '", " ")
	r := rand.New(rand.NewSource(1))
	for range 50000 {
		var b strings.Builder
		for range r.Intn(20) {
			b.WriteString(pieces[r.Intn(len(pieces))] + " "[:r.Intn(2)])
		}
		checkEval(t, b.String())
	}
}
