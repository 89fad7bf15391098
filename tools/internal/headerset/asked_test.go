package headerset

import (
	"slices"
	"strings"
	"testing"
)

// askedCase is a set of profile modules, or another, that may be asked for more
// than it always has.
type askedCase struct {
	name  string
	files map[string]string
	o     Options
	// has and hasNot are files of the set.
	has, hasNot []string
	// warn is part of the warnings, err of the error; where warn is "", none speaks
	// of what is asked for.
	warn, err string
}

// check makes the set. About is what it may be asked for.
func (c askedCase) check(t *testing.T, about string) {
	t.Helper()
	if c.o.Profile == "" {
		c.o.Profile = "modules"
	}
	results, warned := load(t, dir(t, prepared(c.files)), c.o)
	set, err := results[0].Set, results[0].Err
	if err == nil {
		err = set.Check()
	}
	if c.err != "" {
		if err == nil || !strings.Contains(err.Error(), c.err) {
			t.Errorf("%s: %v, want %q", c.name, err, c.err)
		}
		return
	}
	if err != nil {
		t.Errorf("%s: %v", c.name, err)
		return
	}
	for i, p := range slices.Concat(c.has, c.hasNot) {
		if set.has(p) != (i < len(c.has)) {
			t.Errorf("%s: %s in the set: %v", c.name, p, set.has(p))
		}
	}
	if all := strings.Join(*warned, "\n"); c.warn == "" && strings.Contains(all, about) || !strings.Contains(all, c.warn) {
		t.Errorf("%s: warned %q, want %q", c.name, all, c.warn)
	}
}
