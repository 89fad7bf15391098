package strip

import (
	"bytes"
	"fmt"
	"regexp"
)

// tokens is what a preprocessor sees of a text.
type tokens struct {
	text  []byte
	spans []span // without comments
	// begins says whether a token is the first of its line, after whether
	// white space or a comment stands before it. A macro's body, a # and what
	// a # in a macro makes a string of depend on them.
	begins, after []bool
	comments      [][]byte
}

// newTokens sorts out what clang found in a text.
func newTokens(text []byte, spans []span) *tokens {
	t := &tokens{text: text, spans: make([]span, 0, len(spans)), begins: make([]bool, 0, len(spans)), after: make([]bool, 0, len(spans))}
	begins, after, at := true, false, 0
	for _, s := range spans {
		end := s.Offset + s.Length
		// Clang counts a splice that stands right before a token as part of it.
		n := leadingSplices(text[s.Offset:end])
		s.Offset, s.Length = s.Offset+n, s.Length-n
		line, white := between(text[at:s.Offset])
		begins, after = begins || line, after || white
		at = int(end)
		if s.Kind == comment {
			t.comments = append(t.comments, text[s.Offset:end])
			after = true
			continue
		}
		t.spans = append(t.spans, s)
		t.begins = append(t.begins, begins)
		t.after = append(t.after, after && !begins)
		begins, after = false, false
	}
	return t
}

// splice is a backslash, the blanks that clang and gcc allow behind it, and a
// newline.
var splice = regexp.MustCompile(`^(?:\\[ \t\v\f\r]*\n)+`)

// leadingSplices returns the length of the splices that a token begins with.
func leadingSplices(token []byte) uint32 {
	if token[0] != '\\' {
		return 0
	}
	return uint32(len(splice.Find(token)))
}

// between looks at what stands between two tokens or comments: white space and
// line splices.
func between(gap []byte) (line, white bool) {
	for i := 0; i < len(gap); i++ {
		switch gap[i] {
		case '\\':
			// A splice: up to its newline nothing counts.
			n := bytes.IndexByte(gap[i:], '\n')
			if n < 0 {
				return line, true
			}
			i += n
		case '\n':
			line, white = true, true
		default:
			white = true
		}
	}
	return line, white
}

func (t *tokens) at(i int) string {
	if i >= len(t.spans) {
		return "the end"
	}
	how := ""
	if t.begins[i] {
		how = ", first of its line"
	} else if t.after[i] {
		how = ", after white space"
	}
	return fmt.Sprintf("%q%s", t.word(i), how)
}

func (t *tokens) word(i int) []byte {
	s := t.spans[i]
	return t.text[s.Offset : s.Offset+s.Length]
}

// same says whether token i of t and token j of o are the same in all that a
// preprocessor sees.
func (t *tokens) same(i int, o *tokens, j int) bool {
	return t.spans[i].Kind == o.spans[j].Kind && t.begins[i] == o.begins[j] && t.after[i] == o.after[j] && bytes.Equal(t.word(i), o.word(j))
}

// difference is one place where two texts have other tokens.
type difference struct {
	// line is where in the first text it begins, was and is what stands there.
	line    int
	was, is string
	// count is how many tokens there are from the first that differs to the
	// last, in the longer text.
	count int
	// white says that only white space came or went: no token is another, none
	// is on another line.
	white bool
}

func (d *difference) String() string {
	what := "tokens differ"
	if d.white {
		what = "tokens from first to last, white space alone differs"
	}
	return fmt.Sprintf("%d %s; the first was %s, is %s", d.count, what, d.was, d.is)
}

// compare returns the difference of two texts, or nil if a preprocessor sees
// the same tokens in both.
func compare(was, is *tokens) *difference {
	m, n := len(was.spans), len(is.spans)
	i := 0
	for i < m && i < n && was.same(i, is, i) {
		i++
	}
	if i == m && i == n {
		return nil
	}
	end := 0
	for end < m-i && end < n-i && was.same(m-1-end, is, n-1-end) {
		end++
	}
	at := len(was.text)
	if i < m {
		at = int(was.spans[i].Offset)
	}
	return &difference{
		line: 1 + bytes.Count(was.text[:at], []byte("\n")), was: was.at(i), is: is.at(i),
		count: max(m, n) - i - end, white: m == n && sameWords(was, is),
	}
}

func sameWords(was, is *tokens) bool {
	for i := range was.spans {
		if was.begins[i] != is.begins[i] || !bytes.Equal(was.word(i), is.word(i)) {
			return false
		}
	}
	return true
}
