package buildfiles

import (
	"strings"
	"testing"
)

// TestManyCalls has large lines that are all calls: where their length counts twice,
// the test does not end in its time.
func TestManyCalls(t *testing.T) {
	for part, want := range map[string]bool{
		"$(join $(srctree),/a)": true, "$(join ": false, "$(join $(srctree)": false,
		"$(subst a,$(srctree)" + strings.Repeat("b", 400) + "," + strings.Repeat("a", 400) + ")": false,
	} {
		text := "X = " + strings.Repeat(part, (256<<10)/len(part))
		if names := NewReader("x86").Read("Makefile", Makefile, text); len(names) > 0 != want {
			t.Errorf("%.30q: %d names", part, len(names))
		}
	}
}

func TestEdited(t *testing.T) {
	long := "$(join $(srctree),/" + strings.Repeat("a", maxCall) + ")"
	for line, want := range map[string]string{
		"a $(join $(srctree),/b) c":                        "a " + root + "/b c",
		"$(abspath $(call x,$(srctree)))":                  "$(abspath $(call x,$(srctree)))",
		"$(call x,$(join $(objtree),/b))":                  "$(call x," + root + "/b)",
		"$(join a,b) $(join $(srctree),/b)d":               "$(join a,b) " + root + "/bd",
		"$(subst a,bbbbbbbbbbbbbbbbbbbb,$(srctree)aaaaaa)": "$(subst a,bbbbbbbbbbbbbbbbbbbb,$(srctree)aaaaaa)",
		long:                long,
		"$(join $(srctree)": "$(join $(srctree)",
	} {
		s := &scan{r: NewReader("x86"), file: "Makefile", dir: ".", kind: Makefile}
		if got := s.edited(line); got != want {
			t.Errorf("%.80q: %.80q, want %.80q", line, got, want)
		}
		s.kind = Script
		if got := s.edited(line); got != line {
			t.Errorf("%.80q in a script: %.80q", line, got)
		}
	}
}
