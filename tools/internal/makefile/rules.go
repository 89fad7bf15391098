package makefile

import (
	"path/filepath"
	"slices"
	"strings"
)

// rules are what the makefile has rules for: files by their names, and
// patterns, of which no makefile has many.
type rules struct {
	files    map[string]rule
	patterns []rule
}

const maxPatterns = 100

// rule is one target. Paths are relative to the directory.
type rule struct {
	// pattern is the target with a %, "" for a rule without one; needs is what
	// such a one is made from, as far as that has a %.
	pattern string
	needs   []string
	at      Place
}

// openRule is a rule whose recipe may come: without one it makes nothing, and
// says only what its targets depend on.
type openRule struct {
	rule
	targets []string
	noted   bool
}

// rule reads the line of a rule, whichever make reads it: what the user's makes
// before it calls Kbuild is there for that.
func (r *reader) rule(targets, needs string) *openRule {
	open := &openRule{rule: rule{at: r.at}}
	if _, _, _, ok := splitAssignment(strings.TrimSpace(needs)); ok {
		return open // a variable of the target
	}
	quiet := r.quiet
	r.quiet = true
	defer func() { r.quiet = quiet }()
	needs, _, recipe := strings.Cut(needs, ";")
	if i := colon(needs); i >= 0 {
		open.pattern, needs = r.ruleWord(strings.TrimSpace(r.expand(needs[:i], late))), needs[i+1:]
	}
	for _, w := range strings.Fields(r.expand(needs, late)) {
		if w = r.ruleWord(w); strings.Contains(w, "%") {
			open.needs = append(open.needs, w)
		}
	}
	for _, w := range strings.Fields(r.expand(targets, late)) {
		if w = r.ruleWord(strings.TrimSuffix(w, "&")); w != "" && r.spend(len(w)) {
			open.targets = append(open.targets, w)
		}
	}
	if recipe {
		r.makes(open)
	}
	return open
}

// makes notes that a rule makes its targets, once.
func (r *reader) makes(open *openRule) {
	if open.noted {
		return
	}
	open.noted = true
	for _, w := range open.targets {
		found := open.rule
		if !strings.Contains(w, "%") {
			if r.out.rules.files == nil {
				r.out.rules.files = map[string]rule{}
			}
			r.out.rules.files[w] = found
			continue
		}
		found.pattern = w
		// The user's make and Kbuild may read the same line.
		known := slices.ContainsFunc(r.out.rules.patterns, func(x rule) bool {
			return x.at == found.at && x.pattern == found.pattern && slices.Equal(x.needs, found.needs)
		})
		if !known && len(r.out.rules.patterns) < maxPatterns {
			r.out.rules.patterns = append(r.out.rules.patterns, found)
		}
	}
}

// ruleWord returns a word of a rule relative to the directory, "" for one that
// is not known, or is nothing of a module's.
func (r *reader) ruleWord(w string) string {
	if w == "" || isUnknown(w) {
		return ""
	}
	file, tree := r.absolute(w)
	rel, err := filepath.Rel(r.Dir, file)
	if tree || err != nil {
		return ""
	}
	return rel
}

// Made returns the place of the rule that makes a file, if there is one. Of a
// rule with a % there must be what has one among what it is made from; has tells
// which files are there.
func (m *Makefile) Made(file string, has func(file string) bool) (at Place, ok bool) {
	if r, ok := m.rules.files[file]; ok && (r.pattern == "" || r.ready(file, has)) {
		return r.at, true
	}
	for _, r := range m.rules.patterns {
		if r.ready(file, has) {
			return r.at, true
		}
	}
	return Place{}, false
}

// ready tells whether a rule with a % makes a file.
func (r rule) ready(file string, has func(string) bool) bool {
	before, after, _ := strings.Cut(r.pattern, "%")
	if len(file) <= len(before)+len(after) || !strings.HasPrefix(file, before) || !strings.HasSuffix(file, after) {
		return false
	}
	stem := file[len(before) : len(file)-len(after)]
	for _, n := range r.needs {
		if !has(strings.Replace(n, "%", stem, 1)) {
			return false
		}
	}
	return true
}
