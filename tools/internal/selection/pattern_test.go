package selection

import (
	"strings"
	"testing"

	"github.com/bmatcuk/doublestar/v4"
)

// The short cuts of pattern must say what the general matcher says of files.
func TestShortCutsAgreeWithDoublestar(t *testing.T) {
	globs := []string{
		"a", "a/b.h", "a/**", "**", "**/b", "**/*.h", "a/**/*.h", "a/**/b", "a/**/b/**", "**/.*", "a/**/.x*", "**/x*", "a/*", "*", "*.h", "?",
		"a/?.h", "a*/b", "a/b*", "{a,b}/*.h", "a/{b,c/d}.h", "[ab]/*", `\*`, "a/**/{x,b}.h", "**/*", "a/*/b.h", "*/b", "a/b.h?",
		"**/?b*", "**/x?*", "a/**/?*", "**/*?.h", "**/*[bx].h", "a/**/*/b", "**/b/*", "**/", "a/**/b/*",
	}
	paths := []string{
		"a", "b", "h", ".h", "a.h", "x", "xy", ".x", ".xy", "*", "a/b", "a/b.h", "a/x.h", "a/.h", "a/.x", "a/.xy", "a/b.h~", "a/b/b", "a/b/b/c",
		"a/c/d.h", "a/c/b.h", "a/c/x.h", "b/a.h", "ab/b", "ab/b.h", "a/x/y/z/b", "a/b/\xff.h", "\xff", "a/\xff.h", "a/é.h",
	}
	for _, g := range globs {
		p, err := compile(g)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			want, err := doublestar.Match(g, path)
			if err != nil {
				t.Fatal(err)
			}
			// "a/**" holds for the directory a as well; paths are of files.
			if p.kind == below && path+"/" == p.base {
				want = false
			}
			if got := p.matches(path); got != want {
				t.Errorf("%q matches %q: %v, doublestar says %v", g, path, got, want)
			}
			for i := range path {
				if path[i] == '/' && want && !p.mayContain(path[:i+1]) {
					t.Errorf("%q: mayContain(%q) is false, %q matches", g, path[:i+1], path)
				}
			}
		}
	}
}

// TestBraces counts what a glob with braces stands for: beyond a limit it is
// refused, whatever its form, before anything is matched.
func TestBraces(t *testing.T) {
	pairs := strings.Repeat("{a,b}", 40)
	for glob, want := range map[string]int{
		"a": 1, "{a}": 1, "{a,b}": 2, "{a,b}{c,d}": 4, "{a,{b,c}}": 3, "{a,b{c,d}e{f,g}}": 5, `{a\,b}`: 1, `\{a,b`: 1, "{,a}": 2, "a,b": 1,
		"{" + strings.Repeat(",", maxAlternatives-1) + "}": maxAlternatives,
		"{" + strings.Repeat(",", maxAlternatives) + "}":   maxAlternatives + 1,
		pairs:                  maxAlternatives + 1,
		"{x," + pairs + "}":    maxAlternatives + 1,
		"{{" + pairs + "},{}}": maxAlternatives + 1,
		strings.Repeat("{", 100_000) + strings.Repeat("}", 100_000): maxAlternatives + 1,
	} {
		if got := alternatives(glob); got != want {
			t.Errorf("%.60q stands for %d, want %d", glob, got, want)
		}
		if err := CheckGlob(glob); doublestar.ValidatePattern(glob) && (err != nil) != (want > maxAlternatives) {
			t.Errorf("%.60q: error %v", glob, err)
		}
	}
}
