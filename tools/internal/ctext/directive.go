package ctext

import "bytes"

// Directive is what a line asks of the preprocessor.
type Directive uint8

// The directives that something here is done about. Other is any other line.
const (
	Other Directive = iota
	Include
	IncludeNext
	Import
	Embed
	Define
	Undef
	If
	Ifdef
	Ifndef
	Elif
	Elifdef
	Elifndef
	Else
	Endif
)

// ReadDirective reads the name of the directive that may begin at s[i], a # or
// the % of a %:. It returns the index after the name, and the worst end that a
// comment before it has.
func ReadDirective(s []byte, i int) (Directive, int, End) {
	if s[i] == '%' {
		if i = SkipSplices(s, i+1); i >= len(s) || s[i] != ':' {
			return Other, i, Closed
		}
	}
	i, end := SkipSpace(s, i+1)
	var buf [16]byte
	name := buf[:0]
	for len(name) < len(buf) && i < len(s) {
		c := s[i]
		if c == '\\' {
			j := Splice(s, i)
			if j == i {
				break
			}
			i = j
			continue
		}
		if c != '_' && (c < 'a' || c > 'z') {
			break
		}
		name = append(name, c)
		i++
	}
	return named(name), i, end
}

func named(name []byte) Directive {
	switch string(name) {
	case "include":
		return Include
	case "include_next":
		return IncludeNext
	case "import":
		return Import
	case "embed":
		return Embed
	case "define":
		return Define
	case "undef":
		return Undef
	case "if":
		return If
	case "ifdef":
		return Ifdef
	case "ifndef":
		return Ifndef
	case "elif":
		return Elif
	case "elifdef":
		return Elifdef
	case "elifndef":
		return Elifndef
	case "else":
		return Else
	case "endif":
		return Endif
	}
	return Other
}

// AppendLine appends to dst the text of the rest of the logical line from s[i]
// on: without splices, and with one space for each comment. With header, what
// is in angles at its beginning has no comments. It returns the index of the
// next line, and the worst end that a comment has.
func AppendLine(dst, s []byte, i int, header bool) ([]byte, int, End) {
	worst := Closed
	if header {
		i, worst = SkipSpace(s, i)
		if i < len(s) && s[i] == '<' {
			if j := bytes.IndexAny(s[i:], ">\n"); j > 0 && s[i+j] == '>' {
				dst = appendSpliced(dst, s[i:i+j+1])
				i += j + 1
			}
		}
	}
	for i < len(s) {
		from := i
		for i < len(s) && !inLine[s[i]] {
			i++
		}
		dst = append(dst, s[from:i]...)
		if i >= len(s) {
			break
		}
		switch c := s[i]; c {
		case '\n':
			return bytes.TrimSuffix(dst, []byte{'\r'}), i + 1, worst
		case '\\':
			if j := Splice(s, i); j != i {
				i = j
				continue
			}
		case '"', '\'':
			end, _ := QuoteEnd(s, i)
			dst = appendSpliced(dst, s[i:end])
			i = end
			continue
		case '/':
			if kind, body := OpensComment(s, i); kind != 0 {
				var end End
				i, end = CommentEnd(s, kind, body)
				worst = max(worst, end)
				dst = append(dst, ' ')
				continue
			}
		}
		dst = append(dst, s[i])
		i++
	}
	return dst, i, worst
}

// appendSpliced appends s without its splices.
func appendSpliced(dst, s []byte) []byte {
	for {
		i := bytes.IndexByte(s, '\\')
		if i < 0 {
			return append(dst, s...)
		}
		dst = append(dst, s[:i]...)
		j := Splice(s, i)
		if j == i {
			dst = append(dst, '\\')
			j++
		}
		s = s[j:]
	}
}
