package docs

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tests/docs/markdown"
	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
)

// word is what is looked up: letters, with an apostrophe or hyphens within.
var word = regexp.MustCompile(`^[A-Za-z]+(?:['’][A-Za-z]+)?$`)

// misspelt returns the words of a page's prose that are not known, each once. Left out is
// what has signs of code in it: digits, underscores, dots, slashes.
func misspelt(p *markdown.Page, known map[string]bool) []string {
	var prose strings.Builder
	for _, s := range p.Prose {
		prose.WriteString(s.Text)
	}
	found := map[string]bool{}
	for _, field := range strings.Fields(prose.String()) {
		field = strings.Trim(field, ".,;:!?()[]{}\"'*“”‘’…–—")
		for _, w := range strings.FieldsFunc(field, func(r rune) bool { return r == '-' || r == '–' || r == '—' }) {
			if w = strings.ReplaceAll(w, "’", "'"); !word.MatchString(w) || strings.Contains(field, "`") {
				continue
			}
			stem := strings.TrimSuffix(w, "'s")
			if !known[w] && !known[strings.ToLower(w)] && !known[stem] && !known[strings.ToLower(stem)] {
				found[w] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// lines are those of a file that are not empty and no comments.
func lines(t *testing.T, path string) []string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, l := range strings.Split(string(b), "\n") {
		if l = strings.TrimSpace(l); l != "" && l[0] != '#' {
			all = append(all, l)
		}
	}
	return all
}

// TestSpelling looks up each word of each page in a dictionary, and in a list of our own.
func TestSpelling(t *testing.T) {
	known := map[string]bool{}
	for _, w := range lines(t, runfile.Path(t, "DICTIONARY")) {
		known[w] = true
	}
	if len(known) < 100000 {
		t.Fatalf("the dictionary has %d words only", len(known))
	}
	own := lines(t, filepath.Join(root(t), "tests/docs/words.txt"))
	if !slices.IsSorted(own) {
		t.Error("tests/docs/words.txt is not sorted: sort it by LC_ALL=C")
	}
	used := map[string]bool{}
	all := pages(t)
	for _, name := range sorted(all) {
		for _, w := range misspelt(all[name], known) {
			used[w], used[strings.TrimSuffix(w, "'s")] = true, true
			if !slices.Contains(own, w) && !slices.Contains(own, strings.TrimSuffix(w, "'s")) {
				t.Errorf("%s: %q is no word: write another one, or add it to tests/docs/words.txt", name, w)
			}
		}
	}
	for _, w := range own {
		if known[w] {
			t.Errorf("tests/docs/words.txt: %q is in the dictionary: take it out", w)
		} else if !used[w] {
			t.Errorf("tests/docs/words.txt: no page has %q: take it out", w)
		}
	}
}

func TestMisspelt(t *testing.T) {
	known := map[string]bool{"the": true, "kernel": true, "size": true, "is": true, "fine": true, "well": true}
	const text = "# The Kernl\n\nThe kernel's size is `cde`fine, well-fine, kheaders.ko, a_b, x86; [teh](x.md).\n\n```sh\nnoword\n```\n"
	if got, want := misspelt(markdown.Parse("p.md", []byte(text)), known), []string{"Kernl", "teh"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
