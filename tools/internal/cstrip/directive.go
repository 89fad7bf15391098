package cstrip

import "bytes"

// directive looks at the line whose first token, at i, may be the # of a
// directive. Only those that can hold a header name matter: between < and >
// neither quotes nor comment marks mean anything in a branch that is compiled,
// while they do in one that is skipped. It returns 0 if the line can be walked
// like any other, the end of the line if it must stay as it is, or -1.
func (l *lexer) directive(i int) int {
	s := l.src
	if s[i] == '%' {
		if i = skipSplices(s, i+1); i >= len(s) || s[i] != ':' {
			return 0
		}
	}
	i = skipSpace(s, i+1)
	name, i := word(s, i)
	switch name {
	case "include", "include_next", "import", "embed":
		return l.include(i)
	case "if", "elif":
		text := s[i:logicalEnd(s, i)]
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
	i := skipSpace(s, from)
	if i >= len(s) {
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
		if oddName(s[i:logicalEnd(s, i)], false) {
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

// skipSpace returns the index after the blanks, comments and splices at i.
func skipSpace(s []byte, i int) int {
	for i < len(s) {
		switch {
		case blank[s[i]]:
			i++
		case s[i] == '/':
			kind, body := opensComment(s, i)
			if kind == 0 {
				return i
			}
			if i = commentEnd(s, kind, body); i < 0 {
				return len(s)
			}
		default:
			j := skipSplices(s, i)
			if i == j {
				return i
			}
			i = j
		}
	}
	return i
}

// word returns the lower-case word at i, of at most 15 letters, and the index
// after it. There may be splices in it.
func word(s []byte, i int) (string, int) {
	var buf [16]byte
	w := buf[:0]
	for len(w) < len(buf) {
		i = skipSplices(s, i)
		if i >= len(s) || s[i] != '_' && (s[i] < 'a' || s[i] > 'z') {
			break
		}
		w = append(w, s[i])
		i++
	}
	return string(w), i
}

// logicalEnd returns the index of the newline that ends the logical line in
// which i is, or len(s).
func logicalEnd(s []byte, i int) int {
	for i < len(s) && s[i] != '\n' {
		switch s[i] {
		case '"', '\'':
			i, _ = quoteEnd(s, i)
		case '/':
			kind, body := opensComment(s, i)
			if kind == 0 {
				i++
			} else if i = commentEnd(s, kind, body); i < 0 {
				return len(s)
			}
		case '\\':
			if j := splice(s, i); j != i {
				i = j
			} else {
				i++
			}
		default:
			i++
		}
	}
	return i
}
