package selection

import (
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/kernel"
)

func TestTableErrors(t *testing.T) {
	for line, want := range map[string]string{
		"a * * - optional":                       "six columns",
		"a >5 * - optional why":                  `bad kernel range ">5"`,
		"a 6.1 * - optional why":                 "bad kernel range",
		"a >=6.01 * - optional why":              "bad kernel range",
		"a * x86_64 - optional why":              `"x86_64" is not known`,
		"a * * OBJTOOL optional why":             "bad condition",
		"a * * CONFIG_A,! optional why":          "bad condition",
		"a * * - maybe why":                      `unknown need "maybe"`,
		"a * * - required why":                   "wants its mend",
		"a * * - required why => @nothing":       "wants its mend",
		"a * * - optional why => do that":        "others want none",
		"a/**/*.h * * - required why => do that": "cannot hold wildcards",
		"a/[b * * - optional why":                "not a valid glob",
		"../a * * - optional why":                `".."`,
		"/a * * - drop why":                      "absolute",
		"@base":                                  "@base wants",
		"@mend x":                                "@mend wants",
		"@kernels five":                          `"five"`,
	} {
		p := &profile{mends: map[string]string{}}
		err := p.parse("test", "\n# comment\n"+line, func(string) error { return nil })
		if err == nil {
			t.Errorf("%q: no error", line)
		} else if !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "profiles/test.table:3: ") {
			t.Errorf("%q: error %q does not say where and %q", line, err, want)
		}
	}
}

func TestLastRowDecides(t *testing.T) {
	p := &profile{name: "test", mends: map[string]string{}}
	err := p.parse("test", strings.Join([]string{
		"a/** * * - optional all",
		"**/*.c * * - drop no-c",
		"a/keep.c >=6.0,<7.0 !arm64 CONFIG_A|CONFIG_B,!CONFIG_C optional kept",
		"a/$SRCARCH/{x,y}.c * * - optional braces",
	}, "\n"), nil)
	if err != nil {
		t.Fatal(err)
	}
	match := func(v kernel.Version, arch string, c kernel.Config, path string) bool {
		s := &Selector{prof: p}
		for _, r := range p.rows {
			if r.arch.holds(arch) {
				b, err := r.bind(arch)
				if err != nil {
					t.Fatal(err)
				}
				s.rows = append(s.rows, b)
			}
		}
		_, ok := s.narrow(v, c).Match(path, false)
		return ok
	}
	v6, v7 := kernel.Version{Major: 6, Minor: 1}, kernel.Version{Major: 7, Minor: 0}
	for _, c := range []struct {
		v    kernel.Version
		arch string
		conf kernel.Config
		path string
		want bool
	}{
		{v6, "x86", nil, "a/b.h", true},
		{v6, "x86", nil, "a/b.c", false},
		{v6, "x86", nil, "a/keep.c", true},
		{v7, "x86", nil, "a/keep.c", false},
		{v6, "arm64", nil, "a/keep.c", false},
		{v6, "x86", kernel.Config{}, "a/keep.c", false},
		{v6, "x86", kernel.Config{"CONFIG_B": "m"}, "a/keep.c", true},
		{v6, "x86", kernel.Config{"CONFIG_B": "m", "CONFIG_C": "y"}, "a/keep.c", false},
		{v6, "x86", nil, "a/x86/y.c", true},
		{v6, "x86", nil, "a/arm64/y.c", false},
		{v6, "arm64", nil, "a/arm64/x.c", true},
	} {
		if got := match(c.v, c.arch, c.conf, c.path); got != c.want {
			t.Errorf("%v %s %v %s: %v, want %v", c.v, c.arch, c.conf, c.path, got, c.want)
		}
	}
}

// TestSpan has each comparison just below, at and just above its version.
func TestSpan(t *testing.T) {
	below, at, above := kernel.Version{Major: 5, Minor: 12}, kernel.Version{Major: 5, Minor: 13}, kernel.Version{Major: 5, Minor: 14}
	for text, want := range map[string][3]bool{
		"*": {true, true, true}, "<5.13": {true, false, false}, "<=5.13": {true, true, false}, ">5.13": {false, false, true},
		">=5.13": {false, true, true}, "=5.13": {false, true, false}, ">=5.13,<5.14": {false, true, false}, ">5.12,<=5.14": {false, true, true},
	} {
		s, err := parseSpan(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
		}
		if got := [3]bool{s.holds(below), s.holds(at), s.holds(above)}; got != want {
			t.Errorf("%s holds for 5.12, 5.13 and 5.14: %v, want %v", text, got, want)
		}
		if got := s.String(); got != strings.TrimPrefix(text, "*") {
			t.Errorf("%s is written %q", text, got)
		}
	}
	for _, text := range []string{"", "5.13", "==5.13", ">=5.13,", ">=5.13.1", ">=5", "<>5.13"} {
		if s, err := parseSpan(text); err == nil {
			t.Errorf("%q is the range %v", text, s)
		}
	}
}

// TestBaseCircle has tables that are based on others, but not too deep: that
// is a circle.
func TestBaseCircle(t *testing.T) {
	for depth, want := range map[int]bool{0: true, 4: true, 5: false} {
		err := (&profile{mends: map[string]string{}}).read("headers", depth)
		if (err == nil) != want || err != nil && err.Error() != "profiles/headers.table: @base goes round in a circle" {
			t.Errorf("%d deep: %v", depth, err)
		}
	}
}
