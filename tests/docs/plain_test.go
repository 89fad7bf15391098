package docs

import (
	"regexp"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tests/docs/markdown"
)

// longest is how many words a sentence may have. What stands before a colon or a
// semicolon counts as one.
const longest = 30

var (
	endOfSentence = regexp.MustCompile(`[.?!:;][*)"]*\s+`)
	letter        = regexp.MustCompile(`[\pL\pN]`)
)

// sentences returns those of a page's prose, code in them as one word.
func sentences(p *markdown.Page) []string {
	var all []string
	var block strings.Builder
	end := func() {
		all = append(all, endOfSentence.Split(strings.TrimSpace(block.String()), -1)...)
		block.Reset()
	}
	for _, s := range p.Prose {
		switch s.Text {
		case "\n":
			end()
		case "`":
			block.WriteString("`x`")
		default:
			block.WriteString(s.Text)
		}
	}
	end()
	return all
}

// words counts those of a sentence.
func words(sentence string) int {
	n := 0
	for _, w := range strings.Fields(sentence) {
		if letter.MatchString(w) {
			n++
		}
	}
	return n
}

// TestSentences shows that no sentence of a page that is written by hand is too long for
// readers who are not native speakers.
func TestSentences(t *testing.T) {
	all := pages(t)
	seen := 0
	for _, name := range sorted(all) {
		if strings.HasPrefix(name, api) || name == reference {
			continue
		}
		for _, s := range sentences(all[name]) {
			seen++
			if n := words(s); n > longest {
				t.Errorf("%s: a sentence has %d words, and %d are enough: make two of it, or a list: %q", name, n, longest, s)
			}
		}
	}
	if seen < 2000 {
		t.Errorf("found %d sentences only", seen)
	}
}

func TestSentencesOf(t *testing.T) {
	const text = "# A head\n\nOne `of code`\nhere: two; **three.** Four?\n\n- a point\n- b\n\n| c d | e |\n| --- | --- |\n| f. G | h |\n"
	got := strings.Join(sentences(markdown.Parse("p.md", []byte(text))), "|")
	for _, want := range []string{"A head|", "One `x` here|two|three|Four?", "a point|", "c d|", "|f|G|"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q lacks %q", got, want)
		}
	}
	if n := words("One - `x` two, 3"); n != 4 {
		t.Errorf("%d words, want 4", n)
	}
}
