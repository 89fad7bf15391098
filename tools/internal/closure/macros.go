package closure

import (
	"slices"
	"sort"
	"strings"

	"rules_kheaders/tools/internal/cinclude"
)

// maxWork is how many bytes may be written to expand one computed #include in
// all ways; the kernel's own take some 100,000. maxText is how many bytes one
// text may have, maxDepth how deep macros may use each other.
const (
	maxWork  = 1 << 24
	maxText  = 1 << 12
	maxDepth = 32
)

// macros holds every definition that a macro has anywhere in the closure.
type macros struct {
	defs map[string][]cinclude.Define
	// names are those whose definitions are wanted: they occur in computed
	// includes, or in the definitions of such names.
	names map[string]bool
}

// newMacros wants the names that the kernel's headers use in computed
// includes. Any other is found as well, by reading files a second time.
func newMacros() *macros {
	m := &macros{defs: map[string][]cinclude.Define{}, names: map[string]bool{}}
	for _, n := range []string{
		"GENL_MAGIC_INCLUDE_FILE", "REMOTE_EVENT_INCLUDE", "REMOTE_EVENT_INCLUDE_FILE", "TRACE_INCLUDE", "TRACE_INCLUDE_FILE",
		"TRACE_INCLUDE_PATH", "TRACE_SYSTEM", "__REMOTE_EVENT_INCLUDE", "__TRACE_INCLUDE", "__stringify", "__stringify_1",
	} {
		m.names[n] = true
	}
	return m
}

// add takes a definition and tells whether it is a new one.
func (m *macros) add(d cinclude.Define) bool {
	for _, old := range m.defs[d.Name] {
		if old.Func == d.Func && old.Body == d.Body && slices.Equal(old.Params, d.Params) {
			return false
		}
	}
	d.Params = slices.Clone(d.Params)
	m.defs[d.Name] = append(m.defs[d.Name], d)
	return true
}

// want adds the identifiers in text to the names that are wanted, and tells
// whether one is new.
func (m *macros) want(text string) bool {
	grown := false
	for text != "" {
		i := 0
		for i < len(text) && !isName(text[i]) {
			i++
		}
		n := nameLen(text[i:])
		if id := text[i : i+n]; n > 0 && (id[0] < '0' || id[0] > '9') && !m.names[id] {
			m.names[id] = true
			grown = true
		}
		text = text[i+n:]
	}
	return grown
}

// wantAll does the same for the bodies of all definitions.
func (m *macros) wantAll() bool {
	grown := false
	for _, defs := range m.defs {
		for _, d := range defs {
			grown = m.want(d.Body) || grown
		}
	}
	return grown
}

// headers returns the names that the text of a computed #include may stand
// for, sorted: each macro in it may have any of its definitions, or none. ok is
// false where there are too many.
func (m *macros) headers(text string) (out []cinclude.Include, ok bool) {
	e := expander{m: m, budget: maxWork}
	seen := map[cinclude.Include]bool{}
	for _, s := range e.expand(text, nil) {
		s = strings.TrimSpace(s)
		if len(s) < 3 {
			continue
		}
		inc := cinclude.Include{Name: s[1 : len(s)-1]}
		switch {
		case s[0] == '<' && s[len(s)-1] == '>':
			// Between the tokens that macros leave may be blanks.
			inc.Name = strings.ReplaceAll(inc.Name, " ", "")
		case s[0] == '"' && s[len(s)-1] == '"':
			inc.Kind = cinclude.Quoted
		default:
			continue
		}
		seen[inc] = true
	}
	for inc := range seen {
		out = append(out, inc)
	}
	sort.Slice(out, func(i, j int) bool {
		return out[i].Name < out[j].Name || out[i].Name == out[j].Name && out[i].Kind < out[j].Kind
	})
	return out, e.budget >= 0
}

type expander struct {
	m      *macros
	budget int
}

// expand returns all texts that text can become. active are the macros being
// replaced, which do not replace themselves.
func (e *expander) expand(text string, active []string) []string {
	if len(text) > maxText {
		e.budget = -1
	}
	if e.budget < 0 || len(active) > maxDepth {
		return nil
	}
	for i := 0; i < len(text); {
		switch c := text[i]; {
		case c == '"' || c == '\'':
			i++
			for i < len(text) && text[i] != c {
				i++
			}
			i++
		case c >= '0' && c <= '9':
			i += nameLen(text[i:])
		case isName(c):
			n := nameLen(text[i:])
			name := text[i : i+n]
			if alts := e.replace(name, text[i+n:], active); alts != nil {
				// Or there is no such macro where the #include stands.
				rests := e.expand(text[i+n:], active)
				out := e.join(text[:i]+name, rests, nil)
				for _, a := range alts {
					out = e.join(text[:i]+a.text, e.expand(a.rest, active), out)
				}
				slices.Sort(out)
				return slices.Compact(out)
			}
			i += n
		default:
			i++
		}
	}
	if e.budget -= len(text) + 1; e.budget < 0 {
		return nil
	}
	return []string{text}
}

func (e *expander) join(head string, tails, out []string) []string {
	for _, t := range tails {
		if e.budget -= len(head) + len(t) + 1; e.budget < 0 {
			return nil
		}
		out = append(out, head+t)
	}
	return out
}

// alternative is what a macro became, and the text behind its use.
type alternative struct{ text, rest string }

func (e *expander) replace(name, rest string, active []string) []alternative {
	if slices.Contains(active, name) {
		return nil
	}
	active = append(slices.Clip(active), name)
	var out []alternative
	for _, d := range e.m.defs[name] {
		after := rest
		bodies := []string{d.Body}
		if d.Func {
			args, tail, ok := arguments(rest)
			if !ok {
				continue
			}
			after = tail
			bodies = e.substitute(d, args, active)
		}
		for _, b := range bodies {
			for _, t := range e.expand(b, active) {
				out = append(out, alternative{t, after})
			}
		}
	}
	return out
}

// substitute puts the arguments into a macro's body, as they are and replaced.
// That is more than C does at # and ##.
func (e *expander) substitute(d cinclude.Define, args []string, active []string) []string {
	bound := map[string]string{}
	for i, p := range d.Params {
		name, variadic := strings.CutSuffix(p, "...")
		switch {
		case variadic && name == "":
			name = "__VA_ARGS__"
			fallthrough
		case variadic:
			bound[name] = strings.Join(args[min(i, len(args)):], ",")
		case i < len(args):
			bound[name] = args[i]
		}
	}
	out := []string{""}
	for body := d.Body; body != ""; {
		n := nameLen(body)
		piece := []string{body[:max(n, 1)]}
		body2 := body[max(n, 1):]
		if arg, ok := bound[piece[0]]; ok && n > 0 {
			piece = e.expand(arg, active[:len(active)-1])
		} else if piece[0] == "#" {
			after := strings.TrimLeft(body2, " \t")
			n := nameLen(after)
			if arg, ok := bound[after[:n]]; ok && n > 0 {
				piece = nil
				for _, x := range e.expand(arg, active[:len(active)-1]) {
					piece = append(piece, `"`+strings.TrimSpace(x)+`"`)
				}
				body2 = after[n:]
			} else if strings.HasPrefix(after, "#") { // ## glues
				piece[0], body2 = "", strings.TrimLeft(after[1:], " \t")
				for i := range out {
					out[i] = strings.TrimRight(out[i], " \t")
				}
			}
		}
		var next []string
		for _, o := range out {
			next = e.join(o, piece, next)
		}
		out, body = next, body2
	}
	return out
}

// arguments splits "(a, b) rest".
func arguments(text string) (args []string, rest string, ok bool) {
	text = strings.TrimLeft(text, " \t")
	if !strings.HasPrefix(text, "(") {
		return nil, "", false
	}
	depth, begin := 0, 1
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '(':
			depth++
		case ',':
			if depth == 1 {
				args = append(args, strings.TrimSpace(text[begin:i]))
				begin = i + 1
			}
		case ')':
			if depth--; depth == 0 {
				return append(args, strings.TrimSpace(text[begin:i])), text[i+1:], true
			}
		}
	}
	return nil, "", false
}

func nameLen(s string) int {
	n := 0
	for n < len(s) && isName(s[n]) {
		n++
	}
	return n
}

func isName(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}
