package ctext

import "bytes"

// End says how a comment ends.
type End uint8

const (
	// Closed is an end that every compiler sees.
	Closed End = iota
	// Disputed is one that some compilers do not see: a star, more than one
	// line splice, a slash.
	Disputed
	// Open is none: the file ends in the comment.
	Open
)

// OpensComment tells whether the slash at s[i] opens a comment. It returns the
// byte that says which kind, '*' or '/', or 0, and the index after that byte.
func OpensComment(s []byte, i int) (kind byte, body int) {
	if i+1 >= len(s) || s[i+1] != '*' && s[i+1] != '/' && s[i+1] != '\\' {
		return 0, i
	}
	j := SkipSplices(s, i+1)
	if j < len(s) && (s[j] == '*' || s[j] == '/') {
		return s[j], j + 1
	}
	return 0, i
}

// CommentEnd returns the index after the comment of the given kind whose text
// begins at body; len(s) if it is Open. The newline after a // comment is not
// part of it.
func CommentEnd(s []byte, kind byte, body int) (int, End) {
	if kind == '/' {
		return lineCommentEnd(s, body), Closed
	}
	for i := body; ; i++ {
		j := bytes.IndexByte(s[i:], '/')
		if j < 0 {
			return len(s), Open
		}
		if i += j; i == body {
			continue
		}
		if s[i-1] == '*' {
			return i + 1, Closed
		}
		if s[i-1] != '\n' {
			continue
		}
		star := BeforeSplice(s, body, i)
		once := star
		for k := i; star != k; star = BeforeSplice(s, body, k) {
			k = star
		}
		if star < i && star > body && s[star-1] == '*' {
			if star != once {
				return i + 1, Disputed
			}
			return i + 1, Closed
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
		if BeforeSplice(s, i, j+1) == j+1 {
			if j > i && s[j-1] == '\r' {
				j--
			}
			return j
		}
		i = j + 1
	}
}

// QuoteEnd returns the index after the string or character constant that opens
// at s[i]. One that is not closed ends before the newline; closed is false if
// it is open where the file ends.
func QuoteEnd(s []byte, i int) (end int, closed bool) {
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
			if j := Splice(s, i); j != i {
				i = j
				continue
			}
			// The byte after the backslash, which may be on a line further down.
			if i = SkipSplices(s, i+1); !AtNewline(s, i) {
				i++
			}
		default:
			i++
		}
	}
	return len(s), false
}

// OpensRaw says whether the double quote at s[i] may open a raw string: R, LR,
// uR, UR or u8R stand right before it. It may say so wrongly.
func OpensRaw(s []byte, i int) bool {
	for j := BeforeSplice(s, 0, i); j != i; j = BeforeSplice(s, 0, i) {
		i = j
	}
	if i == 0 || s[i-1] != 'R' {
		return false
	}
	s = s[:i-1]
	for _, prefix := range []string{"", "L", "u", "U", "u8"} {
		if rest, ok := bytes.CutSuffix(s, []byte(prefix)); ok && (len(rest) == 0 || !Word[rest[len(rest)-1]]) {
			return true
		}
	}
	return false
}

// Separates says whether the single quote at s[i] may be within a number, as
// C23 has it: 1'000.
func Separates(s []byte, i int) bool {
	if next := SkipSplices(s, i+1); next >= len(s) || !Word[s[next]] {
		return false
	}
	var first byte // of the word or number that ends here
	for i > 0 {
		if j := BeforeSplice(s, 0, i); j != i {
			i = j
			continue
		}
		c := s[i-1]
		if !Word[c] && c != '.' {
			break
		}
		if c != '.' {
			first = c
		}
		i--
	}
	return first >= '0' && first <= '9'
}
