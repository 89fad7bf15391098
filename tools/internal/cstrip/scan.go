package cstrip

import "bytes"

// blank has the white space that does not end a line.
var blank = [256]bool{' ': true, '\t': true, '\v': true, '\f': true}

// atNewline says whether s ends or a newline (LF or CRLF) begins at i. A CR is
// always followed by LF here, Strip has seen to that.
func atNewline(s []byte, i int) bool {
	return i >= len(s) || s[i] == '\n' || s[i] == '\r'
}

// afterNewline returns the index after the newline at i, or len(s).
func afterNewline(s []byte, i int) int {
	if i < len(s) && s[i] == '\r' {
		i++
	}
	return min(i+1, len(s))
}

// splice returns the index after the line splice at s[i], a backslash, or i if
// the backslash does not join two lines.
func splice(s []byte, i int) int {
	for j := i + 1; j < len(s); j++ {
		switch {
		case s[j] == '\n':
			return j + 1
		case s[j] != '\r' && !blank[s[j]]:
			return i
		}
	}
	return i
}

// skipSplices returns the index of the first byte from i on that is not part of
// a line splice.
func skipSplices(s []byte, i int) int {
	for i < len(s) && s[i] == '\\' {
		j := splice(s, i)
		if j == i {
			break
		}
		i = j
	}
	return i
}

// beforeSplice returns the index after the last byte that stands before the
// line splice that ends at i, but not before low, or i if there is no splice.
func beforeSplice(s []byte, low, i int) int {
	j := i - 1
	if j < low || s[j] != '\n' {
		return i
	}
	if j--; j >= low && s[j] == '\r' {
		j--
	}
	for j >= low && blank[s[j]] {
		j--
	}
	if j < low || s[j] != '\\' {
		return i
	}
	return j
}

// opensComment tells whether the slash at s[i] opens a comment. It returns the
// byte that says which kind, '*' or '/', or 0, and the index after that byte.
func opensComment(s []byte, i int) (kind byte, body int) {
	if i+1 >= len(s) || s[i+1] != '*' && s[i+1] != '/' && s[i+1] != '\\' {
		return 0, i
	}
	j := skipSplices(s, i+1)
	if j < len(s) && (s[j] == '*' || s[j] == '/') {
		return s[j], j + 1
	}
	return 0, i
}

const (
	noEnd  = -1 // the comment is open at the end of the file
	badEnd = -2 // compilers do not agree where the comment ends
)

// commentEnd returns the index after the comment of the given kind whose text
// begins at body, or noEnd or badEnd. The newline after a // comment is not
// part of it.
func commentEnd(s []byte, kind byte, body int) int {
	if kind == '/' {
		return lineCommentEnd(s, body)
	}
	for i := body; ; i++ {
		j := bytes.IndexByte(s[i:], '/')
		if j < 0 {
			return noEnd
		}
		if i += j; i == body {
			continue
		}
		if s[i-1] == '*' {
			return i + 1
		}
		if s[i-1] != '\n' {
			continue
		}
		// A star, line splices, this slash. Not all clangs know more than one.
		star := beforeSplice(s, body, i)
		once := star
		for k := i; star != k; star = beforeSplice(s, body, k) {
			k = star
		}
		if star < i && star > body && s[star-1] == '*' {
			if star != once {
				return badEnd
			}
			return i + 1
		}
	}
}

// lineCommentEnd returns the index of the newline that ends the // comment
// whose text begins at i, or len(s).
func lineCommentEnd(s []byte, i int) int {
	for {
		j := bytes.IndexByte(s[i:], '\n')
		if j < 0 {
			return len(s)
		}
		j += i
		if beforeSplice(s, i, j+1) == j+1 {
			if j > i && s[j-1] == '\r' {
				j--
			}
			return j
		}
		i = j + 1
	}
}

// quoteEnd returns the index after the string or character constant that opens
// at s[i]. One that is not closed ends before the newline; ok is false if it
// is open where the file ends.
func quoteEnd(s []byte, i int) (end int, ok bool) {
	quote := s[i]
	for i++; i < len(s); {
		switch c := s[i]; {
		case c == quote:
			return i + 1, true
		case c == '\n':
			if s[i-1] == '\r' {
				i--
			}
			return i, true
		case c == '\\':
			if j := splice(s, i); j != i {
				i = j
				continue
			}
			// The byte after the backslash, which may be on a line further down.
			if i = skipSplices(s, i+1); !atNewline(s, i) {
				i++
			}
		default:
			i++
		}
	}
	return len(s), false
}

// opensRaw says whether the double quote at s[i] may open a raw string: R, LR,
// uR, UR or u8R stand right before it. It may say so wrongly.
func opensRaw(s []byte, i int) bool {
	for j := beforeSplice(s, 0, i); j != i; j = beforeSplice(s, 0, i) {
		i = j
	}
	if i == 0 || s[i-1] != 'R' {
		return false
	}
	s = s[:i-1]
	for _, prefix := range []string{"", "L", "u", "U", "u8"} {
		if rest, ok := bytes.CutSuffix(s, []byte(prefix)); ok && (len(rest) == 0 || !wordByte(rest[len(rest)-1])) {
			return true
		}
	}
	return false
}

// separates says whether the single quote at s[i] may be within a number, as
// C23 has it: 1'000.
func separates(s []byte, i int) bool {
	if next := skipSplices(s, i+1); next >= len(s) || !wordByte(s[next]) {
		return false
	}
	var first byte // of the word or number that ends here
	for i > 0 {
		if j := beforeSplice(s, 0, i); j != i {
			i = j
			continue
		}
		c := s[i-1]
		if !wordByte(c) && c != '.' {
			break
		}
		if c != '.' {
			first = c
		}
		i--
	}
	return first >= '0' && first <= '9'
}

// wordByte says whether c can be part of an identifier or number.
func wordByte(c byte) bool {
	return c == '_' || c == '$' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}
