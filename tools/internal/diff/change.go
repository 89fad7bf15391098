package diff

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/capi"
)

// Class is what kind of thing a change is of.
type Class string

// The classes. A struct may be a union; a guard is the macro by which a header is
// read once, forward a struct that is only named; other is what is none of these, such as the call of a macro.
const (
	Macro    Class = "macro"
	Include  Class = "include"
	Function Class = "function"
	Struct   Class = "struct"
	Enum     Class = "enum"
	Typedef  Class = "typedef"
	Variable Class = "variable"
	Forward  Class = "forward"
	Guard    Class = "guard"
	Other    Class = "other"
)

// Classes lists them in the order of reports.
func Classes() []Class {
	return []Class{Macro, Function, Struct, Enum, Typedef, Variable, Include, Other, Forward, Guard}
}

var classOf = map[capi.Kind]Class{
	capi.Macro: Macro, capi.Undef: Macro, capi.Guard: Guard, capi.Include: Include,
	capi.Function: Function, capi.Inline: Function, capi.Struct: Struct, capi.Union: Struct,
	capi.Enum: Enum, capi.Typedef: Typedef, capi.Variable: Variable, capi.Forward: Forward, capi.Other: Other,
}

// Change is a thing that is declared otherwise.
type Change struct {
	Class Class
	Name  string
	// Status is Added, Removed or Changed.
	Status Status
	// Plus and Minus are how many members or enumerators of one that has changed are
	// new, and how many are gone.
	Plus, Minus int
	// Inline tells what it has become: 1 inline, -1 no longer. One that is added or
	// removed is inline or is not.
	Inline int
	// Body and Storage tell that nothing is other but the body of an inline function,
	// or how it is stored or linked, inline among that, or both; Cond that the
	// declaration is the same, and its conditions are other.
	Body, Storage, Cond bool
}

// ForCaller tells whether one who includes the header may notice.
func (c *Change) ForCaller() bool {
	return !c.Body && !c.Storage && c.Class != Guard && c.Class != Forward
}

// What says in a few words what is other in a thing that has changed.
func (c *Change) What() string {
	of := "members"
	if c.Class == Enum {
		of = "enumerators"
	}
	switch {
	case c.Status != Changed && c.Inline > 0:
		return "inline"
	case c.Status != Changed:
		return ""
	case c.Plus+c.Minus > 0:
		return fmt.Sprintf("%s +%d -%d", of, c.Plus, c.Minus)
	case c.Inline > 0:
		return c.besides() + "now inline"
	case c.Inline < 0:
		return c.besides() + "no longer inline"
	case c.Body && c.Storage:
		return "storage class, body"
	case c.Body:
		return "body"
	case c.Storage:
		return "storage class"
	case c.Cond:
		return "conditions"
	case c.Class == Macro:
		return "definition"
	case c.Class == Struct || c.Class == Enum:
		return "order or attributes"
	}
	return "declaration"
}

// besides says what is other in a function that has become inline, or is none any
// more, apart from that.
func (c *Change) besides() string {
	switch {
	case c.Storage:
		return ""
	case c.Cond:
		return "conditions, "
	}
	return "declaration, "
}

// changes compares declarations, whose order it changes.
func changes(was, is []capi.Decl) []Change {
	slices.SortFunc(was, compareNames)
	slices.SortFunc(is, compareNames)
	n := 0
	eachChange(was, is, func(Change) { n++ })
	if n == 0 {
		return nil
	}
	out := make([]Change, 0, n) // there may be a million
	eachChange(was, is, func(c Change) { out = append(out, c) })
	return out
}

// eachChange tells of each thing that is declared otherwise. Both sides are sorted by
// compareNames.
func eachChange(was, is []capi.Decl, tell func(Change)) {
	for len(was)+len(is) > 0 {
		order := 1
		switch {
		case len(is) == 0:
			order = -1
		case len(was) > 0:
			order = compareNames(was[0], is[0])
		}
		var w, i []capi.Decl
		if order <= 0 {
			w, was = named(was)
		}
		if order >= 0 {
			i, is = named(is)
		}
		if c, ok := compareDecls(w, i); ok {
			tell(c)
		}
	}
}

// compareNames puts what is of one kind and name together.
func compareNames(a, b capi.Decl) int {
	if c := cmp.Compare(rank[classOf[a.Kind]], rank[classOf[b.Kind]]); c != 0 {
		return c
	}
	return strings.Compare(a.Name, b.Name)
}

var rank = func() map[Class]int {
	m := map[Class]int{}
	for i, c := range Classes() {
		m[c] = i
	}
	return m
}()

// named parts those that are of the same thing as the first from the others.
func named(decls []capi.Decl) (same, others []capi.Decl) {
	n := 1
	for n < len(decls) && compareNames(decls[0], decls[n]) == 0 {
		n++
	}
	return decls[:n], decls[n:]
}

// compareDecls compares what is declared of one thing, which may be several times,
// under different conditions. It returns false if nothing is other.
func compareDecls(was, is []capi.Decl) (Change, bool) {
	first := is
	if len(is) == 0 {
		first = was
	}
	c := Change{Class: classOf[first[0].Kind], Name: first[0].Name, Status: Changed}
	switch {
	case len(was) == 0:
		c.Status, c.Inline = Added, becomes(nil, is)
		return c, true
	case len(is) == 0:
		c.Status, c.Inline = Removed, becomes(nil, was)
		return c, true
	}
	sums := func(a, b capi.Decl) int { return cmp.Compare(a.Sum, b.Sum) }
	kinds := func(a, b capi.Decl) int { return cmp.Compare(a.Kind, b.Kind) }
	rests := func(a, b capi.Decl) int { return cmp.Or(cmp.Compare(a.Sum, b.Sum), cmp.Compare(a.Rest, b.Rest)) }
	bodies := func(a, b capi.Decl) int { return cmp.Or(cmp.Compare(a.Sum, b.Sum), cmp.Compare(a.Body, b.Body)) }
	both := func(a, b capi.Decl) int { return cmp.Or(rests(a, b), cmp.Compare(a.Body, b.Body)) }
	conds := func(a, b capi.Decl) int { return cmp.Or(cmp.Compare(a.Sum, b.Sum), cmp.Compare(a.Cond, b.Cond)) }
	if !equal(was, is, kinds) && c.Class == Function {
		c.Inline = becomes(was, is)
	}
	switch {
	case !equal(was, is, sums) || c.Class != Function && !equal(was, is, kinds):
		c.Plus, c.Minus = members(was, is)
	case !equal(was, is, conds):
		c.Cond = true
	case c.Inline != 0:
		c.Storage = true
	case !equal(was, is, both):
		c.Storage = !equal(was, is, rests)
		// Where each is there as before, the bodies are those of others.
		c.Body = !c.Storage || !equal(was, is, bodies)
	default:
		return c, false
	}
	return c, true
}

// equal tells whether the same declarations are on both sides, each as often, as
// compare sees them.
func equal(was, is []capi.Decl, compare func(a, b capi.Decl) int) bool {
	if len(was) != len(is) {
		return false
	}
	slices.SortFunc(was, compare)
	slices.SortFunc(is, compare)
	return slices.EqualFunc(was, is, func(a, b capi.Decl) bool { return compare(a, b) == 0 })
}

// becomes tells whether all prototypes have become inline functions, 1, or the
// reverse, -1.
func becomes(was, is []capi.Decl) int {
	all := func(decls []capi.Decl, k capi.Kind) bool {
		return !slices.ContainsFunc(decls, func(d capi.Decl) bool { return d.Kind != k })
	}
	switch {
	case all(was, capi.Function) && all(is, capi.Inline):
		return 1
	case all(was, capi.Inline) && all(is, capi.Function):
		return -1
	}
	return 0
}

// members counts the members that are new, and those that are gone.
func members(was, is []capi.Decl) (plus, minus int) {
	a, b := allMembers(was), allMembers(is)
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0] == b[0]:
			a, b = a[1:], b[1:]
		case a[0] < b[0]:
			a = a[1:]
			minus++
		default:
			b = b[1:]
			plus++
		}
	}
	return plus + len(b), minus + len(a)
}

// allMembers are the sums of all members, in their order.
func allMembers(decls []capi.Decl) []uint64 {
	var all []uint64
	for i := range decls {
		all = append(all, decls[i].Members...)
	}
	slices.Sort(all)
	return all
}
