// Package closure finds the files of a kernel tree that a set of roots can
// reach by #include, whatever the configuration.
//
// All branches of conditionals are followed. A name means every file that the
// kernel's search path has for it (see Search.Find); a name that macros make
// means every name that any definitions of these macros make, of those found
// in the closure; a __has_include is an #include. So the result holds more than
// any one compiler run opens, and nothing less.
package closure

import (
	"fmt"
	"sort"

	"rules_kheaders/tools/internal/cinclude"
	"rules_kheaders/tools/internal/tree"
)

// File is a root outside of the tree.
type File struct {
	// Label is what messages and the manifest call it.
	Label string
	// Path is where it is on this machine.
	Path string
}

// Options say where to begin.
type Options struct {
	// Tree is what messages call the tree, Arch its directory below arch/.
	Tree, Arch string
	// Modules says that modules are built from the result, which takes what
	// the sources that modpost writes include.
	Modules bool
	// Roots are names as in an #include ("linux/sched.h"), or paths in the
	// tree ("include/linux/sched.h").
	Roots []string
	// Files are roots outside of the tree.
	Files []File
	// Barred tells which files are neither taken nor followed.
	Barred func(path string) bool
}

// Result is what can be reached.
type Result struct {
	// Reasons says of each file's path, in words for a manifest, from where
	// it is reached: by a shortest way from a root, roots in their order.
	Reasons map[string]string
	// Warnings are for computed includes of which no header is known.
	Warnings []string
}

// given are the headers that are included without an #include.
var given = []struct {
	name, why string
	modules   bool
}{
	{"linux/kconfig.h", "included before every source file", false},
	{"linux/compiler_types.h", "included before every source file", false},
	{"linux/compiler-version.h", "included before every source file", false},
	{"generated/utsrelease.h", "says which kernel it is", false},
	{"linux/module.h", "included by the .mod.c file of each module", true},
	{"linux/build-salt.h", "included by the .mod.c file of each module", true},
	{"linux/elfnote-lto.h", "included by the .mod.c file of each module", true},
	{"linux/export-internal.h", "included by the .mod.c file of each module", true},
	{"linux/vermagic.h", "included by the .mod.c file of each module", true},
	{"linux/compiler.h", "included by the .mod.c file of each module", true},
	{"asm/orc_header.h", "included by the .mod.c file of each module", true},
	// scripts/Makefile.build runs it through the assembler for each exported symbol.
	{"asm/asm-prototypes.h", "included where genksyms looks at assembler's exports", true},
}

// walk is one search.
type walk struct {
	Options
	tree    *tree.Tree
	entries map[string]*tree.Entry
	search  *Search
	macros  *macros
	reasons map[string]string
	// wave are the files to be read next, done those that were.
	wave, done []source
	computed   []computed
}

// source is a file that is reached.
type source struct {
	path  string // in the tree; "" for one outside
	shown string
	open  opener
	text  bool // not C, but has C in it
}

// computed is an #include whose name macros make.
type computed struct {
	from source
	line int
	text string
}

// Run finds what the roots can reach.
func Run(t *tree.Tree, o Options) (*Result, error) {
	w := &walk{Options: o, tree: t, entries: make(map[string]*tree.Entry, len(t.Entries)), macros: newMacros(), reasons: map[string]string{}}
	paths := make([]string, len(t.Entries))
	for i, e := range t.Entries {
		w.entries[e.Path], paths[i] = e, e.Path
	}
	w.search = NewSearch(o.Arch, paths, func(p string) bool {
		return w.entries[p] != nil && (o.Barred == nil || !o.Barred(p))
	})
	if err := w.begin(); err != nil {
		return nil, err
	}
	for len(w.wave) > 0 {
		if err := w.follow(w.wave, false); err != nil {
			return nil, err
		}
		for len(w.wave) == 0 {
			grown, err := w.expand()
			if err != nil {
				return nil, err
			}
			if !grown {
				break
			}
		}
	}
	return &Result{w.reasons, w.unknown()}, nil
}

// begin puts the roots into the first wave.
func (w *walk) begin() error {
	for _, g := range given {
		if !g.modules || w.Modules {
			w.reach(w.search.findOrGeneric("", g.name, cinclude.Angled), "closure: "+g.why)
		}
	}
	for _, root := range w.Roots {
		found := w.search.findOrGeneric("", root, cinclude.Angled)
		if w.search.have(root) {
			found = append([]string{root}, found...)
		}
		if len(found) == 0 {
			all := *w.search
			all.have = func(p string) bool { return w.entries[p] != nil }
			if all.have(root) || len(all.findOrGeneric("", root, cinclude.Angled)) > 0 {
				return fmt.Errorf("tree %s: root %q is excluded: take it out of roots or of exclude", w.Tree, root)
			}
			return fmt.Errorf("tree %s: root %q is neither in the include directories of arch %q nor a path in the tree: write it as in an #include (linux/sched.h) or from the tree's top, or correct the name", w.Tree, root, w.Arch)
		}
		w.reach(found, fmt.Sprintf("closure: root %s", root))
	}
	files, err := outside(w.Files)
	if err != nil {
		return err
	}
	w.wave = append(w.wave, files...)
	return nil
}

// reach adds files to the next wave, unless they are known already.
func (w *walk) reach(paths []string, reason string) {
	for _, p := range paths {
		if _, ok := w.reasons[p]; ok {
			continue
		}
		w.reasons[p] = reason
		w.wave = append(w.wave, source{path: p, shown: p, open: w.entries[p].Open})
	}
}

// follow reads files and reaches what they include. With again they were read
// before, and only the definitions of macros count.
func (w *walk) follow(files []source, again bool) error {
	if !again {
		w.wave = nil
		w.done = append(w.done, files...)
	}
	return scanAll(files, w.macros.names, func(f source, r *cinclude.Result) {
		for _, d := range r.Defines {
			w.macros.add(d)
		}
		if again {
			return
		}
		for _, inc := range r.Includes {
			if inc.Kind == cinclude.Computed {
				w.computed = append(w.computed, computed{f, inc.Line, inc.Name})
				continue
			}
			w.reach(w.search.findOrGeneric(f.path, inc.Name, inc.Kind), "closure: reached from "+f.shown)
		}
	})
}

// expand reaches what computed includes may name. It is called when all else
// has been followed, and returns whether there is more to follow, or more
// macros are known than before.
func (w *walk) expand() (bool, error) {
	grown := w.macros.wantAll()
	for _, c := range w.computed {
		grown = w.macros.want(c.text) || grown
	}
	if grown {
		return true, w.follow(w.done, true)
	}
	for _, c := range w.computed {
		incs, ok := w.macros.headers(c.text)
		if !ok {
			return false, fmt.Errorf("tree %s: %s:%d: #include %s can be expanded in too many ways: exclude the file, or what defines its macros", w.Tree, c.from.shown, c.line, c.text)
		}
		for _, inc := range incs {
			w.reach(w.search.findOrGeneric(c.from.path, inc.Name, inc.Kind), "closure: reached from "+c.from.shown+" by "+c.text)
		}
	}
	return len(w.wave) > 0, nil
}

// unknown tells of the computed includes for which there is no header.
func (w *walk) unknown() []string {
	var out []string
	for _, c := range w.computed {
		known := false
		incs, _ := w.macros.headers(c.text)
		for _, inc := range incs {
			known = known || len(w.search.findOrGeneric(c.from.path, inc.Name, inc.Kind)) > 0
		}
		if !known {
			out = append(out, fmt.Sprintf("%s:%d: nothing that roots reach says which header #include %s is: add that header to roots if it is needed", c.from.shown, c.line, c.text))
		}
	}
	sort.Strings(out)
	return out
}
