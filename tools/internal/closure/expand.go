package closure

import (
	"slices"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/ctext"
)

// spend takes n bytes off the work that is left.
func (m *macros) spend(n int) bool {
	m.work -= n
	return m.work >= 0
}

// expand returns all texts that text can become, sorted. active are the macros
// being replaced, which do not replace themselves.
func (m *macros) expand(text string, active []string) []string {
	if len(text) > maxText || len(active) > maxDepth {
		m.work = -1
	}
	if !m.spend(len(text) + perText) {
		return nil
	}
	for rest := text; rest != ""; {
		name, kind := ctext.Token(rest)
		head := text[:len(text)-len(rest)]
		rest = rest[len(name):]
		if kind != ctext.Name || slices.Contains(active, name) {
			continue
		}
		ways := m.replace(name, rest, active)
		if len(ways) == 0 {
			continue
		}
		// Or there is no such macro where the #include stands.
		ways = append(ways, way{name, rest})
		var out, tails []string
		for i, w := range ways {
			if m.work < 0 {
				return nil
			}
			if i == 0 || w.rest != ways[i-1].rest {
				tails = m.expand(w.rest, active)
			}
			out = m.join(out, []string{head + w.text}, tails)
		}
		slices.Sort(out)
		return slices.Compact(out)
	}
	return []string{text}
}

// join appends to out each head with each tail.
func (m *macros) join(out, heads, tails []string) []string {
	for _, h := range heads {
		for _, t := range tails {
			if !m.spend(len(h) + len(t) + perText) {
				return nil
			}
			out = append(out, h+t)
		}
	}
	return out
}

// way is what a macro became, and the text behind its use.
type way struct{ text, rest string }

// replace returns all ways to replace a macro behind which rest stands.
func (m *macros) replace(name, rest string, active []string) []way {
	defs := m.defs(name)
	if len(defs) == 0 {
		return nil
	}
	args, tail, called := arguments(rest)
	if !m.spend(len(rest) + len(defs)) {
		return nil
	}
	within := append(slices.Clip(active), name)
	var plain, call []way
	for _, d := range defs {
		if m.work < 0 {
			return nil
		}
		if !d.function {
			for _, t := range m.expand(d.body, within) {
				plain = append(plain, way{t, rest})
			}
		} else if called {
			for _, b := range m.substitute(d, args, active) {
				for _, t := range m.expand(b, within) {
					call = append(call, way{t, tail})
				}
			}
		}
	}
	return append(call, plain...)
}

// substitute puts the arguments, replaced in all ways, into a macro's body.
// That is more than C does at # and ##.
func (m *macros) substitute(d definition, args, active []string) []string {
	bound := map[string]string{}
	for i, p := range d.params {
		name, variadic := strings.CutSuffix(p, "...")
		switch {
		case variadic && name == "":
			bound["__VA_ARGS__"] = strings.Join(args[min(i, len(args)):], ",")
		case variadic:
			bound[name] = strings.Join(args[min(i, len(args)):], ",")
		case i < len(args):
			bound[name] = args[i]
		}
	}
	out := []string{""}
	for body := d.body; body != "" && m.work >= 0; {
		token, _ := ctext.Token(body)
		body = body[len(token):]
		piece := []string{token}
		next, _ := ctext.Token(ctext.TrimLeft(body))
		if arg, ok := bound[token]; ok {
			piece = m.expand(arg, active)
		} else if arg, ok := bound[next]; ok && token == "#" {
			piece = m.expand(arg, active)
			for i, x := range piece {
				piece[i] = `"` + ctext.Trim(x) + `"`
			}
			body = ctext.TrimLeft(body)[len(next):]
		} else if token == "##" { // glues
			for i := range out {
				out[i] = strings.TrimRight(out[i], " \t")
			}
			body = ctext.TrimLeft(body)
			continue
		}
		out = m.join(nil, out, piece)
	}
	return out
}

// arguments splits "(a, b) rest".
func arguments(text string) (args []string, rest string, ok bool) {
	text, ok = strings.CutPrefix(ctext.TrimLeft(text), "(")
	if !ok {
		return nil, "", false
	}
	arg := text
	for depth := 1; text != ""; {
		token, _ := ctext.Token(text)
		end := len(arg) - len(text)
		text = text[len(token):]
		switch token {
		case "(":
			depth++
		case ")":
			depth--
		}
		if depth == 0 || depth == 1 && token == "," {
			args = append(args, ctext.Trim(arg[:end]))
			arg = text
		}
		if depth == 0 {
			return args, text, true
		}
	}
	return nil, "", false
}
