package cinclude

import (
	"bytes"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/ctext"
)

// directive reads the directive that may begin at i, and returns the start of
// the line after it.
func (s *scanner) directive(at int) int {
	d, i, end := ctext.ReadDirective(s.src, at)
	s.saw(i, end)
	switch d {
	case ctext.Include, ctext.IncludeNext, ctext.Import:
		i = s.rest(i, true)
		text := ctext.Trim(string(s.text))
		inc, _, ok := Header(text)
		if _, kind := ctext.Token(text); kind == ctext.Name {
			inc, ok = Include{Name: text, Kind: Computed}, true
		}
		if ok {
			inc.Next = d == ctext.IncludeNext
			s.add(inc, at)
		}
		return i
	case ctext.Define, ctext.Undef:
		return s.define(i, d == ctext.Undef)
	case ctext.If, ctext.Elif:
		i = s.rest(i, false)
		if !s.Conds && !bytes.Contains(s.text, hasInclude) {
			return i
		}
		text := ctext.Trim(string(s.text))
		if bytes.Contains(s.text, hasInclude) {
			s.tests(text, at)
		}
		s.branch(d == ctext.Elif, text)
		return i
	case ctext.Ifdef, ctext.Elifdef, ctext.Ifndef, ctext.Elifndef:
		if s.Conds {
			i = s.rest(i, false)
			name, _ := ctext.Token(ctext.Trim(string(s.text)))
			expr := "defined(" + name + ")"
			if d == ctext.Ifndef || d == ctext.Elifndef {
				expr = "!" + expr
			}
			s.branch(d == ctext.Elifdef || d == ctext.Elifndef, expr)
			return i
		}
	case ctext.Else:
		s.branch(true, "1")
	case ctext.Endif:
		switch {
		case s.deep > 0:
			s.deep--
		case s.cond >= 0:
			s.cond = s.r.Conds[s.cond].Parent
			s.depth--
		}
	}
	return s.skip(i)
}

// branch begins a branch: a further one of the innermost #if, or the first of
// one within it.
func (s *scanner) branch(further bool, expr string) {
	c := Cond{Parent: s.cond, Prev: -1, Expr: expr}
	switch {
	case !s.Conds || further && (s.deep > 0 || s.cond < 0):
		return
	case further:
		c.Parent, c.Prev = s.r.Conds[s.cond].Parent, s.cond
	case s.depth == MaxDepth:
		s.deep++
		return
	default:
		s.depth++
	}
	s.cond = len(s.r.Conds)
	s.r.Conds = append(s.r.Conds, c)
}

func (s *scanner) add(inc Include, at int) {
	s.line += bytes.Count(s.src[s.at:at], []byte{'\n'})
	s.at = at
	inc.Line, inc.Cond = s.line, s.cond
	s.r.Includes = append(s.r.Includes, inc)
}

var hasInclude = []byte("__has_include")

// tests adds the headers that an #if asks for by __has_include.
func (s *scanner) tests(text string, at int) {
	for text != "" {
		name, kind := ctext.Token(text)
		text = text[len(name):]
		if kind != ctext.Name || name != "__has_include" && name != "__has_include_next" {
			continue
		}
		rest, ok := strings.CutPrefix(ctext.TrimLeft(text), "(")
		if !ok {
			continue // defined(__has_include)
		}
		inc, rest, ok := Header(ctext.TrimLeft(rest))
		text = rest
		if ok {
			inc.Test, inc.Next = true, name == "__has_include_next"
			s.add(inc, at)
		}
	}
}

// Header reads the <name> or "name" that text begins with. It returns it, and
// the text behind it: none if the name is not closed. ok is false if there is
// no name, or an empty one.
func Header(text string) (inc Include, rest string, ok bool) {
	if text == "" || text[0] != '<' && text[0] != '"' {
		return Include{}, text, false
	}
	inc.Kind = Angled
	closing := ">"
	if text[0] == '"' {
		inc.Kind, closing = Quoted, text[:1]
	}
	inc.Name, rest, ok = strings.Cut(text[1:], closing)
	return inc, rest, ok && inc.Name != ""
}

// define reads what stands at i, behind #define or #undef, and returns the
// start of the line after it.
func (s *scanner) define(i int, undef bool) int {
	if s.Macros == nil {
		return s.skip(i)
	}
	i = s.saw(ctext.SkipSpace(s.src, i))
	n := i
	for n < len(s.src) && ctext.Word[s.src[n]] {
		n++
	}
	if !(n < len(s.src) && s.src[n] == '\\') && !s.Macros(s.src[i:n]) {
		return s.skip(n)
	}
	next := s.rest(i, false)
	text := string(s.text)
	name, kind := ctext.Token(text)
	// A splice within the name: nobody writes that, but it is C.
	if kind == ctext.Name && (n-i == len(name) || s.Macros([]byte(name))) {
		s.r.Defines = append(s.r.Defines, Define{Name: name, Text: strings.TrimRight(text[len(name):], " \t\v\f"), Undef: undef})
	}
	return next
}
