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
		"**/.*.h", "**/.*.*.??", "**/{x,.*[a-b],b*~}", "{a[x}{],b]}", "{a[x}]b[{y],c]d}", "**/x*{,y}", "a/x*{,y}", "**/x*{,}", "**/{x*,y}{}", "{a,b}*{b,}", "a*{/**,}", "{{a,b},{x,y}}", "[{]{a,b},{a,b}", "**/.{x,xy}/**", "**/b/**", "a/**/?.h", "x{/**,}/y", "{**/,}b/*", "[a-b]/[^/]", "a**/b", "a/**b", "{[a,b],c}.h",
		"**/?b*", "**/x?*", "a/**/?*", "**/*?.h", "**/*[bx].h", "a/**/*/b", "**/b/*", "**/", "a/**/b/*",
	}
	paths := []string{
		"a", "b", "h", ".h", "a.h", "x", "xy", ".x", ".xy", "*", "a/b", "a/b.h", "a/x.h", "a/.h", "a/.x", "a/.xy", "a/b.h~", "a/b/b", "a/b/b/c",
		"a/.x.h", ".x/b", "a/.xy/b.h", "a/.b", "a/bb~", ".x.y.zz", "x/y", "x/a/y", "c.h", "b]", "c]d",
		"a/c/d.h", "a/c/b.h", "a/c/x.h", "b/a.h", "ab/b", "ab/b.h", "a/x/y/z/b", "a/b/\xff.h", "\xff", "a/\xff.h", "a/é.h",
	}
	for _, g := range globs {
		p, err := compile(g)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			want := slowly(t, p, path)
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

// TestNeedles looks for a text that is in all that a glob matches.
func TestNeedles(t *testing.T) {
	for glob, want := range map[string]string{
		"**/.*.h": "/.", "**/.*.*.??????": "/.", "**/.{idea,vscode}/**": "/.idea /.vscode", "**/CVS/**": "/CVS", "a/**/x?.h": "/a",
		"a?/**/xyz?": "/xyz", "**/*_{BASE,LOCAL}_[0-9]*": "_BASE_ _LOCAL_", "**/{.#*,#*#,.*.sw[a-p],*~}": "/.# /# .sw ~", "?b": "b",
		"**/.config{,.old}?": "/.config /.config.old", "?": "", "?*/**": "", "{a,*}?": "", "{a,{b,c}}?": "", `\{a,b\}`: "", "{a[x}{],b]}": "",
		"{a[x}]b[{y],c]d}": "", "[a,b]xyz": "", "a\uFFFD?": "", "a\xff?": "", "[!a]xyz[b]/*": "xyz",
	} {
		p, err := compile(glob)
		if err != nil || p.kind != general || p.each {
			t.Errorf("%q needs no needles, or %v", glob, err)
		}
		if got := strings.Join(p.needles, " "); got != want {
			t.Errorf("%q: %q, want %q", glob, got, want)
		}
	}
	for _, name := range []string{"headers", "modules"} {
		p, err := loadProfile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range p.rows {
			c, err := compile(r.text)
			if err != nil {
				t.Fatal(err)
			}
			if r.withheld() && c.kind == general && !c.each && c.needles == nil {
				t.Errorf("%s: every path goes to the general matcher", r.text)
			}
		}
	}
}

// TestManyBraces has globs whose braces are not what they seem: what they take is in
// proportion to the glob.
func TestManyBraces(t *testing.T) {
	for _, c := range []struct{ glob, path string }{
		{strings.Repeat(`\{a,b\}`, 40), strings.Repeat("{a,b}", 40)},
		{"{" + strings.Repeat("{a,b},", 40) + "c}", "b"},
		{strings.Repeat("[{]a,b", 40), strings.Repeat("{a,b", 40)},
	} {
		p, err := compileUser(c.glob)
		if err != nil {
			t.Fatal(err)
		}
		if !p.matches(c.path) || p.matches(c.path+"x") {
			t.Errorf("%.20q… does not match %.20q… alone", c.glob, c.path)
		}
	}
	// A class whose brace would be the first of all that follow.
	if err := CheckGlob("[{]" + strings.Repeat("{a,b}", 40)); err == nil || !strings.Contains(err.Error(), "more than 1000 globs") {
		t.Errorf("very many braces behind a class: error %v", err)
	}
}

// TestStarBeforeNothing matches what a glob says and the general matcher does not see.
func TestStarBeforeNothing(t *testing.T) {
	for glob, path := range map[string]string{"**/core*{,.gz}": "a/core", "a/core*{.gz,}": "a/core", "x*{,y}": "x", "*{a,,b}": "c"} {
		if p, err := compileUser(glob); err != nil || !p.matches(path) {
			t.Errorf("%q does not match %q, or %v", glob, path, err)
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
