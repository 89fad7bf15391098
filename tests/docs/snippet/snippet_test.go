package snippet

import (
	"strings"
	"testing"
)

func TestCheck(t *testing.T) {
	for _, c := range []struct {
		lang, text string
		ok         bool
	}{
		{"sh", "for a in b; do echo $a; done\n", true},
		{"sh", "for a in b; do\n", false},
		{"starlark", "kheaders(name = \"a\")\n", true},
		{"starlark", "    max_bytes = 1,\n    budgets = [\"//a\"],\n", true},
		{"starlark", "kheaders(name = \n", false},
		{"yaml", "a:\n  - b: c\n", true},
		{"yaml", "a: b: c\n", false},
		{"json", "{\"a\": 1}", true},
		{"json", "{a}", false},
		{"text", "any: (thing", true},
		{"perl", "", false},
		{"", "", false},
	} {
		if err := Check(c.lang, c.text); (err == nil) != c.ok {
			t.Errorf("%s %q: %v", c.lang, c.text, err)
		}
	}
}

func TestJoin(t *testing.T) {
	rules := map[string]string{"kheaders": "@rules//:defs.bzl", "kheaders_budget": "@rules//:defs.bzl"}
	file, err := Join("", "kheaders(name = \"a\")\n", rules)
	if err != nil || !strings.HasPrefix(file, `load("@rules//:defs.bzl", "kheaders")`) {
		t.Fatalf("%s, %v", file, err)
	}
	file, err = Join(file, "load(\"@rules//:defs.bzl\", \"kheaders\", \"kheaders_diff\")\n\nkheaders(name = \"b\")\n[kheaders_budget(name = n) for n in [\"c\"]]\n", rules)
	if err != nil || strings.Count(file, `"kheaders"`) != 1 || !strings.Contains(file, `"kheaders_budget"`) || !strings.Contains(file, `"kheaders_diff"`) {
		t.Errorf("%s, %v", file, err)
	}
	if _, err := Join("", "kheaders(", rules); err == nil {
		t.Error("half a rule is joined")
	}
}

func TestInto(t *testing.T) {
	const file = "kheaders(\n    name = \"a\",\n    max_bytes = 1,\n)\n"
	got, err := Into(file, "a", "    budgets = [\"//net:budget\"],\n    max_bytes = 2,\n")
	if err != nil || !strings.Contains(got, "max_bytes = 2,") || strings.Contains(got, "= 1") || !strings.Contains(got, "//net:budget") {
		t.Errorf("%s, %v", got, err)
	}
	for _, c := range []struct{ name, block string }{{"b", "x = 1,"}, {"a", "f(x),"}, {"a", "x = (,"}} {
		if _, err := Into(file, c.name, c.block); err == nil {
			t.Errorf("%q into %s is no error", c.block, c.name)
		}
	}
}
