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

var (
	makeRef  = regexp.MustCompile(`^\$(?:\(([A-Za-z0-9_.@-]+)\)|\{([A-Za-z0-9_.@-]+)\}|([A-Za-z_@<^*?]))`)
	shellRef = regexp.MustCompile(`^\$(?:\{([A-Za-z_][A-Za-z0-9_]*)\}|([A-Za-z_][A-Za-z0-9_]*)|([@*?]))`)
)

// reference returns what a word has for the reference to a variable that the text
// begins with, the variable's name, and how long it is in the text; 0 if there is
// none. What make leaves to the shell has two dollars.
func (s *scan) reference(text string) (ref, name string, n int) {
	re, mark := makeRef, ""
	if s.kind == Script {
		re, mark = shellRef, shellOwn
	} else if strings.HasPrefix(text, "$$") {
		text, n = text[1:], 1
		re, mark = shellRef, shellOwn
	}
	m := re.FindStringSubmatch(text)
	if m == nil {
		return "", "", 0
	}
	name = m[1] + m[2] + m[3]
	if isFixed(name) {
		mark = ""
	}
	return "$(" + mark + name + ")", name, n + len(m[0])
}

// function is what comes before the arguments of one of make's.
var function = regexp.MustCompile(`^\$[({][a-z]+[ \t]`)

func wordByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c >= 0x80 || strings.IndexByte("/._-+%*~@", c) >= 0
}

// words parts a text into what may name files. A reference to a variable is
// part of a word, in the form $(NAME), or $($NAME) for one of the shell; a
// function's arguments are words of their own.
func (s *scan) words(text string) []string {
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
			if ref, name, n := s.reference(text[i:]); n > 0 {
				// A top begins a word whatever is before it, as in -f$(srctree)/x.
				if isTop(name) {
					flush()
				}
				w.WriteString(ref)
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
func (s *scan) expand(word string, depth int) []string {
	loc := inWord.FindStringSubmatchIndex(word)
	if loc == nil {
		return []string{word}
	}
	values := s.values(word[loc[2]:loc[3]])
	if len(values) == 0 || depth > maxDepth {
		values = []string{"*"}
	}
	var out []string
	for _, v := range values {
		for _, e := range s.expand(v+word[loc[1]:], depth+1) {
			if out = append(out, word[:loc[0]]+e); len(out) == maxExpanded {
				return out
			}
		}
	}
	return out
}
