package capi

import (
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/ctext"
)

// A scope is what stands between the braces that are open.
type scope uint8

const (
	file    scope = iota // the file, and extern "C"
	members              // a struct's
	values               // an enum's
	body                 // a function's
)

// maxFrames is how many braces may be open for further ones to be looked into.
const maxFrames = 64

// frame is a scope that is read, and the declaration in it that has begun.
type frame struct {
	scope scope
	// decl is the index of what the scope belongs to, -1 for none that is kept.
	decl int32
	// deep is how many frames are around it, nest how many braces are open in a
	// body.
	deep, nest int32
	// sum is that of what was read in it.
	sum uint64
	// cond is the sum of the conditions where it began.
	cond uint64
	p    pending
	// up is the frame around it, as it was when this one began. It is not changed.
	up *frame
}

// pending is a declaration that has begun.
type pending struct {
	sum, rest uint64
	cond      uint64
	// count is how many tokens it has, words how many of its type and name.
	count, words int32
	// nest is how many parentheses and the like are open.
	nest int32
	// name is the last name outside of them, typed says that a type stands before
	// it; prev is the word right before this token.
	name, prev string
	typed      bool
	// function is what may be a function's name, call a macro's, pointer that of a
	// pointer to a function; inPointer says that its parentheses are open.
	function, call, pointer string
	opened, inPointer       bool
	// spec is the sum of what stands before the first declarator, which all of them
	// share; fixed says that the declarator has begun, paren is the sum before a
	// parenthesis that may begin it.
	// further says that there was one before it.
	spec, paren    uint64
	fixed, further bool
	// single is the one word in parentheses, wrapped it when they are closed.
	single, wrapped string
	// isCall says that it began as a macro's call, whole that this is all there is.
	isCall, whole bool
	// tag is the struct's, union's or enum's that it names, of is which of these.
	of, tag string
	// defined is one more than the index of the one that it defines.
	defined int32
	// first are its first tokens, for what has no name.
	first                       string
	isTypedef, isExtern, valued bool
}

// token reads a token of C, whose sum is s.
func (r *reader) token(t string, kind ctext.Kind, s uint64) {
	if r.cur.scope == body {
		r.inBody(t, kind, s)
		return
	}
	p := &r.cur.p
	if kind == ctext.Punct && p.nest == 0 {
		switch t[0] {
		case ';':
			r.end()
			return
		case '}':
			if r.cur.up != nil {
				r.end()
				r.close()
			}
			return
		case '{':
			if r.open() {
				return
			}
		case ',':
			r.comma(s)
			return
		}
	}
	if p.count == 0 {
		p.cond = r.cond
	}
	p.count++
	if n := len(p.first); n < maxFirst {
		if n > 0 && ctext.Word[t[0]] && ctext.Word[p.first[n-1]] {
			p.first += " "
		}
		p.first += t
	}
	c := ordinary
	if kind == ctext.Name {
		c = classes[t]
	}
	before := p.sum
	if c == storage || c == extern {
		p.rest = mix(p.rest, s)
	} else {
		p.sum = mix(p.sum, s)
	}
	opened := p.opened
	p.opened, p.whole = false, false
	switch {
	case kind == ctext.Name:
		p.single = ""
		if opened && p.nest == 1 && c == ordinary {
			p.single = t
		}
		p.word(t, c, before)
		return
	case kind == ctext.Punct:
		p.declarator(t[0], opened, before)
		p.punct(t[0], opened)
	}
	p.prev, p.single = "", ""
}

// maxFirst is how many bytes of what has no name are kept to tell of it, about.
const maxFirst = 40

// word reads a word of a declaration; before is the sum before it.
func (p *pending) word(t string, c class, before uint64) {
	p.prev = t
	switch {
	case p.inPointer && p.nest == 1 && c == ordinary:
		p.pointer = t
		return
	case p.nest > 0 || p.valued:
		return
	}
	switch c {
	case typedef:
		p.isTypedef = true
	case extern:
		p.isExtern = true
	case tag:
		p.of, p.tag, p.name = t, "", ""
	case basic:
		p.words++
	case ordinary:
		switch {
		case p.of != "" && p.tag == "" && p.defined == 0:
			p.tag = t
		case reserved(t) && (p.name != "" && p.typed || p.defined > 0 && !p.isTypedef):
			// An attribute that is not known here.
		default:
			p.name, p.typed = t, p.words > 0
			if p.typed && !p.fixed {
				p.spec = before
			}
		}
		p.words++
	}
}

// punct reads an operator; opened says that it stands right behind the first
// parenthesis.
func (p *pending) punct(c byte, opened bool) {
	switch c {
	case '(', '[', '{':
		if c == '(' && p.nest == 0 && !p.valued {
			p.parenthesis()
		} else if c == '(' && p.nest == 1 && p.inPointer && p.prev != "" && p.function == "" && p.prev == p.pointer {
			// A function that returns a pointer to one.
			p.function, p.pointer = p.prev, ""
		}
		p.nest++
	case ')', ']', '}':
		if p.nest--; p.nest <= 0 {
			p.nest, p.inPointer = 0, false
			p.wrapped, p.whole = p.single, p.isCall
		}
	case '*', '^':
		if opened && p.nest == 1 && p.pointer == "" {
			p.inPointer = true
			if p.function != "" && p.function == p.call {
				p.function = ""
			}
			p.call = ""
		}
	case '=':
		p.valued = p.valued || p.nest == 0
	}
}

// parenthesis reads one that opens outside of all others. What stands before it is
// a function's name if it has a type before itself, and is no attribute.
func (p *pending) parenthesis() {
	p.opened = true
	if p.prev == "" {
		if p.wrapped != "" && (p.isTypedef || p.isExtern || p.words > 1 || p.name == "") {
			p.function, p.call = p.wrapped, p.wrapped
		}
		return
	}
	p.isCall = p.count == 2 && (!reserved(p.prev) || strings.ToLower(p.prev) != p.prev)
	switch classes[p.prev] {
	case attribute, qualifier, storage, extern, basic, tag:
		return
	}
	typed := p.typed && p.prev == p.name || p.words > 1
	if p.call == "" || p.function == "" {
		p.call = p.prev
	}
	switch {
	case !typed:
	case p.function == "", reserved(p.function) && !reserved(p.prev):
		p.function, p.call = p.prev, p.prev
	}
}

// inBody reads a token of a function's body.
func (r *reader) inBody(t string, kind ctext.Kind, s uint64) {
	f := &r.cur
	if kind == ctext.Punct {
		switch t[0] {
		case '{':
			f.nest++
		case '}':
			if f.nest == 0 {
				r.close()
				r.cur.p = pending{}
				return
			}
			f.nest--
		}
	}
	f.sum = mix(f.sum, s)
}
