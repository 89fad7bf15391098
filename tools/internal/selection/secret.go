package selection

import (
	"fmt"
	"slices"
)

// Secret returns why nobody is to read a file, "" where it is no secret.
func (s *Selector) Secret(path string) string {
	if r := s.withheld(path); r != nil && r.need == secret {
		return r.why
	}
	return ""
}

// givenAway returns a message for each secret that is taken by extra.
func (r *Rules) givenAway() []string {
	var msgs []string
	for path := range r.sel.extra {
		if why := r.sel.Secret(path); why != "" {
			msgs = append(msgs, fmt.Sprintf("extra takes %q (%s): whoever reads the archive knows it", path, why))
		}
	}
	slices.Sort(msgs)
	return msgs
}
