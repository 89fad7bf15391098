package makefile

import (
	"path/filepath"
	"slices"
	"sort"
	"strings"
)

// piece is the text of one assignment.
type piece struct {
	text string
	at   Place
	// asOf is the number of the assignment: variables have the values that they
	// had before it. Of a value that make expands late it is above all.
	asOf int
	// maybe is true inside of a condition that is not known, unlikely inside of
	// one that does not hold by what the makefile itself sets.
	maybe, unlikely bool
}

const late = int(^uint(0) >> 1)

// node is a value of a variable: a piece, one behind the base, or one that may
// stand in place of the base.
type node struct {
	kind  nodeKind
	base  *node
	piece piece
	// alternatives is how many values it can have.
	alternatives int
}

type nodeKind int

const (
	set nodeKind = iota
	add
	also
)

// maxAlternatives is how many values of a variable are told apart; all further
// ones are taken together.
const maxAlternatives = 32

// variable has all values that a variable had, by the number of the
// assignment.
type variable struct {
	at     []int
	values []*node
}

func (v *variable) before(seq int) *node {
	if v == nil {
		return nil
	}
	i := sort.SearchInts(v.at, seq)
	if i == 0 {
		return nil
	}
	return v.values[i-1]
}

func (v *variable) last() *node { return v.before(late) }

// assign gives a variable a value by one of make's operators; an outer one is
// not the makefile's own.
func (r *reader) assign(outer bool, name, op string, p piece) {
	vars := r.vars
	if outer {
		vars = r.outer
	}
	v := vars[name]
	if v == nil {
		v = &variable{}
		vars[name] = v
		switch {
		case outer:
		case r.tree != nil && isOption(name):
			r.options = append(r.options, name)
		default:
			r.names = append(r.names, name)
		}
	}
	r.seq++
	old := v.last()
	p.asOf = late
	if op == ":=" || op == "+=" && old != nil && old.piece.asOf != late {
		p.asOf = r.seq
	}
	n := &node{kind: set, piece: p, alternatives: 1}
	switch {
	case old == nil:
	case op == "+=" || strings.HasSuffix(name, anyOption):
		n.kind, n.base, n.alternatives = add, old, old.alternatives
	case op == "?=" && !old.maybe():
		return
	case op == "?=" || p.maybe:
		n.kind, n.base, n.alternatives = also, old, old.alternatives+1
		if n.alternatives > maxAlternatives {
			n.kind, n.alternatives = add, old.alternatives
		}
	}
	v.at, v.values = append(v.at, r.seq), append(v.values, n)
}

// maybe tells whether a value is there only if a condition holds.
func (n *node) maybe() bool { return n.kind == set && n.piece.maybe }

// pieces returns the pieces of one of a value's alternatives, the first one
// first.
func (n *node) pieces(alternative int) []piece {
	var out []piece
	for ; n != nil; n = n.base {
		if n.kind == also && alternative < n.alternatives-1 {
			continue // the base's
		}
		out = append(out, n.piece)
		if n.kind != add {
			break
		}
	}
	slices.Reverse(out)
	return out
}

// anyOption ends the name of a variable that has $(…) there: each of its
// assignments may be one of a different variable.
const anyOption = "-$"

// treeNames are what people call the kernel's tree in makefiles.
var treeNames = []string{
	"srctree", "objtree", "abs_srctree", "abs_objtree", "KDIR", "KERNELDIR", "KERNEL_DIR", "KERNEL_SRC", "KERNELSRC", "KSRC", "KERNEL_PATH", "KERN_DIR",
	"KERNEL_SOURCE", "KERNEL_SOURCES", "KERNEL_SOURCE_DIR", "KERNEL_OBJ", "KERNEL_BUILD", "KBUILD_OUTPUT", "KBUILD", "KPATH", "LINUX_DIR", "LINUX_SRC", "LINUXSRC", "LINUXDIR", "LINUX",
}

// given returns what Kbuild, or whoever calls it, sets.
func (r *reader) given(name string) (string, bool) {
	if r.tree != nil {
		return r.tree.given(name, r.at.File)
	}
	switch name {
	case "src", "obj", "PWD", "CURDIR":
		return r.Dir, true
	case "M", "KBUILD_EXTMOD", "SUBDIRS":
		return r.Top, true
	case "MAKEFILE_LIST":
		return " " + r.at.File, true
	case "KERNELRELEASE":
		return some, true
	case "MAKE", "CC", "LD":
		return some, true
	case "comma":
		return ",", true
	case "empty":
		return "", true
	case "space":
		return " ", true
	}
	if slices.Contains(treeNames, name) {
		return inTree, true
	}
	return "", false
}

// value returns what a variable is for a piece, nil if it is not set: with a
// late value where it had none before.
func (r *reader) value(name string, asOf int) *node {
	for _, vars := range []map[string]*variable{r.vars, r.outer} {
		if v := vars[name]; v != nil {
			if n := v.before(asOf); n != nil {
				return n
			}
			if n := v.last(); n != nil {
				return n
			}
		}
	}
	return nil
}

// matching returns the variables that a name which is not wholly known may
// mean.
func (r *reader) matching(name string) []*node {
	first, _, _ := strings.Cut(name, unknown)
	end := name[strings.LastIndex(name, unknown)+1:]
	if first == "" && end == "" {
		return nil
	}
	names := r.names
	if (strings.HasPrefix(first, option) || strings.HasPrefix(option, first)) && !strings.ContainsAny(end, "-.") { // which no option has
		names = slices.Concat(names, r.options)
	}
	r.spend(len(names))
	var out []*node
	for _, n := range names {
		if len(n) >= len(first)+len(end) && strings.HasPrefix(n, first) && strings.HasSuffix(n, end) {
			out = append(out, r.vars[n].last())
		}
	}
	return out
}

// treePath makes what leads to a kernel's build directory one of the tree.
func treePath(s string) string {
	rest, ok := strings.CutPrefix(s, "/lib/modules/")
	if !ok {
		return s
	}
	_, rest, _ = strings.Cut(rest, "/")
	for _, dir := range []string{"build", "source"} {
		if below, ok := strings.CutPrefix(rest, dir); ok && (below == "" || below[0] == '/') {
			return inTree + below
		}
	}
	return s
}

// absolute returns a path as seen from the directory; of one of the kernel's
// tree what is below that.
func (r *reader) absolute(s string) (path string, tree bool) {
	if r.tree != nil {
		return r.tree.absolute(s)
	}
	s = treePath(s)
	if below, ok := strings.CutPrefix(s, inTree); ok {
		// $(srctree)/$(src) is $(src).
		if rest := strings.TrimLeft(below, "/"); strings.HasPrefix(below, "//") || strings.HasPrefix("/"+rest+"/", r.Dir+"/") && rest != "" {
			return filepath.Clean("/" + rest), false
		}
		return strings.TrimPrefix(filepath.Clean("/"+below), "/"), true
	}
	if !filepath.IsAbs(s) {
		s = filepath.Join(r.Dir, s)
	}
	return filepath.Clean(s), false
}
