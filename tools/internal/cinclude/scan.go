// Package cinclude finds the #include directives of C and assembler sources,
// and the conditions that they stand under, without preprocessing anything.
//
// It joins physical lines at a backslash-newline and tells comments, strings
// and character constants apart as GNU C's preprocessor does. A string or
// constant that is open at the end of its line ends there, as in text that only
// the assembler reads. Nothing it is given is an error: what is not C has no
// directives, or odd ones.
package cinclude

import "bytes"

// Kind says how a header is named.
type Kind uint8

const (
	// Angled is <name>.
	Angled Kind = iota
	// Quoted is "name": looked for beside the includer first.
	Quoted
	// Computed is a name that macros make; Include.Name is their text.
	Computed
)

// Include is one #include, #include_next or #import, or a __has_include in an
// #if.
type Include struct {
	Name string
	Kind Kind
	// Test says that it is a __has_include: the header may be missing.
	Test bool
	// Next says that it is an #include_next or a __has_include_next: looked
	// for behind the directory that the includer is found in.
	Next bool
	// Line counts from 1.
	Line int
	// Cond is an index into Result.Conds: the branch it stands in, or -1.
	Cond int
}

// Cond is one branch of an #if … #endif.
type Cond struct {
	// Parent is the branch around the #if, Prev the branch of the same #if
	// before this one; -1 where there is none.
	Parent, Prev int
	// Expr is the expression; that of #ifdef X is "defined(X)", of #ifndef X
	// "!defined(X)", of #else "1".
	Expr string
}

// Define is a #define of a macro.
type Define struct {
	Name string
	// Func says that it takes arguments, Params their names; "..." is one.
	Func   bool
	Params []string
	// Body is the replacement on one line without comments.
	Body string
}

// Result is what one file has. Scan uses its slices again.
type Result struct {
	Includes []Include
	Conds    []Cond
	Defines  []Define
	// Open says that a comment is open at the end of the file: whatever
	// follows its beginning was not looked at.
	Open bool
}

// Options say what to read besides the includes.
type Options struct {
	// Macros has the names of the macros whose definitions are wanted.
	Macros map[string]bool
	// Conds asks for the branches; without it every Include.Cond is -1.
	Conds bool
}

// Scan reads a file's directives into r. Time is linear in len(src). Lines end
// as they do for gcc: at a newline, or at a carriage return with or without one.
func Scan(src []byte, o Options, r *Result) {
	*r = Result{r.Includes[:0], r.Conds[:0], r.Defines[:0], false}
	s := scanner{Options: o, src: newlines(src), line: 1, cond: -1, r: r}
	s.run()
}

// newlines returns src with a newline in place of each carriage return that has
// none behind it. src itself is not changed.
func newlines(src []byte) []byte {
	out := src
	for i := 0; i < len(src); i++ {
		j := bytes.IndexByte(src[i:], '\r')
		if j < 0 {
			break
		}
		if i += j; i+1 < len(src) && src[i+1] == '\n' {
			continue
		}
		if &out[0] == &src[0] {
			out = bytes.Clone(src)
		}
		out[i] = '\n'
	}
	return out
}

type scanner struct {
	Options
	src  []byte
	line int // the number of the line that src[at] is on
	at   int
	cond int // the branch we are in, or -1
	r    *Result
	text []byte // of the directive, on one line
}

var blank = [256]bool{' ': true, '\t': true, '\v': true, '\f': true, '\r': true}

// stop has the bytes at which a line that is no directive may need care.
var stop = [256]bool{'\n': true, '"': true, '\'': true, '/': true}

func (s *scanner) run() {
	src := s.src
	i := 0
	if bytes.HasPrefix(src, []byte("\xef\xbb\xbf")) {
		i = 3
	}
	for i < len(src) {
		// At the start of a logical line.
		i = s.blanks(i)
		if i < len(src) && (src[i] == '#' || src[i] == '%' && i+1 < len(src) && src[i+1] == ':') {
			if src[i] == '%' {
				i++
			}
			i = s.directive(i + 1)
			continue
		}
		i = s.restOfLine(i)
	}
}

// blanks skips white space, comments and splices, but no newline.
func (s *scanner) blanks(i int) int {
	src := s.src
	for i < len(src) {
		switch c := src[i]; {
		case blank[c]:
			i++
		case c == '\\':
			j := splice(src, i)
			if j == i {
				return i
			}
			i = j
		case c == '/':
			j := s.comment(i)
			if j == i {
				return i
			}
			i = j
		default:
			return i
		}
	}
	return i
}

// restOfLine skips to the start of the next logical line.
func (s *scanner) restOfLine(i int) int {
	src := s.src
	for {
		for i < len(src) && !stop[src[i]] {
			i++
		}
		if i >= len(src) {
			return i
		}
		switch src[i] {
		case '\n':
			if !spliced(src, i) {
				return i + 1
			}
			i++
		case '/':
			if j := s.comment(i); j != i {
				i = j
			} else {
				i++
			}
		default:
			i = quoteEnd(src, i)
		}
	}
}

// comment returns the index after the comment that opens at i, or i. A //
// comment ends before its newline.
func (s *scanner) comment(i int) int {
	src := s.src
	j := skipSplices(src, i+1)
	if j >= len(src) {
		return i
	}
	switch src[j] {
	case '/':
		for j < len(src) {
			k := bytes.IndexByte(src[j:], '\n')
			if k < 0 {
				return len(src)
			}
			if j += k; !spliced(src, j) {
				return j
			}
			j++
		}
		return j
	case '*':
		for j++; j < len(src); {
			k := bytes.IndexByte(src[j:], '*')
			if k < 0 {
				break
			}
			j = skipSplices(src, j+k+1)
			if j < len(src) && src[j] == '/' {
				return j + 1
			}
		}
		s.r.Open = true
		return len(src)
	}
	return i
}

// quoteEnd returns the index after the string or character constant at i, or
// that of the newline at which it is still open.
func quoteEnd(src []byte, i int) int {
	q := src[i]
	for i++; i < len(src); i++ {
		switch src[i] {
		case q:
			return i + 1
		case '\\':
			if j := splice(src, i); j != i {
				i = j - 1
			} else if i+1 < len(src) && src[i+1] != '\n' {
				i++
			}
		case '\n':
			return i
		}
	}
	return i
}

// splice returns the index after the line splice at src[i], a backslash, or i.
func splice(src []byte, i int) int {
	for j := i + 1; j < len(src); j++ {
		if src[j] == '\n' {
			return j + 1
		}
		if !blank[src[j]] {
			break
		}
	}
	return i
}

func skipSplices(src []byte, i int) int {
	for i < len(src) && src[i] == '\\' {
		j := splice(src, i)
		if j == i {
			break
		}
		i = j
	}
	return i
}

// spliced tells whether the newline at i is part of a splice.
func spliced(src []byte, i int) bool {
	for i--; i >= 0 && blank[src[i]]; i-- {
	}
	return i >= 0 && src[i] == '\\'
}
