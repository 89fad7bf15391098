package capi

import (
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/ctext"
)

// reading is how the text of a branch is read.
type reading uint8

const (
	asC reading = iota
	// asAssembler is for what has no declarations, but macros.
	asAssembler
	// never is for what no compiler sees.
	never
)

// maxBranches is how many #if may be open for the branches of another one to be
// followed each by itself: those of a deeper one are read one after the other.
const maxBranches = 1000

// branch is an #if that is open.
type branch struct {
	// before is the state at the #if, taken what its first branch that is C has
	// left; taken is only there if there was one.
	before, taken frame
	have          bool
	// others is the sum of what the other branches have left that is not whole.
	others uint64
	// cond is the sum of the conditions around it, exprs that of its expressions so
	// far.
	cond, exprs uint64
	// as is how what is around it is read, done says that no further branch is.
	as   reading
	done bool
}

// enter begins the first branch of an #if.
func (r *reader) enter(expr string, s uint64) {
	if len(r.branches) == maxBranches {
		r.deep++
		return
	}
	r.inside(s)
	r.branches = append(r.branches, branch{before: r.cur, cond: r.cond, as: r.as})
	r.begin(expr, s)
}

// begin begins a branch whose expression is expr, "" for an #else.
func (r *reader) begin(expr string, s uint64) {
	b := &r.branches[len(r.branches)-1]
	r.as = b.as
	if b.done {
		r.as = never
	}
	switch expr {
	case "0":
		r.as = never
	case "1":
		b.done = true
	case "defined(__ASSEMBLY__)", "defined(__ASSEMBLER__)", "__ASSEMBLY__", "__ASSEMBLER__":
		r.as = max(r.as, asAssembler)
	}
	b.exprs = mix(b.exprs, s)
	r.cond = mix(b.cond, b.exprs)
}

// leave ends a branch.
func (r *reader) leave() {
	b := &r.branches[len(r.branches)-1]
	switch {
	case r.as != asC:
	case !b.have:
		b.taken, b.have = r.cur, true
		return
	case r.cur.p.sum != b.before.p.sum || r.cur.sum != b.before.sum:
		b.others = mix(mix(b.others, r.cur.p.sum), r.cur.sum)
	}
}

// further begins a further branch of the innermost #if.
func (r *reader) further(expr string, s uint64) {
	if r.deep > 0 || len(r.branches) == 0 {
		return
	}
	r.leave()
	b := &r.branches[len(r.branches)-1]
	r.cur = b.before
	r.inside(s)
	r.begin(expr, s)
}

// endif ends the innermost #if. Reading goes on in the state that its first branch
// has left; a sum tells of what others have left.
func (r *reader) endif() {
	switch {
	case r.deep > 0:
		r.deep--
		return
	case len(r.branches) == 0:
		return
	}
	r.leave()
	b := &r.branches[len(r.branches)-1]
	r.cur = b.before
	if b.have {
		r.cur = b.taken
	}
	if b.others != 0 {
		if r.cur.p.count > 0 {
			r.cur.p.sum = mix(r.cur.p.sum, b.others)
		} else {
			r.cur.sum = mix(r.cur.sum, b.others)
		}
	}
	r.cond, r.as = b.cond, b.as
	r.branches = r.branches[:len(r.branches)-1]
}

// inside notes a condition within a struct or function, of which it is a part.
func (r *reader) inside(s uint64) {
	if r.cur.up != nil {
		r.cur.sum = mix(r.cur.sum, s)
	}
}

// directive reads the directive at i, and returns the start of the next line.
func (r *reader) directive(at int) int {
	d, i, _ := ctext.ReadDirective(r.src, at)
	header := d == ctext.Include || d == ctext.IncludeNext || d == ctext.Import
	if d == ctext.Other {
		i = at + 1
	}
	r.line, i, _ = ctext.AppendLine(r.line[:0], r.src, i, header)
	text := ctext.Trim(string(r.line))
	guard := r.guard
	r.guard = ""
	first := !r.text
	r.text = true
	r.all = mix(r.all, sum("#")+uint64(d)<<1)
	s := r.sumOf(text, d == ctext.Define)
	r.all = mix(r.all, sum("\n"))
	name, kind := ctext.Token(text)
	if kind != ctext.Name {
		name = ""
	}
	switch d {
	case ctext.If:
		expr := plain(text)
		r.enter(expr, s)
		if rest, ok := strings.CutPrefix(expr, "!defined"); ok && first {
			r.guard, _ = ctext.Token(strings.TrimPrefix(rest, "("))
		}
	case ctext.Ifdef:
		r.enter("defined("+name+")", mix(s, 1))
	case ctext.Ifndef:
		r.enter("!defined("+name+")", mix(s, 2))
		if first {
			r.guard = name
		}
	case ctext.Elif:
		r.further(plain(text), s)
	case ctext.Elifdef:
		r.further("defined("+name+")", mix(s, 1))
	case ctext.Elifndef:
		r.further("!defined("+name+")", mix(s, 2))
	case ctext.Else:
		r.further("", mix(s, 3))
	case ctext.Endif:
		r.endif()
	default:
		r.other(d, text, name, s, guard)
	}
	return i
}

// other reads a directive that is no condition.
func (r *reader) other(d ctext.Directive, text, name string, s uint64, guard string) {
	if r.as == never {
		return
	}
	decl := Decl{Sum: s, Cond: r.cond}
	switch d {
	case ctext.Define, ctext.Undef:
		if name == "" {
			return
		}
		decl.Name = name
		if d == ctext.Undef {
			decl.Kind = Undef
		} else if guard != "" && name == guard && len(r.branches) == 1 {
			decl.Kind, decl.Cond = Guard, 0
			r.cond = 0
		}
	case ctext.Include, ctext.IncludeNext, ctext.Import:
		decl.Kind, decl.Name = Include, text
	default:
		decl.Kind, decl.Name = Other, "#"+text
		if len(decl.Name) > maxFirst {
			decl.Name = decl.Name[:maxFirst]
		}
	}
	r.keep(decl)
}

// plain is a condition without white space, such as defined(X).
func plain(text string) string {
	if len(text) > maxPlain {
		return ""
	}
	return strings.Join(strings.Fields(text), "")
}

// maxPlain is how long a condition may be that is known here, in bytes.
const maxPlain = 255

// sumOf adds the tokens of a directive to the sum of all and returns their own.
// Whether a macro has parameters depends on white space.
func (r *reader) sumOf(text string, define bool) uint64 {
	own := uint64(0)
	r.glue = 0
	for n := 0; text != ""; n++ {
		t, kind := ctext.Token(text)
		text = text[len(t):]
		if kind == ctext.Space {
			r.glue = 0
			continue
		}
		own = mix(own, r.count(t, kind))
		if define && n == 0 && text != "" && text[0] == '(' {
			own, r.all = mix(own, 1), mix(r.all, 1)
		}
	}
	r.glue = 0
	return own
}
