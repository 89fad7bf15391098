// Package capi reads what a header gives to those who include it: macros,
// functions, structs and the like.
//
// It reads C text as package ctext does, by tokens: comments and white space are
// nothing. All branches of an #if are followed, each from the state in which the
// #if found the text, but for those of #if 0, and for assembler, which has no
// declarations. What is declared by a macro's call is known by that call alone.
//
// Of a declaration its name and sums of its tokens are kept, never the text.
// Nothing here fails or recurs: what is not C has odd declarations, or none. Time
// is linear in the text.
package capi

import (
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/ctext"
)

// Kind is what a declaration declares.
type Kind uint8

const (
	// Macro is a #define, Undef an #undef; Guard is the macro by which a header is
	// read once.
	Macro Kind = iota
	Undef
	Guard
	// Include is an #include; its name has the quotes or angles.
	Include
	// Function is a prototype, Inline a function with its body.
	Function
	Inline
	// Struct and Union are definitions with members, Enum is one with enumerators.
	Struct
	Union
	Enum
	Typedef
	Variable
	// Forward is a struct, union or enum that is only named.
	Forward
	// Other is anything else: a macro's call, another directive.
	Other
)

// Decl is a declaration.
type Decl struct {
	Kind Kind
	// Name is that of what is declared. That of an enum without one is its first
	// enumerator, that of a struct without one what it declares, or "".
	Name string
	// Sum is that of the tokens that a caller is concerned with, Rest that of the
	// others, by which it is said how a function is stored; Body is that of an inline
	// function's body.
	Sum, Rest, Body uint64
	// Cond is the sum of the conditions it stands under, 0 where there are none.
	Cond uint64
	// Members are the sums of a struct's members, or of an enum's enumerators.
	Members []uint64
}

// Header is what a file has.
type Header struct {
	// Tokens is the sum of all tokens in their order.
	Tokens uint64
	Decls  []Decl
	// More says that there are more declarations than were asked for.
	More bool
}

// Options say how a file is read.
type Options struct {
	// Max is how many declarations and members are kept at most; 0 is any number.
	Max int
	// Assembler says that only directives are C: the file is assembler, or a
	// script of the linker.
	Assembler bool
}

// Read reads a file. Sums can be compared with those of the same process alone.
func Read(src []byte, o Options) Header {
	r := reader{src: ctext.Newlines(src), left: o.Max, asm: o.Assembler}
	if o.Max == 0 {
		r.left = -1
	}
	r.run()
	return r.h
}

type reader struct {
	src  []byte
	line []byte // a logical line
	h    Header
	left int // how many declarations and members may be kept; negative is any number
	asm  bool

	cur frame
	// all is the sum of all tokens so far, glue the operator that it ends with.
	all  uint64
	glue byte

	branches []branch
	// deep is how many #if are open besides those of branches.
	deep int
	// cond is the sum of the open conditions, as how what stands under them is read.
	cond uint64
	as   reading
	// guard is what a first #ifndef asks for, until the next line is read; text
	// says that there was something before.
	guard string
	text  bool
}

func (r *reader) run() {
	src := r.src
	i := 0
	if len(src) >= len(ctext.Mark) && string(src[:len(ctext.Mark)]) == string(ctext.Mark) {
		i = len(ctext.Mark)
	}
	for i < len(src) {
		// At the start of a logical line.
		if !ctext.Word[src[i]] && src[i] != '#' {
			i, _ = ctext.SkipSpace(src, i)
		}
		switch {
		case i >= len(src):
		case src[i] == '\n':
			i++
		case src[i] == '#' || src[i] == '%' && isHash(src, i):
			i = r.directive(i)
		default:
			r.line, i, _ = ctext.AppendLine(r.line[:0], src, i, false)
			r.tokens(string(r.line))
		}
	}
	r.end()
	for r.cur.up != nil {
		r.close()
		r.end()
	}
	r.h.Tokens = r.all
}

// isHash says whether the percent sign at s[i] begins a directive, as %: does.
func isHash(s []byte, i int) bool {
	i = ctext.SkipSplices(s, i+1)
	return i < len(s) && s[i] == ':'
}

// tokens reads a line that is no directive.
func (r *reader) tokens(line string) {
	r.guard = ""
	for first := true; line != ""; {
		t, kind := ctext.Token(line)
		line = line[len(t):]
		if kind == ctext.Space {
			r.glue = 0
			continue
		}
		if first && kind == ctext.Name && r.cur.p.whole && r.cur.scope == file {
			// Behind a macro's call no semicolon is needed.
			r.end()
		}
		r.text, first = true, false
		s := r.count(t, kind)
		if r.as == asC && !r.asm {
			r.token(t, kind, s)
		}
	}
	r.glue = 0
}

// count adds a token to the sum of all, and returns its own: that of an operator of
// one byte tells whether it goes on the one before it.
func (r *reader) count(t string, kind ctext.Kind) uint64 {
	s := sum(t)
	if kind == ctext.Punct && len(t) == 1 {
		if r.glue != 0 && pairs[r.glue][t[0]] {
			s++
		}
		r.glue = t[0]
	} else {
		r.glue = 0
	}
	r.all = mix(r.all, s)
	return s
}

// keep adds a declaration, if there is room, and returns its index, or -1.
func (r *reader) keep(d Decl) int32 {
	if !r.room() {
		return -1
	}
	d.Name = short(d.Name)
	r.h.Decls = append(r.h.Decls, d)
	return int32(len(r.h.Decls) - 1)
}

// maxName is how long a name is kept, in bytes.
const maxName = 255

// short returns a name that holds on to no line.
func short(name string) string {
	if len(name) > maxName {
		name = name[:maxName]
	}
	return strings.Clone(name)
}

// room says whether one thing more may be kept, and takes its place.
func (r *reader) room() bool {
	if r.left == 0 {
		r.h.More = true
		return false
	}
	r.left--
	return true
}

// Kept is how many declarations and members there are.
func (h *Header) Kept() int {
	n := len(h.Decls)
	for i := range h.Decls {
		n += len(h.Decls[i].Members)
	}
	return n
}
