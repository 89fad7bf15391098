package makefile

import (
	"regexp"
	"slices"
	"strings"
)

// truth is what is known of a condition.
type truth int

const (
	no truth = iota
	maybe
	yes
)

// cond is a conditional that is open: what holds in the branch that the reader
// is in, and whether one before it was taken for certain.
type cond struct {
	now   truth
	taken bool
}

// live tells whether Kbuild reads what comes next.
func (r *reader) live() truth {
	all := yes
	for _, c := range r.conds {
		all = min(all, c.now)
	}
	return all
}

// conditional takes in a line that opens, goes on with or closes a
// conditional; it returns false for any other.
func (r *reader) conditional(word, rest string) bool {
	switch word {
	case "ifeq", "ifneq", "ifdef", "ifndef":
		t := r.condition(word, rest)
		r.conds = append(r.conds, cond{t, t == yes})
	case "else":
		if len(r.conds) == 0 {
			return true
		}
		c := &r.conds[len(r.conds)-1]
		next := yes
		if word, rest := keyword(rest); strings.HasPrefix(word, "if") {
			next = r.condition(word, rest)
		}
		switch {
		case c.taken:
			c.now = no
		case c.now == maybe:
			c.now = min(next, maybe)
		default:
			c.now = next
		}
		c.taken = c.taken || c.now == yes
	case "endif":
		if len(r.conds) > 0 {
			r.conds = r.conds[:len(r.conds)-1]
		}
	default:
		return false
	}
	return true
}

// decided are the names whose value is the same whenever Kbuild reads a
// makefile of external modules.
var decided = []string{"KERNELRELEASE", "KBUILD_EXTMOD", "M", "src", "obj", "srctree", "objtree"}

var nameRE = regexp.MustCompile(`\$[({]([^(){}$]*)[)}]`)

// condition tells what is known of a condition. Options of the kernel and of
// whoever builds are not decided.
func (r *reader) condition(word, rest string) truth {
	negated := word == "ifneq" || word == "ifndef"
	result := func(b bool) truth {
		if b != negated {
			return yes
		}
		return no
	}
	if word == "ifdef" || word == "ifndef" {
		if slices.Contains(decided, strings.TrimSpace(rest)) {
			return result(true)
		}
		return maybe
	}
	names := nameRE.FindAllStringSubmatch(strings.NewReplacer("strip ", "", "strip\t", "").Replace(rest), -1)
	if len(names) == 0 || slices.ContainsFunc(names, func(n []string) bool { return !slices.Contains(decided, strings.TrimSpace(n[1])) }) {
		return maybe
	}
	a, b, ok := operands(rest)
	if !ok {
		return maybe
	}
	a, b = strings.TrimSpace(r.expand(a, late)), strings.TrimSpace(r.expand(b, late))
	if (a == "") != (b == "") {
		return result(false) // none of the names is empty
	}
	if isUnknown(a + b) {
		return maybe
	}
	return result(a == b)
}

// operands takes apart what an ifeq compares.
func operands(s string) (a, b string, ok bool) {
	s = strings.TrimSpace(s)
	if strings.HasPrefix(s, "(") {
		end := closing(s, 0)
		if end < 0 {
			return "", "", false
		}
		parts := arguments(s[1:end])
		if len(parts) < 2 {
			return "", "", false
		}
		return parts[0], strings.Join(parts[1:], ","), true
	}
	quoted := func() (string, bool) {
		if s == "" || s[0] != '"' && s[0] != '\'' {
			return "", false
		}
		end := strings.IndexByte(s[1:], s[0])
		if end < 0 {
			return "", false
		}
		q := s[1 : end+1]
		s = strings.TrimSpace(s[end+2:])
		return q, true
	}
	if a, ok = quoted(); !ok {
		return "", "", false
	}
	b, ok = quoted()
	return a, b, ok
}
