package buildfiles

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Search is what makefiles add to the search path that all sources of a kernel
// and its modules are compiled with, in the order in which they name it, each
// once.
type Search struct {
	// Dirs are directories of the tree, there or not.
	Dirs []string
	// Forced are headers that are included before every source, likewise.
	Forced []string
}

// File is a makefile.
type File struct{ Path, Text string }

// starts are the makefiles that make begins with, but for the architecture's.
var starts = []string{"Makefile", "scripts/Makefile.build", "scripts/Makefile.lib"}

// maxIncluded bounds how deep makefiles include one another.
const maxIncluded = 40

// ReadSearch reads the makefiles of a tree that hold for all sources, for an
// architecture's directory below arch/: those that make begins with, and what
// these include. find returns the makefiles that there are of names, in which a
// * stands for what only make knows.
func ReadSearch(arch string, find func(names []string) ([]File, error)) (Search, error) {
	var s Search // empty, beside an error
	r := NewReader(arch)
	read := map[string]bool{}
	var included, dirs, forced once
	take := func(n Name) {
		switch {
		case n.Included:
			included.add(n.Path)
		case n.Headers:
			dirs.add(n.Path)
		case n.Forced:
			forced.add(n.Path)
		}
	}
	for _, p := range slices.Concat(starts[:1], []string{"arch/" + arch + "/Makefile"}, starts[1:]) {
		take(Name{Path: p, Included: true})
	}
	for round := 0; len(included.list) > 0; round++ {
		wanted := included.list
		included.list = nil
		files, err := find(wanted)
		if err != nil {
			return s, err
		}
		if round >= maxIncluded && len(files) > 0 {
			return s, fmt.Errorf("makefiles include one another more than %d deep: %q comes last", maxIncluded, files[0].Path)
		}
		sortAs(files, wanted)
		for _, f := range files {
			if read[f.Path] || strings.ContainsRune(f.Text, 0) {
				continue
			}
			read[f.Path] = true
			for _, n := range r.Read(f.Path, Makefile, f.Text) {
				take(n)
			}
		}
		for _, n := range r.Late() {
			take(n.Name)
		}
	}
	return Search{dirs.list, forced.list}, nil
}

// sortAs puts files into the order of names, since others use what the top
// makefile sets. Those of which a part of the name is not known come last.
func sortAs(files []File, names []string) {
	index := map[string]int{}
	for i, name := range names {
		index[name] = i
	}
	place := func(f File) int {
		if i, ok := index[f.Path]; ok {
			return i
		}
		return len(names)
	}
	slices.SortFunc(files, func(a, b File) int {
		return cmp.Or(place(a)-place(b), strings.Compare(a.Path, b.Path))
	})
}

// once is a list in which each text is once.
type once struct {
	list []string
	has  map[string]bool
}

func (o *once) add(text string) {
	if o.has == nil {
		o.has = map[string]bool{}
	}
	if !o.has[text] {
		o.has[text] = true
		o.list = append(o.list, text)
	}
}
