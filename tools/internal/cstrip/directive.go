package cstrip

import (
	"bytes"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/ctext"
)

// directive looks at the line whose first token, at i, may be the # of a
// directive. Only those that can hold a header name matter: between < and >
// neither quotes nor comment marks mean anything in a branch that is compiled,
// while they do in one that is skipped. It returns 0 if the line can be walked
// like any other, the end of the line if it must stay as it is, or -1.
func (l *lexer) directive(i int) int {
	s := l.src
	d, i, how := ctext.ReadDirective(s, i)
	if how != ctext.Closed {
		return 0 // which the walk will see
	}
	switch d {
	case ctext.Include, ctext.IncludeNext, ctext.Import, ctext.Embed:
		return l.include(i)
	case ctext.If, ctext.Elif:
		text := s[i:lineEnd(s, i)]
		has := bytes.Contains(text, []byte("__has_"))
		if (has || bytes.IndexByte(text, '\\') >= 0) && oddName(text, has) ||
			has && bytes.IndexByte(text, '\\') >= 0 && bytes.IndexByte(text, '"') >= 0 {
			return l.fail("quotes, blanks or comment marks in the header name of an #if")
		}
	}
	return 0
}

// include looks at the header name of an #include whose keyword ends at from.
func (l *lexer) include(from int) int {
	s := l.src
	i, how := ctext.SkipSpace(s, from)
	if i >= len(s) || how != ctext.Closed {
		return 0
	}
	const odd = "quotes, blanks or comment marks in the header name of an #include"
	switch s[i] {
	case '"':
		end := bytes.IndexByte(s[i+1:], '"')
		if end < 0 {
			end = len(s) - i - 1
		}
		name := s[i+1 : i+1+end]
		if n := bytes.IndexByte(name, '\n'); n >= 0 {
			name = name[:n]
		}
		if bytes.IndexByte(name, '\\') >= 0 {
			return l.fail("a backslash in the header name of an #include")
		}
	case '<':
		line := s[i:]
		if n := bytes.IndexByte(line, '\n'); n >= 0 {
			line = bytes.TrimSuffix(line[:n], []byte("\r"))
		}
		end := bytes.IndexByte(line, '>')
		if end >= 0 && !oddName(line[:end+1], true) {
			return 0
		}
		// The name may go on where what is below a comment or splice moves up.
		if bytes.Contains(line, []byte("/*")) || bytes.IndexByte(line, '\\') >= 0 {
			return l.fail(odd)
		}
		if end < 0 {
			return 0
		}
		// The name is taken as it is, with all that follows on the line.
		if bytes.ContainsAny(s[from:i], "/\\") {
			return l.fail(odd)
		}
		return i + len(line)
	default:
		if oddName(s[i:lineEnd(s, i)], false) {
			return l.fail(odd)
		}
	}
	return 0
}

// oddName says whether there is, between a < and a > of the text, something
// that this lexer would not take for a part of a header name.
func oddName(text []byte, blanks bool) bool {
	for {
		i := bytes.IndexByte(text, '<')
		if i < 0 {
			return false
		}
		text = text[i+1:]
		if i = bytes.IndexByte(text, '>'); i < 0 {
			return false
		}
		name := text[:i]
		if bytes.ContainsAny(name, "'\"\\") || bytes.Contains(name, []byte("//")) ||
			bytes.Contains(name, []byte("/*")) || blanks && bytes.ContainsAny(name, " \t\v\f") {
			return true
		}
		text = text[i+1:]
	}
}

// lineEnd returns the end of the logical line in which i is, or len(s) if a
// comment before it does not end for sure.
func lineEnd(s []byte, i int) int {
	end, how := ctext.LineEnd(s, i)
	if how != ctext.Closed {
		return len(s)
	}
	return end
}
