package cinclude

import (
	"bytes"
	"strings"
)

// directive reads the directive whose name begins at or after i, and returns
// the start of the line after it.
func (s *scanner) directive(i int) int {
	i = s.blanks(i)
	begin := i
	for i < len(s.src) && s.src[i] >= 'a' && s.src[i] <= 'z' || i < len(s.src) && s.src[i] == '_' {
		i++
	}
	name := string(s.src[begin:i])
	if i < len(s.src) && s.src[i] == '\\' {
		// A splice within the name: nobody writes that, but it is C.
		end := s.logical(begin, false)
		name = string(s.text[:prefixLen(s.text, isName)])
		s.text = append(s.text[:0], s.text[len(name):]...)
		s.parse(name, begin)
		return end
	}
	switch name {
	case "include", "include_next", "import":
		end := s.logical(i, true)
		s.parse(name, begin)
		return end
	case "define":
		if len(s.Macros) == 0 || !s.Macros[s.peek(i)] {
			return s.restOfLine(i)
		}
	case "if", "elif":
	case "ifdef", "ifndef", "elifdef", "elifndef", "else", "endif":
		if !s.Conds {
			return s.restOfLine(i)
		}
	default:
		return s.restOfLine(i)
	}
	end := s.logical(i, false)
	s.parse(name, begin)
	return end
}

// peek returns the name that a #define gives.
func (s *scanner) peek(i int) string {
	i = s.blanks(i)
	return string(s.src[i : i+prefixLen(s.src[i:], isName)])
}

// logical puts the rest of the logical line from i on into s.text, with one
// space for each comment, and returns the start of the next line. With header,
// what is in angles at its beginning has no comments.
func (s *scanner) logical(i int, header bool) int {
	s.text = s.text[:0]
	for i < len(s.src) {
		c := s.src[i]
		end := i + 1
		switch c {
		case '\n':
			return end
		case '\\':
			if j := splice(s.src, i); j != i {
				i = j
				continue
			}
		case '"', '\'':
			end = quoteEnd(s.src, i)
		case '<':
			if header {
				if j := bytes.IndexAny(s.src[i:], ">\n"); j > 0 && s.src[i+j] == '>' {
					end = i + j + 1
				}
			}
		case '/':
			if j := s.comment(i); j != i {
				s.text = append(s.text, ' ')
				i = j
				continue
			}
		}
		if !blank[c] {
			header = false
		}
		for ; i < end; i++ {
			if s.src[i] == '\\' {
				if j := splice(s.src, i); j != i {
					i = j - 1
					continue
				}
			}
			s.text = append(s.text, s.src[i])
		}
	}
	return i
}

// parse reads s.text, what stands behind the directive's name.
func (s *scanner) parse(name string, at int) {
	text := strings.TrimFunc(string(s.text), isBlank)
	if name == "if" || name == "elif" {
		s.has(text, at)
	}
	switch name {
	case "include", "include_next", "import":
		if inc, ok := header(text); ok {
			inc.Next = name == "include_next"
			s.add(inc, at)
		}
	case "define":
		s.define(text)
	case "ifdef", "ifndef", "if":
		s.push(Cond{Parent: s.cond, Prev: -1, Expr: condition(name, text)})
	case "elif", "elifdef", "elifndef", "else":
		if s.cond >= 0 {
			s.push(Cond{Parent: s.r.Conds[s.cond].Parent, Prev: s.cond, Expr: condition(strings.TrimPrefix(name, "el"), text)})
		}
	case "endif":
		if s.cond >= 0 {
			s.cond = s.r.Conds[s.cond].Parent
		}
	}
}

func condition(name, text string) string {
	switch name {
	case "ifdef":
		return "defined(" + word(text) + ")"
	case "ifndef":
		return "!defined(" + word(text) + ")"
	case "se":
		return "1"
	}
	return text
}

func (s *scanner) push(c Cond) {
	if s.Conds {
		s.cond = len(s.r.Conds)
		s.r.Conds = append(s.r.Conds, c)
	}
}

func (s *scanner) add(inc Include, at int) {
	s.line += bytes.Count(s.src[s.at:at], []byte{'\n'})
	s.at = at
	inc.Line, inc.Cond = s.line, s.cond
	s.r.Includes = append(s.r.Includes, inc)
}

// has adds the headers that an #if asks for by __has_include.
func (s *scanner) has(text string, at int) {
	for {
		_, rest, ok := strings.Cut(text, "__has_include")
		if !ok {
			return
		}
		text = rest
		rest, next := strings.CutPrefix(rest, "_next")
		rest = strings.TrimFunc(rest, isBlank)
		if rest, ok = strings.CutPrefix(rest, "("); !ok {
			continue // defined(__has_include)
		}
		if inc, ok := header(strings.TrimFunc(rest, isBlank)); ok && inc.Kind != Computed {
			inc.Test, inc.Next = true, next
			s.add(inc, at)
		}
	}
}

// header reads what an #include names.
func header(text string) (Include, bool) {
	if text == "" {
		return Include{}, false
	}
	kind, closing := Angled, byte('>')
	switch text[0] {
	case '<':
	case '"':
		kind, closing = Quoted, '"'
	default:
		return Include{Name: text, Kind: Computed}, isName(text[0]) && (text[0] < '0' || text[0] > '9')
	}
	end := strings.IndexByte(text[1:], closing)
	if end <= 0 {
		return Include{}, false
	}
	return Include{Name: text[1 : 1+end], Kind: kind}, true
}

// define adds a macro if it is wanted.
func (s *scanner) define(text string) {
	d := Define{Name: word(text)}
	if !s.Macros[d.Name] {
		return
	}
	rest := text[len(d.Name):]
	if strings.HasPrefix(rest, "(") {
		params, body, ok := strings.Cut(rest[1:], ")")
		if !ok {
			return
		}
		d.Func = true
		if strings.TrimFunc(params, isBlank) != "" {
			for _, p := range strings.Split(params, ",") {
				d.Params = append(d.Params, strings.TrimFunc(p, isBlank))
			}
		}
		rest = body
	}
	d.Body = strings.TrimFunc(rest, isBlank)
	s.r.Defines = append(s.r.Defines, d)
}

func word(text string) string {
	return text[:prefixLen([]byte(text), isName)]
}

func prefixLen(b []byte, ok func(byte) bool) int {
	n := 0
	for n < len(b) && ok(b[n]) {
		n++
	}
	return n
}

func isName(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

func isBlank(r rune) bool { return r < 128 && blank[byte(r)] }
