package docs

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	// figure is a number of bytes from a million on, as pages write it.
	figure = regexp.MustCompile(`\d{1,3}(?:,\d{3}){2,}`)
	// made is a part of a page that a target writes, and a test compares.
	made = regexp.MustCompile(`(?s)<!-- Written by: .*?<!-- end(?: of seconds)? -->`)
)

// TestFigures shows that each large number on a page is one of the tables on the page of
// costs, which are made, or is compared by a test that figures.txt names. So a copy of a
// size cannot stay behind when archives change.
func TestFigures(t *testing.T) {
	top := root(t)
	read := func(name string) string {
		b, err := os.ReadFile(filepath.Join(top, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	source := figure.FindAllString(strings.Join(made.FindAllString(read(guides+"/costs.md"), -1), ""), -1)
	if len(source) < 50 {
		t.Fatalf("costs.md has %d figures only", len(source))
	}
	others := map[string]bool{}
	for _, l := range lines(t, filepath.Join(top, "tests/docs/figures.txt")) {
		what, who, ok := strings.Cut(l, " => ")
		if _, twice := others[what]; !ok || len(strings.Fields(what)) != 2 || who == "" || twice {
			t.Errorf("figures.txt: %q: write PAGE NUMBER => WHO COMPARES IT, each once", l)
		}
		others[what] = false
	}
	all := pages(t)
	for _, name := range sorted(all) {
		if !guide(name) {
			continue
		}
		for _, n := range figure.FindAllString(made.ReplaceAllString(read(name), ""), -1) {
			what := name + " " + n
			if _, listed := others[what]; listed {
				others[what] = true
			} else if !slices.Contains(source, n) {
				t.Errorf("%s: %s is in no table of costs.md: write the number that it has, leave it out and link there, or name in tests/docs/figures.txt the test that compares it", name, n)
			}
		}
	}
	for what, found := range others {
		if !found {
			t.Errorf("figures.txt: there is no %s", what)
		}
	}
}
