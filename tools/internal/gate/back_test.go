package gate

import (
	"strings"
	"testing"
)

// TestBringBack has values that were raised for one change, and looks at which go back
// once that change is in the base.
func TestBringBack(t *testing.T) {
	texts := map[string]string{"creep": "64KiB", "creep_release": "128KiB", "headroom": "70KiB", "max": "400KiB"}
	limit := Limit{Max: 400 << 10, Creep: 64 << 10, CreepRelease: 128 << 10, Headroom: 70 << 10, Texts: texts}
	for name, c := range map[string]struct {
		limit Limit
		from  string // of creep, creep_release, headroom
		is    int    // against 40,000
		want  string
	}{
		"all":                        {limit, "8KiB 32KiB 40KiB", 40_100, "creep = \"8KiB\" creep_release = \"32KiB\" headroom = \"40KiB\""},
		"smaller":                    {limit, "8KiB 32KiB 40KiB", 10, "creep = \"8KiB\" creep_release = \"32KiB\" headroom = \"40KiB\""},
		"grown as much":              {limit, "8KiB 32KiB -", 40_000 + 8<<10, "creep = \"8KiB\" creep_release = \"32KiB\""},
		"grown more":                 {limit, "8KiB 32KiB -", 40_001 + 8<<10, "creep_release = \"32KiB\""},
		"not raised":                 {limit, "- - -", 40_000, ""},
		"another unit":               {limit, "9000B 32kB -", 40_000, "creep = \"9000B\" creep_release = \"32kB\""},
		"no size":                    {limit, "8 KiB 0KiB", 40_000, ""},
		"lower already":              {limit, "64KiB 129KiB 1MiB", 40_000, ""},
		"the headroom is needed":     {limit, "8KiB - 40KiB", 40_000, "creep = \"8KiB\""},
		"needed by a share":          {Limit{Max: 400 << 10, Creep: 64 << 10, CreepPercent: 1500, Headroom: 70 << 10, Texts: texts}, "8KiB - 40KiB", 40_000, "creep = \"8KiB\""},
		"of what has no such limits": {Limit{Max: 400 << 10, Texts: texts}, "8KiB - -", 40_000, ""},
	} {
		s := gated(c.limit)
		r, err := s.Check(files(c.is), Past{Report: files(40_000)}, 0)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		was := strings.Fields(c.from)
		from := func(r Raise) string {
			if r.Label != "//net:budget" || r.Call != "budget" || r.Key != "" || r.Was != texts[r.Attr] {
				t.Errorf("%s: asked for %+v", name, r)
			}
			return map[string]string{"creep": was[0], "creep_release": was[1], "headroom": was[len(was)-1]}[r.Attr]
		}
		var got []string
		for i := range r.Lines {
			for _, b := range r.Lines[i].BringBack(from) {
				got = append(got, b.String())
			}
		}
		if said := strings.Join(got, " "); said != c.want {
			t.Errorf("%s: %q, want %q", name, said, c.want)
		}
	}
	// By a baseline, and without anything, nobody knows.
	s := gated(limit)
	for name, p := range map[string]Past{"baseline": past(t, s, files(40_000)), "nothing": {}} {
		r, err := s.Check(files(40_000), p, 0)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for i := range r.Lines {
			if got := r.Lines[i].BringBack(func(Raise) string { return "8KiB" }); got != nil {
				t.Errorf("%s: %v", name, got)
			}
		}
	}
}
