// Package makefile tells what Kbuild makes of an external module's makefile, or
// which flags a kernel's own makefiles have, without running make. It knows make's variables, functions, conditionals and
// includes. Where a condition is the user's or the kernel's to decide, every
// branch counts, as long as Kbuild is the one that reads; what cannot be
// known is told with file and line. The work is bounded, and linear in what is
// read.
package makefile

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// Place is a line of a makefile; File is its path as the reader opened it.
type Place struct {
	File string
	Line int
}

// Object is an object of a module.
type Object struct {
	// Path is relative to the directory, without .o.
	Path string
	At   Place
	// Certain is true if no condition and no value from elsewhere has a say in
	// its name.
	Certain bool
	// Parts is true if the makefile lists what it is linked from.
	Parts bool
}

// Flag is a directory of -I, or a file of -include.
type Flag struct {
	// Path is absolute; InTree, it is one of the kernel's tree; otherwise it is
	// relative to where the compiler runs.
	Path   string
	InTree bool
	// Forced is true for -include.
	Forced bool
	// Below is true if it holds for the makefiles of directories below as well.
	Below bool
	At    Place
}

// Unclear is something that cannot be understood.
type Unclear struct {
	Place
	What string
}

// Makefile is what a module's makefile says.
type Makefile struct {
	// Listed is true if there is obj-m, Optional if there is obj-$(…): whoever
	// builds it sets the option.
	Listed, Optional bool
	Objects          []Object
	// Subdirs are the directories that obj-m and the like lead to, as they are
	// written.
	Subdirs []string
	// Computed is true if there may be more objects than those, for a value
	// comes from elsewhere; Dirs are the directories that it then names files
	// in.
	Computed bool
	Dirs     []string
	Flags    []Flag
	Unclear  []Unclear

	rules rules
}

// Module tells whether the makefile is one of external modules.
func (m *Makefile) Module() bool { return m.Listed || m.Optional }

// Options say where a makefile is.
type Options struct {
	// Dir is the absolute directory of the makefile, which is $(src) and $(obj);
	// Top is that of the modules, $(M), "" where it is the same.
	Dir, Top string
	// Root is the directory outside of which nothing is read.
	Root string
	// Open reads a file, with an error where there is none.
	Open func(path string) ([]byte, error)
}

// The bounds of one makefile with all that it includes. Work counts bytes that
// expansions make, and steps on the way to them.
const (
	maxWork     = 8 << 20
	maxIncludes = 200
	maxDepth    = 200
	maxChoices  = 64
	maxUnclear  = 50
)

// Read reads the makefile of a directory: its Kbuild, or else its Makefile; nil
// if neither is there, or none is a module's.
func Read(o Options) *Makefile {
	if o.Top == "" {
		o.Top = o.Dir
	}
	for _, name := range []string{"Kbuild", "Makefile"} {
		file := filepath.Join(o.Dir, name)
		text, err := o.Open(file)
		if err != nil || !mayBeModule(text) {
			continue
		}
		r := newReader(o, file)
		// Whoever calls Kbuild does it by the Makefile.
		r.caller(filepath.Join(o.Dir, "Makefile"))
		if m := r.parse(file, string(text)); m.Module() {
			return m
		}
	}
	return nil
}

// mayBeModule tells whether a text can have obj-m, or bring it in.
func mayBeModule(text []byte) bool {
	for _, s := range []string{"obj-", "include", "eval"} {
		if bytes.Contains(text, []byte(s)) {
			return true
		}
	}
	return false
}

func newReader(o Options, file string) *reader {
	return &reader{
		Options: o, vars: map[string]*variable{}, outer: map[string]*variable{}, work: maxWork,
		expanding: map[*node]bool{}, lists: map[*node]*list{}, reading: map[string]bool{file: true}, told: map[string]bool{},
	}
}

// caller reads the makefile that the user calls and which calls the kernel's
// make. It may be the one that Kbuild reads. Of what it says its rules stay, what
// it hands on, and the flags among that.
func (r *reader) caller(file string) {
	text, err := r.Open(file)
	if err != nil {
		return
	}
	r.beforehand = true
	r.lines(file, 1, string(text))
	r.beforehand = false
	r.out, r.told, r.conds, r.work, r.includes = Makefile{rules: r.out.rules}, map[string]bool{}, nil, maxWork, 0
}

func (r *reader) parse(file, text string) *Makefile {
	r.lines(file, 1, strings.TrimPrefix(text, "\ufeff"))
	r.flags()
	r.objects()
	slices.SortStableFunc(r.out.Unclear, func(a, b Unclear) int {
		if a.File != b.File {
			return 0
		}
		return a.Line - b.Line
	})
	return &r.out
}

// reader reads one makefile, with those that it includes.
type reader struct {
	Options
	// tree is set for the makefiles of a kernel itself.
	tree *treeReader
	out  Makefile
	// vars are the variables, outer what they are where the makefile is not read
	// by Kbuild, which an export or a command line may hand on.
	vars, outer map[string]*variable
	// names are those of vars in the order in which they came. Of a kernel's tree
	// they are without its options, which are thousands.
	names, options []string
	// seq counts assignments: a := b is what b was then.
	seq   int
	conds []cond
	// beforehand is true while the makefile is read that calls the kernel's make:
	// what that has may be handed on.
	beforehand bool
	// quiet is true for what is unlikely: nothing is told of that.
	quiet bool
	// open is the rule that the reader is behind, where tabs begin its recipe, nil
	// behind anything else.
	open *openRule
	at   Place
	// stopped is where all work was done.
	stopped Place
	// args are those of the calls that are being expanded.
	args [][]string
	// choice has the alternatives to take of variables that have several, seen
	// those variables that were met.
	choice map[*node]int
	seen   []*node

	expanding     map[*node]bool
	lists         map[*node]*list
	flagPieces    []flagPiece
	work, depth   int
	includes      int
	reading, told map[string]bool
}

// unclear tells of something that cannot be understood, once.
func (r *reader) unclear(at Place, format string, args ...any) {
	if r.tree != nil {
		return // a kernel's makefiles have much that make alone knows
	}
	what := printable(fmt.Sprintf(format, args...))
	key := fmt.Sprint(at, what)
	if r.told[key] || len(r.out.Unclear) >= maxUnclear {
		return
	}
	r.told[key] = true
	r.out.Unclear = append(r.out.Unclear, Unclear{at, what})
}

// spend does n steps of work; it returns false when there is none left.
func (r *reader) spend(n int) bool {
	if r.work -= n; r.work >= 0 {
		return true
	}
	if !r.told["work"] {
		r.told["work"], r.stopped = true, r.at
		r.out.Unclear = append(r.out.Unclear, Unclear{r.at, "its values are too large to work out: not all objects may be found"})
		r.out.Computed = true
	}
	return false
}

// What stands in a value for something that is not known: any text at all, the
// top of the kernel's tree, and text that is not empty.
const (
	unknown = "\x00"
	inTree  = "\x01"
	some    = "\x02"
)

// isUnknown tells whether a part of a value is not known.
func isUnknown(s string) bool { return strings.ContainsAny(s, unknown+some) }

// printable writes a value for a message.
func printable(s string) string {
	return strings.NewReplacer(unknown, "…", inTree, "$(srctree)", some, "…").Replace(s)
}
