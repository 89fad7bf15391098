package buildfiles

import (
	"strings"
	"testing"
	"time"
)

// TestManyCalls has large lines that are all calls, which take time in proportion to
// their length.
func TestManyCalls(t *testing.T) {
	for _, part := range []string{"$(join $(srctree),/a)", "$(join ", "$(join $(srctree)", "$(subst a,$(srctree)" + strings.Repeat("b", 400) + "," + strings.Repeat("a", 400) + ")"} {
		text := "X = " + strings.Repeat(part, (256<<10)/len(part))
		begun := time.Now()
		NewReader("x86").Read("Makefile", Makefile, text)
		if took := time.Since(begun); took > 30*time.Second {
			t.Errorf("%.30q: %d bytes take %v", part, len(text), took)
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
