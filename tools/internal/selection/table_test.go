package selection

import (
	"strings"
	"testing"
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
	match := func(v Version, arch string, c Config, path string) bool {
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
	v6, v7 := Version{6, 1}, Version{7, 0}
	for _, c := range []struct {
		v    Version
		arch string
		conf Config
		path string
		want bool
	}{
		{v6, "x86", nil, "a/b.h", true},
		{v6, "x86", nil, "a/b.c", false},
		{v6, "x86", nil, "a/keep.c", true},
		{v7, "x86", nil, "a/keep.c", false},
		{v6, "arm64", nil, "a/keep.c", false},
		{v6, "x86", Config{}, "a/keep.c", false},
		{v6, "x86", Config{"CONFIG_B": "m"}, "a/keep.c", true},
		{v6, "x86", Config{"CONFIG_B": "m", "CONFIG_C": "y"}, "a/keep.c", false},
		{v6, "x86", nil, "a/x86/y.c", true},
		{v6, "x86", nil, "a/arm64/y.c", false},
		{v6, "arm64", nil, "a/arm64/x.c", true},
	} {
		if got := match(c.v, c.arch, c.conf, c.path); got != c.want {
			t.Errorf("%v %s %v %s: %v, want %v", c.v, c.arch, c.conf, c.path, got, c.want)
		}
	}
}

func TestParseRelease(t *testing.T) {
	for text, want := range map[string]Version{
		"6.1.0-50-amd64": {6, 1}, "7.2.12+deb14-arm64": {7, 2}, "6.12": {6, 12}, "7.3-rc1": {7, 3}, "5.10.223": {5, 10},
	} {
		if got, err := ParseRelease(text); err != nil || got != want {
			t.Errorf("ParseRelease(%q) = %v, %v, want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "6", "six.one", "6.", "-6.1", "6.x", "999999.1"} {
		if v, err := ParseRelease(text); err == nil {
			t.Errorf("ParseRelease(%q) = %v, want an error", text, v)
		}
	}
}

func TestReadConfig(t *testing.T) {
	c, err := ReadConfig(strings.NewReader("# CONFIG_OFF is not set\nCONFIG_A=y\nCONFIG_B=m\r\nCONFIG_C=n\nCONFIG_S=\"a=b\"\n\nother=1\n"))
	if err != nil {
		t.Fatal(err)
	}
	if len(c) != 3 || c["CONFIG_A"] != "y" || c["CONFIG_B"] != "m" || c["CONFIG_S"] != `"a=b"` {
		t.Errorf("got %v", c)
	}
	if _, err := ReadConfig(strings.NewReader(strings.Repeat("x", maxConfigLine+1))); err == nil {
		t.Error("a line without end gives no error")
	}
}
