package makefile

import (
	"strings"
)

// closing returns where the bracket at a place closes, -1 if it does not. As
// for make brackets of the other kind do not count.
func closing(s string, at int) int {
	open, end := s[at], byte(')')
	switch open {
	case '{':
		end = '}'
	case '(':
	default:
		return -1
	}
	depth := 0
	for i := at; i < len(s); i++ {
		switch s[i] {
		case open:
			depth++
		case end:
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

// arguments takes the arguments of a function apart.
func arguments(s string) []string {
	var out []string
	depth, from := 0, 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '(', '{':
			depth++
		case ')', '}':
			depth--
		case ',':
			if depth <= 0 {
				out = append(out, s[from:i])
				from = i + 1
			}
		}
	}
	return append(out, s[from:])
}

// rawWords splits a text at blanks outside of $(…).
func rawWords(s string) []string {
	if !strings.Contains(s, "$") {
		return strings.Fields(s)
	}
	var out []string
	from := -1
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			if from >= 0 {
				out = append(out, s[from:i])
			}
			from = -1
			continue
		case c == '$' && i+1 < len(s):
			if from < 0 {
				from = i
			}
			if end := closing(s, i+1); end > 0 {
				i = end
			} else {
				i++
			}
			continue
		}
		if from < 0 {
			from = i
		}
	}
	if from >= 0 {
		out = append(out, s[from:])
	}
	return out
}

// expand returns a text with its variables and functions worked out, as they
// were before an assignment.
func (r *reader) expand(s string, asOf int) string {
	if !strings.Contains(s, "$") {
		return s
	}
	var b strings.Builder
	r.expandTo(&b, s, asOf)
	return b.String()
}

// alternatives returns all values that a text can have.
func (r *reader) alternatives(s string, asOf int) []string {
	if !strings.Contains(s, "$") {
		return []string{s}
	}
	choice, seen := r.choice, r.seen
	defer func() { r.choice, r.seen = choice, seen }()
	r.choice, r.seen = map[*node]int{}, nil
	var out []string
	for n := 0; ; n++ {
		if n == maxChoices {
			if r.quiet {
				return out
			}
			r.unclear(r.at, "%s has more than %d values, depending on conditions", s, maxChoices)
			return out
		}
		out = append(out, r.expand(s, asOf))
		i := len(r.seen) - 1
		for ; i >= 0; i-- {
			v := r.seen[i]
			if r.choice[v]++; r.choice[v] < v.alternatives {
				break
			}
			r.choice[v] = 0
		}
		if i < 0 {
			return out
		}
	}
}

func (r *reader) expandTo(b *strings.Builder, s string, asOf int) {
	if r.depth++; r.depth > maxDepth {
		b.WriteString(unknown)
		r.depth--
		return
	}
	defer func() { r.depth-- }()
	for {
		i := strings.IndexByte(s, '$')
		if i < 0 || i+1 == len(s) {
			r.write(b, s)
			return
		}
		r.write(b, s[:i])
		if r.work < 0 {
			return
		}
		switch c := s[i+1]; c {
		case '$':
			b.WriteByte('$')
			s = s[i+2:]
		case '(', '{':
			end := closing(s, i+1)
			if end < 0 {
				b.WriteString(unknown)
				return
			}
			r.reference(b, s[i+2:end], asOf)
			s = s[end+1:]
		default:
			r.variable(b, s[i+1:i+2], asOf)
			s = s[i+2:]
		}
	}
}

func (r *reader) write(b *strings.Builder, s string) {
	if r.spend(len(s) + 1) {
		b.WriteString(s)
	}
}

// reference works out what stands in $(…).
func (r *reader) reference(b *strings.Builder, s string, asOf int) {
	if i := strings.IndexAny(s, " \t"); i > 0 {
		if f := functions[s[:i]]; f != nil {
			r.write(b, f(r, strings.TrimLeft(s[i:], " \t"), asOf))
			return
		}
	}
	name, pattern, replaced := s, "", false
	if i := colon(s); i >= 0 && strings.Contains(s[i:], "=") {
		name, pattern, replaced = s[:i], s[i+1:], true
	}
	name = r.expand(name, asOf)
	if !replaced {
		r.variable(b, name, asOf)
		return
	}
	var value strings.Builder
	r.variable(&value, name, asOf)
	from, to, _ := strings.Cut(pattern, "=")
	from, to = r.expand(from, asOf), r.expand(to, asOf)
	if !strings.Contains(from, "%") {
		from, to = "%"+from, "%"+to
	}
	r.write(b, patsubst(from, to, value.String()))
}

// variable writes the value of a variable.
func (r *reader) variable(b *strings.Builder, name string, asOf int) {
	if n := len(r.args); n > 0 && len(name) == 1 && name[0] >= '0' && name[0] <= '9' {
		if i := int(name[0] - '0'); i < len(r.args[n-1]) {
			r.write(b, r.args[n-1][i])
		}
		return
	}
	if strings.Contains(name, unknown) {
		found := r.matching(name)
		for _, n := range found {
			r.node(b, n)
			b.WriteByte(' ')
		}
		if len(found) == 0 {
			b.WriteString(unknown)
		}
		return
	}
	if n := r.value(name, asOf); n != nil {
		r.node(b, n)
	} else if value, ok := r.given(name); ok {
		r.write(b, value)
	} else {
		b.WriteString(unknown)
	}
}

// stepsOfNode is what it costs to look at a value, in bytes that are copied.
const stepsOfNode = 16

// node writes a value: the alternative of the present choice.
func (r *reader) node(b *strings.Builder, n *node) {
	if r.expanding[n] {
		return // it is a part of itself
	}
	r.expanding[n] = true
	defer delete(r.expanding, n)
	alternative := 0
	if n.alternatives > 1 && r.choice != nil {
		chosen, met := r.choice[n]
		if !met {
			r.choice[n] = 0
			r.seen = append(r.seen, n)
		}
		alternative = chosen
	}
	pieces := n.pieces(alternative)
	if !r.spend(len(pieces) + stepsOfNode) {
		return
	}
	for i, p := range pieces {
		if i > 0 {
			b.WriteByte(' ')
		}
		r.expandTo(b, p.text, p.asOf)
		if r.work < 0 {
			return
		}
	}
}
