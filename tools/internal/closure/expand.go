package closure

import (
	"slices"
	"strings"

	"rules_kheaders/tools/internal/cinclude"
)

type expander struct {
	m      *macros
	budget int
}

// expand returns all texts that text can become. active are the macros being
// replaced, which do not replace themselves.
func (e *expander) expand(text string, active []string) []string {
	if len(text) > maxText || len(active) > maxDepth {
		e.budget = -1
	}
	if e.budget < 0 {
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
