package selection

import (
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
