package makefile

import (
	"regexp"
	"slices"
	"strings"
)

// truth is what is known of a condition.
type truth int

const (
	// no: Kbuild never reads it.
	no truth = iota
	// unlikely: it does not hold for what the makefile sets itself, which a
	// command line may set otherwise.
	unlikely
	maybe
	yes
)

// cond is a conditional that is open: what holds in the branch that the reader
// is in, and the most that can be said of the branches behind it.
type cond struct {
	now, rest truth
	// open is the rule that was open before it.
	open *openRule
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
		c := cond{open: r.open}
		c.now, c.rest = r.condition(word, rest)
		r.conds = append(r.conds, c)
	case "else":
		if len(r.conds) == 0 {
			return true
		}
		c := &r.conds[len(r.conds)-1]
		next, after := yes, no
		if word, rest := keyword(rest); strings.HasPrefix(word, "if") {
			next, after = r.condition(word, rest)
		}
		c.now, c.rest = min(next, c.rest), min(after, c.rest)
		r.open = c.open
	case "endif":
		if n := len(r.conds); n > 0 {
			if c := r.conds[n-1]; c.now == no {
				r.open = c.open
			}
			r.conds = r.conds[:n-1]
		}
	default:
		return false
	}
	return true
}

// decided are the names that Kbuild sets for makefiles of external modules.
var decided = []string{"KERNELRELEASE", "KBUILD_EXTMOD", "M", "src", "obj", "srctree", "objtree"}

var nameRE = regexp.MustCompile(`\$[({]([^(){}$]*)[)}]`)

// condition tells what is known of a condition, and of its else. Options of the
// kernel and of whoever builds are not decided; what the makefile itself sets is
// likely.
func (r *reader) condition(word, rest string) (holds, otherwise truth) {
	result := func(b, firm bool) (truth, truth) {
		against := unlikely
		switch {
		case firm:
			against = no
		case r.tree != nil:
			against = maybe
		}
		if b == (word == "ifeq" || word == "ifdef") {
			return yes, against
		}
		return against, yes
	}
	if word == "ifdef" || word == "ifndef" {
		name := strings.TrimSpace(rest)
		if r.decided(name) {
			return result(r.tree == nil || r.expand("$("+name+")", late) != "", true)
		}
		if value, ok := r.ownValue(name); ok {
			return result(value != "", false)
		}
		return maybe, maybe
	}
	firm, names := true, nameRE.FindAllStringSubmatch(strings.NewReplacer("strip ", "", "strip\t", "").Replace(rest), -1)
	for _, n := range names {
		name := strings.TrimSpace(n[1])
		if r.decided(name) {
			continue
		}
		if _, ok := r.ownValue(name); !ok {
			return maybe, maybe
		}
		firm = false
	}
	a, b, ok := operands(rest)
	if !ok || len(names) == 0 {
		return maybe, maybe
	}
	a, b = strings.TrimSpace(r.expand(a, late)), strings.TrimSpace(r.expand(b, late))
	if isUnknown(a + b) {
		if strings.Trim(a, some) == "" && b == "" || strings.Trim(b, some) == "" && a == "" {
			return result(false, firm) // there is something
		}
		return maybe, maybe
	}
	return result(a == b, firm)
}

// decided tells whether a name has the same value whenever Kbuild reads a
// makefile of external modules.
func (r *reader) decided(name string) bool {
	if r.tree != nil {
		return r.tree.known(name)
	}
	return !r.beforehand && slices.Contains(decided, name)
}

// ownValue returns what the makefile itself sets a variable to, whatever is
// configured.
func (r *reader) ownValue(name string) (string, bool) {
	n := r.vars[name].last()
	for at := n; at != nil; at = at.base {
		if at.piece.maybe || at.kind == also {
			return "", false
		}
	}
	if n == nil {
		return "", false
	}
	value := strings.TrimSpace(r.expand("$("+name+")", late))
	return value, !isUnknown(value)
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
