package verify

import (
	"math/rand"
	"strings"
	"testing"
)

func TestEval(t *testing.T) {
	c := readConfig("#define CONFIG_A 1\n#define CONFIG_M_MODULE 1\n#define CONFIG_N 0x10\n#define CONFIG_S \"text\"\n#define AUTOCONF_INCLUDED\n")
	c["CONFIG_R"] = doubtful
	for expr, want := range map[string]string{
		"1": "1", "0": "0", "": "?", "defined(CONFIG_A)": "1", "defined CONFIG_B": "0", "!defined(CONFIG_B)": "1", "defined( CONFIG_A ) && 0": "0",
		"CONFIG_A": "1", "CONFIG_B": "0", "CONFIG_N == 16": "1", "CONFIG_N > 16": "0", "CONFIG_S": "?", "CONFIG_B >= 3": "0",
		"IS_ENABLED(CONFIG_A)": "1", "IS_ENABLED(CONFIG_M)": "1", "IS_ENABLED(CONFIG_B)": "0", "IS_BUILTIN(CONFIG_M)": "0", "IS_MODULE(CONFIG_M)": "1",
		"IS_REACHABLE(CONFIG_M)": "?", "IS_REACHABLE(CONFIG_A)": "1", "IS_ENABLED( CONFIG_A )": "1", "IS_ENABLED(OTHER)": "?",
		"X": "?", "defined(X)": "?", "X && 0": "0", "0 && X": "0", "X || 1": "1", "X || 0": "?", "X && 1": "?", "!X": "?", "X == X": "?",
		"defined(__KERNEL__)": "1", "!defined(__KERNEL__)": "0", "defined(__cplusplus)": "0",
		"__GNUC__ >= 4 && !defined(CONFIG_A)": "0", "GCC_VERSION(1, (2)) || CONFIG_A": "1", "GCC_VERSION(1": "?",
		"1 + 2 * 3 == 7": "1", "(1 + 2) * 3 == 7": "0", "1 << 4 == 16": "1", "7 / 0": "?", "7 % 0": "?", "-1 < 0": "1", "~0 == -1": "1", "+3": "1", "6 & 3": "1", "6 & 1": "0", "1 | 0": "1", "1 ^ 1": "0",
		"1 ? 0 : 1": "0", "0 ? 0 : 1": "1", "X ? 1 : 1": "?", "1 ? 1 : X": "?", "1 ? 2": "?", "10UL == 10": "1", "0b1": "1", "1 2": "?", ")": "?", "(1": "?", "'a'": "?", "3 >= 2": "1", "2 <= 1": "0", "1 != 1": "0", "8 >> 3": "1", "5 - 5": "0",
		"-1 > 0u": "1", "-1 > 0": "0", "-1 / 2u > 9": "1", "0xffffffffffffffff < 0": "0", "-7 % 3u == 0": "1", "18446744073709551615 == -1": "1", "(1 ? -1 : 0u) > 0": "1", "-1 >> 63 == -1": "1", "-1u >> 63 == 1": "1",
		"1 << 64": "0", "8 >> -1 == 16": "1", "1 << -1": "0", "-9223372036854775807 - 1 < 0": "1", "(-9223372036854775807 - 1) / -1 < 0": "1", "(2u > 1) - 2 < 0": "1", "!0u - 2 < 0": "1", "1_0 == 10": "?", "0o17 == 15": "?", "99999999999999999999": "?",
		"CONFIG_R": "?", "defined(CONFIG_R)": "?", "IS_ENABLED(CONFIG_R)": "?", "CONFIG_R && 0": "0",
		strings.Repeat("(", 1000) + "1" + strings.Repeat(")", 1000): "?", strings.Repeat("!", 100000) + "1": "?",
	} {
		got := "?"
		if v := c.eval(expr); v.known {
			got = map[bool]string{true: "1", false: "0"}[v.n != 0]
		}
		if got != want {
			t.Errorf("%.60s: %s, want %s", expr, got, want)
		}
	}
}

// FuzzEval shows that nothing upsets the evaluator.
func FuzzEval(f *testing.F) {
	f.Add("defined(CONFIG_A) && (IS_ENABLED(CONFIG_B) || X > 3) ? 1 : 0")
	f.Fuzz(func(t *testing.T, expr string) { config{"CONFIG_A": "1"}.eval(expr) })
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
		config{"CONFIG_A": "1"}.eval(b.String())
	}
}
