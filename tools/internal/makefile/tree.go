package makefile

import (
	"path"
	"slices"
	"strings"
)

// Tree says where the makefiles of a kernel are, and what of them is asked for.
// Paths are relative to the top of the tree.
type Tree struct {
	// Arch is its directory below arch/.
	Arch string
	// Config is the file with the kernel's options. Where it has none, every
	// branch counts that an option decides.
	Config string
	// Start are the makefiles that make begins with. One that another one has
	// included by then is read no more.
	Start []string
	// Files returns the files that there are of a path, in which a * stands for
	// what only make knows. at is where the path is included, nowhere for one of
	// those that make begins with.
	Files func(path string, at Place) []File
	// Wants tells whether the flags in a variable are asked for.
	Wants func(variable string) bool
	// Work bounds the work, in steps. What is left of it when all is read is
	// below 0 if it was too little, and Stopped is where that was.
	Work    int
	Stopped Place
}

// File is a makefile of a tree.
type File struct{ Path, Text string }

// Included is a makefile that was read, and the one that includes it, "" where
// make begins with it.
type Included struct{ Path, By string }

// ReadFlags reads a kernel's makefiles, and returns the directories of the tree
// that flags name for headers, and the headers that they have included before
// every source, which may be names that the search path finds: each once for
// each makefile that has it, and the makefiles that were read, in the order in
// which make comes by them. It counts down t.Work.
func ReadFlags(t *Tree) ([]Flag, []Included) {
	r := newReader(Options{Dir: "/", Top: "/", Root: "/"}, "")
	r.tree, r.work, r.quiet = &treeReader{Tree: t, read: map[string]bool{}}, t.Work, true
	r.treeFile(t.Config)
	for name := range r.vars {
		r.tree.configured = r.tree.configured || isOption(name)
	}
	for _, file := range t.Start {
		r.treeFile(file)
	}
	r.flags()
	t.Work, t.Stopped = r.work, r.stopped
	return r.out.Flags, r.tree.files
}

// Tops are the variables that hold the top of a kernel's tree. What is read of it is
// both the srctree and the objtree.
var Tops = []string{"srctree", "objtree", "abs_srctree", "abs_objtree", "srcroot", "CURDIR", "PWD"}

// treeReader is what a reader knows of a kernel's tree.
type treeReader struct {
	*Tree
	// configured tells that the kernel's options are known.
	configured bool
	read       map[string]bool
	files      []Included
}

// option begins the name of a kernel's option.
const option = "CONFIG_"

func isOption(name string) bool { return strings.HasPrefix(name, option) }

// known tells whether a variable is what Kbuild makes of it, or the kernel's
// configuration.
func (t *treeReader) known(name string) bool {
	return isOption(name) && t.configured || name == "SRCARCH" || name == "ARCH"
}

// given returns what Kbuild sets in every makefile of the tree. Only in
// scripts/, whose makefiles build any directory, nobody knows which that is.
func (t *treeReader) given(name, file string) (string, bool) {
	if slices.Contains(Tops, name) {
		return inTree, true
	}
	switch name {
	case "SRCARCH", "ARCH":
		return t.Arch, true
	case "src", "obj":
		return inTree + "/" + path.Dir(file), !strings.HasPrefix(file, "scripts/")
	case "MAKEFILE_LIST":
		return " " + file, true
	case "comma":
		return ",", true
	case "empty":
		return "", true
	case "space":
		return " ", true
	}
	return "", isOption(name) && t.configured
}

// fixed tells whether a variable keeps what given says, whatever a makefile
// sets it to.
func (t *treeReader) fixed(name string) bool {
	switch name {
	case "MAKEFILE_LIST", "comma", "empty", "space":
		return false
	}
	_, ok := t.given(name, "")
	return ok && !isOption(name)
}

// absolute returns a path of the tree, as seen from its top.
func (t *treeReader) absolute(s string) (p string, tree bool) {
	if i := strings.LastIndex(s, inTree); i >= 0 {
		s = strings.TrimLeft(s[i+len(inTree):], "/")
	}
	p = path.Clean(s)
	if s != "" && s[0] == '/' || p == ".." || strings.HasPrefix(p, "../") {
		return path.Join("/outside", p), false
	}
	return p, true
}

// treeAssignment takes in an assignment of a kernel's makefile. A variable such
// as LINUXINCLUDE-$(CONFIG_X) of an option that is not known is the one for y.
func (r *reader) treeAssignment(lhs, op string, p piece) {
	if r.live() == no {
		return
	}
	names := []string{lhs}
	if strings.Contains(lhs, "$") {
		names = r.alternatives(lhs, late)
	}
	for _, name := range names {
		op := op
		if first, ok := strings.CutSuffix(name, "-"+unknown); ok {
			name, op = first+"-y", "+=" // what is set by another option stays
		}
		name = strings.TrimSpace(name)
		if name == "" || isUnknown(name) || r.tree.fixed(name) {
			continue
		}
		before := r.vars[name].last()
		r.assign(false, name, op, p)
		if n := r.vars[name].last(); n != before && r.tree.Wants(name) {
			r.flagPieces = append(r.flagPieces, flagPiece{n.piece, false})
		}
	}
}

var starred = strings.NewReplacer(unknown, "*", some, "*")

// treeInclude reads the files that a name in an include may mean.
func (r *reader) treeInclude(name string) {
	name = starred.Replace(name)
	for strings.Contains(name, "**") {
		name = strings.ReplaceAll(name, "**", "*")
	}
	file, tree := r.absolute(name)
	// Of what is wholly unknown, or in an unknown directory, nothing is known. What
	// make writes itself has no flags for others.
	if ext := path.Ext(file); ext == ".cmd" || ext == ".d" {
		return
	}
	if tree && file[0] != '*' && strings.Trim(path.Base(file), "*.") != "" {
		r.treeFile(file)
	}
}

func (r *reader) treeFile(name string) {
	for _, f := range r.tree.Files(name, r.at) {
		if !r.spend(1) {
			return
		}
		if !r.tree.read[f.Path] {
			r.tree.read[f.Path] = true
			r.tree.files = append(r.tree.files, Included{f.Path, r.at.File})
			r.lines(f.Path, 1, strings.TrimPrefix(f.Text, "\ufeff"))
		}
	}
}

// treeFlag notes what a flag names in the tree.
func (r *reader) treeFlag(seen map[string]bool, f flagPiece, name string, forced bool) {
	p, tree := r.absolute(name)
	if !tree || isUnknown(name) || strings.ContainsAny(p, "*?[%") || forced && p == "." {
		return
	}
	out := Flag{Path: p, InTree: true, Forced: forced, At: f.at}
	key := f.at.File + "\x00" + p
	if forced {
		key += "\x00"
	}
	if !seen[key] {
		seen[key] = true
		r.out.Flags = append(r.out.Flags, out)
	}
}

// treeRule takes in what stands behind the colon of a rule: an assignment for
// its targets counts as one for all, and of its recipe nothing does.
func (r *reader) treeRule(behind string) {
	r.open = &openRule{noted: true}
	behind = strings.TrimLeft(behind, ": \t")
	if lhs, op, rhs, ok := splitAssignment(behind); ok {
		live := r.live()
		r.treeAssignment(lhs, op, piece{text: rhs, at: r.at, maybe: live < yes})
	}
}
