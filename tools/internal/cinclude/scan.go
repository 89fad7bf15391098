// Package cinclude finds the #include directives of C and assembler sources,
// and the conditions that they stand under, without preprocessing anything.
//
// It reads C text as package ctext does. Nothing it is given is an error: what
// is not C has no directives, or odd ones.
package cinclude

import "github.com/rules-kheaders/rules_kheaders/tools/internal/ctext"

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
	// before this one; -1 where there is none. Both are before this one.
	Parent, Prev int
	// Expr is the expression; that of #ifdef X is "defined(X)", of #ifndef X
	// "!defined(X)", of #else "1".
	Expr string
}

// MaxDepth is how many #if may be open for another one's branches to be among
// Result.Conds. What stands within a deeper one counts as if it did not.
const MaxDepth = 1000

// Define is a #define or #undef of a macro.
type Define struct {
	Name string
	// Text is what stands behind the name, on one line and without comments:
	// a "(" there and then opens the parameters.
	Text string
	// Undef says that it is an #undef.
	Undef bool
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
	// Macros tells of a macro's name whether its definitions are wanted; nil:
	// of none.
	Macros func(name []byte) bool
	// Conds asks for the branches; without it every Include.Cond is -1.
	Conds bool
}

// Scan reads a file's directives into r. Time is linear in len(src). Lines end
// as they do for gcc: at a newline, or at a carriage return with or without one.
func Scan(src []byte, o Options, r *Result) {
	*r = Result{r.Includes[:0], r.Conds[:0], r.Defines[:0], false}
	s := scanner{Options: o, src: ctext.Newlines(src), line: 1, cond: -1, r: r}
	s.run()
}

type scanner struct {
	Options
	src  []byte
	line int // the number of the line that src[at] is on
	at   int
	cond int // the branch we are in, or -1
	// depth is how many #if are open whose branches are in r.Conds, deep how
	// many more.
	depth, deep int
	r           *Result
	text        []byte // of the directive, on one line
}

func (s *scanner) run() {
	src := s.src
	i := 0
	if hasMark(src) {
		i = len(ctext.Mark)
	}
	for i < len(src) {
		// At the start of a logical line.
		if !ctext.Word[src[i]] && src[i] != '#' {
			i = s.saw(ctext.SkipSpace(src, i))
		}
		if i < len(src) && (src[i] == '#' || src[i] == '%') {
			i = s.directive(i)
		} else {
			i = s.skip(i)
		}
	}
}

func hasMark(src []byte) bool {
	return len(src) >= len(ctext.Mark) && string(src[:len(ctext.Mark)]) == string(ctext.Mark)
}

// saw notes how a comment ends and returns i.
func (s *scanner) saw(i int, end ctext.End) int {
	if end == ctext.Open {
		s.r.Open = true
	}
	return i
}

// skip returns the start of the logical line after that of i.
func (s *scanner) skip(i int) int {
	return min(s.saw(ctext.LineEnd(s.src, i))+1, len(s.src))
}

// rest puts the rest of the logical line from i on into s.text, and returns the
// start of the next line.
func (s *scanner) rest(i int, header bool) int {
	var end ctext.End
	s.text, i, end = ctext.AppendLine(s.text[:0], s.src, i, header)
	return s.saw(i, end)
}
