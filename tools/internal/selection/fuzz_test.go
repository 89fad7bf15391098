package selection

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/bmatcuk/doublestar/v4"
)

// FuzzPattern compiles any glob: it matches what the general matcher does, and
// no directory above a match is passed over.
func FuzzPattern(f *testing.F) {
	for _, glob := range []string{"a", "a/**", "**/*.h", "a/**/b*", "{a,b}/*.h", "a/{b,c/d}.h", "[ab]/*", `\*`, "a/{b,{c,d}}", "**/a{,/b}", "{", "[", `\`, "{a[x}{],b]}", "**/x*{,y}", "{{a,b},{a,c}}", "[{]{a,b},{a,b}", strings.Repeat("{a,b}", 20)} {
		f.Add(glob, "a/b.h")
		f.Add(glob, "a/c/d.h")
	}
	f.Fuzz(func(t *testing.T, glob, path string) {
		// Of bytes that are no UTF-8 the general matcher knows no difference.
		if len(glob) > 200 || len(path) > 200 || checkPath(path) != nil || !utf8.ValidString(glob) || strings.ContainsRune(glob, utf8.RuneError) {
			return
		}
		p, err := compileUser(glob)
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("error %q", err)
			}
			return
		}
		want := slowly(t, p, path)
		if got := p.matches(path); got != want {
			t.Errorf("%q matches %q: %v, doublestar says %v", glob, path, got, want)
		}
		for i := range path {
			if path[i] == '/' && want && !p.mayContain(path[:i+1]) {
				t.Errorf("%q: mayContain(%q) is false, %q matches", glob, path[:i+1], path)
			}
		}
	})
}

// slowly is what the general matcher says of a path, which is a file's: "a/**" holds
// for the directory a as well. That the star of "x*{,y}" may hold for nothing it does
// not see: where alternatives are tried one by one, they are here, too.
func slowly(t *testing.T, p pattern, path string) bool {
	t.Helper()
	if p.each {
		return slices.ContainsFunc(p.alts, func(alt pattern) bool { return slowly(t, alt, path) })
	}
	ok, err := doublestar.Match(p.text, path)
	if err != nil && !strings.Contains(p.text, "[") { // some of those are errors for some paths
		t.Fatalf("%q is valid, and %v", p.text, err)
	}
	return err == nil && ok && !(p.kind == below && path+"/" == p.base)
}
