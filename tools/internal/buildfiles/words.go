package buildfiles

import (
	"regexp"
	"strings"
)

const (
	// maxExpanded limits what one word may stand for, where variables have
	// several values, maxValues how many of them are noted.
	maxExpanded = 64
	maxValues   = 8
	// maxDepth limits how variables may name each other.
	maxDepth = 6
)

// learn notes what a variable may stand for: a word, or the paths in a text.
func (r *Reader) learn(name, value string) {
	if fixed("")[name] != nil {
		return
	}
	single := len(strings.Fields(value)) == 1
	for _, w := range words(value) {
		if (single || strings.Contains(w, "/")) && len(r.vars[name]) < maxValues && !strings.Contains(w, "$("+name+")") {
			r.vars[name] = append(r.vars[name], w)
		}
	}
}

var refs = regexp.MustCompile(`^\$(?:\(([A-Za-z0-9_.@-]+)\)|\{([A-Za-z0-9_]+)\}|([A-Za-z_][A-Za-z0-9_]*|[@<^*?]))`)

// reference returns the name of the variable that the text begins with a
// reference to, and how long that is.
func reference(text string) (name string, n int) {
	m := refs.FindStringSubmatch(text)
	if m == nil {
		return "", 0
	}
	return m[1] + m[2] + m[3], len(m[0])
}

// function is what comes before the arguments of one of make's.
var function = regexp.MustCompile(`^\$[({][a-z]+[ \t]`)

// isTop tells whether a variable is the top of a tree, at which a word begins
// whatever is before it, as in -f$(srctree)/x.
func isTop(name string) bool {
	v := fixed("")[name]
	return v != nil && v[0] == root
}

func wordByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c >= 0x80 || strings.IndexByte("/._-+%*~@", c) >= 0
}

// words parts a text into what may name files. A reference to a variable is
// part of a word, in the form $(NAME); a function's arguments are words of
// their own.
func words(text string) []string {
	var out []string
	var w strings.Builder
	flush := func() {
		if w.Len() > 0 {
			out = append(out, w.String())
			w.Reset()
		}
	}
	for i := 0; i < len(text); {
		if text[i] == '$' {
			if name, n := reference(text[i:]); n > 0 {
				if isTop(name) {
					flush()
				}
				w.WriteString("$(" + name + ")")
				i += n
				continue
			}
			if f := function.FindString(text[i:]); f != "" {
				flush()
				i += len(f)
				continue
			}
		}
		switch c := text[i]; {
		case c == root[0]:
			flush()
			w.WriteByte(c)
		case wordByte(c):
			w.WriteByte(c)
		default:
			flush()
		}
		i++
	}
	flush()
	return out
}

var inWord = regexp.MustCompile(`\$\(([^()]+)\)`)

// expand puts in what the variables of a word may stand for, a * for one that
// is not known.
func (r *Reader) expand(word string, depth int) []string {
	loc := inWord.FindStringSubmatchIndex(word)
	if loc == nil {
		return []string{word}
	}
	values := r.vars[word[loc[2]:loc[3]]]
	if len(values) == 0 || depth > maxDepth {
		values = []string{"*"}
	}
	var out []string
	for _, v := range values {
		for _, e := range r.expand(v+word[loc[1]:], depth+1) {
			if out = append(out, word[:loc[0]]+e); len(out) == maxExpanded {
				return out
			}
		}
	}
	return out
}
