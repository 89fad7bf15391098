package capi

// open begins a scope at a brace. It returns false for one that is part of the
// declaration, as in a value.
func (r *reader) open() bool {
	p := &r.cur.p
	if p.valued || r.cur.deep == maxFrames {
		return false
	}
	inner := frame{decl: -1, deep: r.cur.deep + 1, cond: r.cond}
	inStruct := r.cur.scope == members || r.cur.scope == values
	switch {
	case p.of != "" && p.function == "" && p.defined == 0:
		inner.scope = members
		if p.prev != "" && classes[p.prev] == ordinary {
			p.tag = p.prev // what stands before it is an attribute
		}
		kind := Struct
		if p.of == "enum" {
			inner.scope, kind = values, Enum
		} else if p.of == "union" {
			kind = Union
		}
		if p.tag == "" && r.cur.scope == members && kind != Enum {
			// Its members are those of the one around it.
			inner.decl = r.cur.decl
			break
		}
		inner.decl = r.keep(Decl{Kind: kind, Name: p.tag, Sum: p.sum, Cond: p.cond})
		p.defined = inner.decl + 1
		p.name = ""
	case inStruct:
		return false
	case p.count == 2 && p.isExtern && p.words == 0:
		inner.scope = file
		*p = pending{}
	default:
		inner.scope = body
		if p.function != "" {
			inner.decl = r.keep(Decl{Kind: Inline, Name: p.function, Sum: p.sum, Rest: p.rest, Cond: p.cond})
		} else {
			inner.decl = r.keep(Decl{Kind: Other, Name: p.first, Sum: p.sum, Cond: p.cond})
		}
	}
	around := r.cur
	inner.up = &around
	r.cur = inner
	return true
}

// close ends the scope that is read.
func (r *reader) close() {
	inner := r.cur
	r.cur = *inner.up
	switch {
	case inner.scope == file:
	case inner.scope == body:
		if inner.decl >= 0 {
			r.h.Decls[inner.decl].Body = inner.sum
		}
	default:
		p := &r.cur.p
		if d := p.defined; d > 0 {
			r.h.Decls[d-1].Sum = mix(p.sum, inner.sum)
		}
		if r.cur.scope == members {
			// What is in it is counted by itself.
			r.cur.sum = mix(r.cur.sum, inner.sum)
		} else {
			p.sum = mix(p.sum, inner.sum)
		}
		// Unless a declarator follows, none is declared.
		p.name, p.words, p.tag = "", 1, ""
		p.prev = ""
	}
}

// comma is one between declarators or enumerators.
func (r *reader) comma(s uint64) {
	f := &r.cur
	switch p := &f.p; {
	case f.scope == values || f.scope == members:
		sep := *p
		r.end()
		if f.scope == members {
			// What follows has the same type.
			f.p = pending{count: 1, words: 1, cond: sep.cond, sum: sep.spec, rest: sep.rest, spec: sep.spec, fixed: true}
		}
	case p.function == "" && p.call != "":
		p.sum = mix(p.sum, s)
	default:
		r.declared()
		// What follows has the same type: it is declared as if it stood alone.
		f.p = pending{
			count: 1, words: 1, cond: p.cond, sum: p.spec, rest: p.rest, spec: p.spec, fixed: true, further: true,
			of: p.of, tag: p.tag, defined: p.defined, first: p.first, isTypedef: p.isTypedef, isExtern: p.isExtern,
		}
	}
}

// declarator reads an operator that a declarator may begin with, or go on by; before
// is the sum before it.
func (p *pending) declarator(c byte, opened bool, before uint64) {
	switch {
	case p.fixed:
	case opened && p.nest == 1 && (c == '*' || c == '^'):
		p.spec, p.fixed = p.paren, true
	case p.nest > 0:
	case c == '(':
		p.paren = before
	case c == '*' || c == '^':
		p.spec, p.fixed = before, true
	case c == '[' || c == ':' || c == '=':
		if p.fixed = true; !p.typed {
			p.spec = before // a field without a name
		}
	}
}

// end ends a declaration at its semicolon.
func (r *reader) end() {
	f := &r.cur
	switch {
	case f.scope == body || f.p.count == 0 && f.p.defined == 0:
	case f.scope == file:
		r.declared()
	default:
		r.member()
	}
	f.p = pending{}
}

// member notes a member of a struct, or an enumerator.
func (r *reader) member() {
	f := &r.cur
	p := &f.p
	s := mix(p.sum, p.rest)
	if p.cond != f.cond {
		s = mix(s, p.cond)
	}
	f.sum = mix(f.sum, s)
	if d := p.defined; d > 0 && r.h.Decls[d-1].Name == "" {
		r.h.Decls[d-1].Name = short(p.first)
	}
	if f.decl < 0 || !r.room() {
		return
	}
	d := &r.h.Decls[f.decl]
	if f.scope == values && d.Name == "" {
		d.Name = short(p.name)
	}
	d.Members = append(d.Members, s)
}

// declared notes what is declared outside of all structs and functions.
func (r *reader) declared() {
	p := &r.cur.p
	d := Decl{Kind: Other, Name: p.first, Sum: p.sum, Rest: p.rest, Cond: p.cond}
	name := p.name
	switch {
	case p.isTypedef:
		d.Kind = Typedef
		if p.function != "" {
			name = p.function
		} else if p.pointer != "" {
			name = p.pointer
		}
		d.Name = name
	case p.function != "":
		d.Kind, d.Name = Function, p.function
	case p.pointer != "":
		d.Kind, d.Name = Variable, p.pointer
	case name == "" && p.tag != "" && p.defined == 0 && p.call == "":
		d.Kind, d.Name = Forward, p.of+" "+p.tag
	case name == "" || name == p.call || p.words < 2:
		// A macro's call.
	default:
		d.Kind, d.Name = Variable, name
	}
	if d.Kind == Variable {
		d.Sum, d.Rest = mix(d.Sum, d.Rest), 0
	}
	if n := p.defined; n > 0 {
		of := &r.h.Decls[n-1]
		if !p.further {
			of.Sum = p.sum
		}
		if of.Name == "" && d.Kind != Other {
			of.Name = short(d.Name)
		}
		if d.Kind == Other {
			return
		}
	}
	r.keep(d)
}
