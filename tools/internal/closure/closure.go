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
	"maps"
	"slices"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/cinclude"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/infile"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/kernel"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/tree"
)

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
	// Outputs are the files that will be replaced; none of them may be a root.
	Outputs infile.Outputs
	// Dirs are directories that the tree's makefiles add to the search path,
	// Forced headers that they have included before every source: paths or names.
	Dirs, Forced []string
	// Barred tells which files are neither taken nor followed.
	Barred func(path string) bool
	// Loaded tells which files would be in Tree if there were such files; nil
	// is all. The others are for Result.Far.
	Loaded func(path string) bool
}

// Result is what can be reached.
type Result struct {
	// Reasons says of each file's path, in words for a manifest, from where
	// it is reached: by a shortest way from a root, roots in their order.
	Reasons map[string]string
	// Warnings are for computed includes of which no header is known, and for
	// what files outside of the tree include from beside themselves.
	Warnings []string
	// Far are paths that are included but not Loaded, sorted. Where there are
	// some, load them and run again.
	Far []string
}

// walk is one search.
type walk struct {
	Options
	tree     *tree.Tree
	entries  map[string]*tree.Entry
	search   *Search
	macros   *macros
	reasons  map[string]string
	wave     []source // to be read next
	computed []computed
	// defining says that there is a computed include, so that definitions are
	// read; before it is set, done are the files that were read without.
	defining bool
	done     []source
	places   []computed      // the first one of each place
	expanded int             // how many of places have been
	means    map[place]bool  // whether there is a header for those of a place
	tried    map[tried]bool  // headers in angle brackets that computed includes may name
	angled   map[string]bool // texts of which there is such a header
	outside  *outside
	warnings []string
	far      map[string]bool
}

// source is a file that is reached.
type source struct {
	path  string // in the tree; "" for one outside
	at    string // of one outside: where it is
	alone bool   // of one outside: no other may be read
	shown string
	open  opener
	size  int64 // in bytes
	text  bool  // not C, but has C in it
}

// Run finds what the roots can reach.
func Run(t *tree.Tree, o Options) (*Result, error) {
	w := &walk{Options: o, tree: t, entries: make(map[string]*tree.Entry, len(t.Entries)), macros: newMacros(), means: map[place]bool{}, tried: map[tried]bool{}, angled: map[string]bool{}, reasons: map[string]string{}, far: map[string]bool{}}
	paths := make([]string, len(t.Entries))
	for i, e := range t.Entries {
		w.entries[e.Path], paths[i] = e, e.Path
	}
	w.search = NewSearch(o.Arch, paths, func(p string) bool {
		return w.entries[p] != nil && w.loaded(p) && (o.Barred == nil || !o.Barred(p))
	}, o.Dirs...)
	if err := w.begin(); err != nil {
		return nil, err
	}
	for len(w.wave) > 0 {
		if err := w.follow(); err != nil {
			return nil, err
		}
		if len(w.wave) == 0 && len(w.computed) > 0 {
			if err := w.define(); err != nil {
				return nil, err
			}
			if err := w.expand(); err != nil {
				return nil, err
			}
		}
	}
	return &Result{w.reasons, append(w.warnings, w.unknown()...), slices.Sorted(maps.Keys(w.far))}, nil
}

func (w *walk) loaded(path string) bool { return w.Loaded == nil || w.Loaded(path) }

// begin puts the roots into the first wave.
func (w *walk) begin() error {
	for _, g := range kernel.GivenHeaders(w.Modules) {
		w.reach(w.search.findOrGeneric("", g.Name, cinclude.Angled), "closure: "+g.Why)
	}
	for _, name := range w.Forced {
		w.reach(w.search.FindForced(name), "closure: included before every source file, as a makefile says")
		w.lookFor(append(w.search.candidates("", name, cinclude.Angled), name))
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
			if arch, _, below := kernel.SplitArch(root); below && arch != w.Arch {
				return fmt.Errorf("tree %s: root %q is of arch %q, and headers are for arch %q here: correct the root or arch", w.Tree, root, arch, w.Arch)
			}
			return fmt.Errorf("tree %s: root %q is neither in the include directories of arch %q nor a path in the tree: write it as in an #include (linux/sched.h) or from the tree's top, or correct the name", w.Tree, root, w.Arch)
		}
		w.reach(found, fmt.Sprintf("closure: root %s", root))
	}
	var err error
	if w.outside, err = newOutside(w.Files, w.Outputs); err != nil {
		return err
	}
	w.wave = append(w.wave, w.outside.files...)
	return nil
}

// reach adds files to the next wave, unless they are known already.
func (w *walk) reach(paths []string, reason string) {
	for _, p := range paths {
		if _, ok := w.reasons[p]; ok {
			continue
		}
		w.reasons[p] = reason
		w.wave = append(w.wave, source{path: p, shown: p, open: w.entries[p].Open, size: w.entries[p].Size})
	}
}

// define reads the definitions of the files that were read without them.
func (w *walk) define() error {
	files := w.done
	w.defining, w.done = true, nil
	return scanAll(files, true, func(_ source, r *cinclude.Result) error {
		w.macros.addAll(r.Defines)
		return nil
	})
}

// follow reads the files of the wave and reaches what they include.
func (w *walk) follow() error {
	files := w.wave
	w.wave = nil
	if !w.defining {
		w.done = append(w.done, files...)
	}
	return scanAll(files, w.defining, func(f source, r *cinclude.Result) error {
		w.macros.addAll(r.Defines)
		for _, inc := range r.Includes {
			if inc.Kind == cinclude.Computed {
				w.compute(computed{f, inc.Line, inc.Name})
				continue
			}
			found, err := w.include(f, inc, "closure: reached from "+f.shown)
			if err != nil {
				return err
			}
			if !found && f.path == "" && inc.Kind == cinclude.Quoted && !inc.Test && !w.outside.named(inc.Name) && !filledIn(f, inc.Name) {
				w.warnings = append(w.warnings, fmt.Sprintf("%s:%d: #include %q is neither in the tree nor a root file: add it to root_files (--root-file), or what it includes is left out", f.shown, inc.Line, inc.Name))
			}
		}
		return nil
	})
}

// lookFor notes paths that the tree may have and that were not read of it.
func (w *walk) lookFor(paths []string) {
	for _, p := range paths {
		if !w.loaded(p) && (w.Barred == nil || !w.Barred(p)) {
			w.far[p] = true
		}
	}
}

// include reaches what an #include may mean, and tells whether there is any.
func (w *walk) include(f source, inc cinclude.Include, reason string) (bool, error) {
	if f.path == "" && inc.Kind == cinclude.Quoted {
		n := len(w.outside.files)
		if found, err := w.outside.beside(f, inc.Name); found || err != nil {
			w.wave = append(w.wave, w.outside.files[n:]...)
			return found, err
		}
	}
	w.lookFor(w.search.candidates(f.path, inc.Name, inc.Kind))
	found := w.search.findOrGeneric(f.path, inc.Name, inc.Kind)
	w.reach(found, reason)
	return len(found) > 0, nil
}
