// Package ctext reads the bytes of C and of assembler that the preprocessor
// reads: where lines, comments, strings, directives and tokens begin and end.
//
// It does so as GNU C's preprocessor does (gnu11, trigraphs off): physical lines
// are joined at a backslash-newline, with blanks between the two or without. A
// quote that is not closed ends with its line, as in text that only the
// assembler reads. Indexes are into the bytes as they are in the file. A
// carriage return has to stand before a newline; Newlines sees to that.
//
// Nothing here fails, keeps more than what it is given, or recurs. Reading on
// from where one function ended takes time linear in the text.
package ctext

import "bytes"

// Mark is the byte order mark of UTF-8, which may come first in a file.
var Mark = []byte("\xef\xbb\xbf")

// Blank has the white space that does not end a line.
var Blank = [256]bool{' ': true, '\t': true, '\v': true, '\f': true}

// Word has what can be part of an identifier or number.
var Word = func() (t [256]bool) {
	for c := range t {
		t[c] = c == '_' || c == '$' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
	}
	return t
}()

// Newlines returns s with a newline in place of each carriage return that has
// none behind it. s itself is not changed.
func Newlines(s []byte) []byte {
	out := s
	for i := 0; i < len(s); i++ {
		j := bytes.IndexByte(s[i:], '\r')
		if j < 0 {
			break
		}
		if i += j; i+1 < len(s) && s[i+1] == '\n' {
			continue
		}
		if &out[0] == &s[0] {
			out = bytes.Clone(s)
		}
		out[i] = '\n'
	}
	return out
}

// AtNewline says whether s ends or a newline (LF or CRLF) begins at i.
func AtNewline(s []byte, i int) bool {
	return i >= len(s) || s[i] == '\n' || s[i] == '\r'
}

// AfterNewline returns the index after the newline at i, or len(s).
func AfterNewline(s []byte, i int) int {
	if i < len(s) && s[i] == '\r' {
		i++
	}
	return min(i+1, len(s))
}

// Splice returns the index after the line splice at s[i], a backslash, or i if
// the backslash does not join two lines.
func Splice(s []byte, i int) int {
	for j := i + 1; j < len(s); j++ {
		switch {
		case s[j] == '\n':
			return j + 1
		case s[j] != '\r' && !Blank[s[j]]:
			return i
		}
	}
	return i
}

// SkipSplices returns the index of the first byte from i on that is not part of
// a line splice.
func SkipSplices(s []byte, i int) int {
	for i < len(s) && s[i] == '\\' {
		j := Splice(s, i)
		if j == i {
			break
		}
		i = j
	}
	return i
}

// BeforeSplice returns the index after the last byte that stands before the
// line splice that ends at i, but not before low, or i if there is no splice.
func BeforeSplice(s []byte, low, i int) int {
	j := i - 1
	if j < low || s[j] != '\n' {
		return i
	}
	if j--; j >= low && s[j] == '\r' {
		j--
	}
	for j >= low && Blank[s[j]] {
		j--
	}
	if j < low || s[j] != '\\' {
		return i
	}
	return j
}

// SkipSpace returns the index after the blanks, comments and splices at i, and
// the worst end that a comment among them has.
func SkipSpace(s []byte, i int) (int, End) {
	worst := Closed
	for i < len(s) {
		switch c := s[i]; {
		case Blank[c]:
			i++
		case c == '/':
			kind, body := OpensComment(s, i)
			if kind == 0 {
				return i, worst
			}
			var end End
			i, end = CommentEnd(s, kind, body)
			worst = max(worst, end)
		case c == '\\':
			j := Splice(s, i)
			if i == j {
				return i, worst
			}
			i = j
		default:
			return i, worst
		}
	}
	return i, worst
}

// inLine has the bytes that matter when looking for the end of a line.
var inLine = [256]bool{'\n': true, '"': true, '\'': true, '/': true, '\\': true}

// LineEnd returns the index of the newline (LF) that ends the logical line in
// which i is, or len(s), and the worst end that a comment before it has.
func LineEnd(s []byte, i int) (int, End) {
	worst := Closed
	for {
		for i < len(s) && !inLine[s[i]] {
			i++
		}
		if i >= len(s) {
			return len(s), worst
		}
		switch s[i] {
		case '\n':
			return i, worst
		case '"', '\'':
			i, _ = QuoteEnd(s, i)
		case '/':
			kind, body := OpensComment(s, i)
			if kind == 0 {
				i++
				continue
			}
			var end End
			i, end = CommentEnd(s, kind, body)
			worst = max(worst, end)
		case '\\':
			if j := Splice(s, i); j != i {
				i = j
			} else {
				i++
			}
		}
	}
}
