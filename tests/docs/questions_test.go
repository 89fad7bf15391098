package docs

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestQuestions shows that the heading which answers each question of the file is there,
// and no more than three links away from the README.
func TestQuestions(t *testing.T) {
	all := pages(t)
	steps := distances(all)
	const each = 8
	count := map[string]int{}
	role := ""
	asked := map[string]bool{}
	for _, l := range lines(t, filepath.Join(root(t), "tests/docs/questions.txt")) {
		if name, ok := strings.CutPrefix(l, "== "); ok {
			role = name
			continue
		}
		question, answer, ok := strings.Cut(l, " => ")
		if !ok || role == "" || asked[question] {
			t.Errorf("questions.txt: %q: write == ROLE, then QUESTION => PAGE#ANCHOR, each once", l)
			continue
		}
		asked[question] = true
		count[role]++
		name, anchor := target(readme, answer)
		page := all[name]
		switch n, reached := steps[name]; {
		case page == nil:
			t.Errorf("%q: there is no page %s", question, name)
		case !page.HasAnchor(anchor):
			t.Errorf("%q: %s has no heading with the anchor %q", question, name, anchor)
		case !reached || n > 3:
			t.Errorf("%q: %s is more than three links away from %s", question, name, readme)
		}
	}
	if len(count) != 4 {
		t.Errorf("questions of %d roles, want 4", len(count))
	}
	for role, n := range count {
		if n != each {
			t.Errorf("%s has %d questions, want %d", role, n, each)
		}
	}
}
