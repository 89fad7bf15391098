package buildfiles

import (
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
	var s Search
	r := NewReader(arch)
	read, asked := map[string]bool{}, map[string]bool{}
	var wanted []string
	take := func(n Name) {
		switch {
		case n.Included && !asked[n.Path]:
			asked[n.Path] = true
			wanted = append(wanted, n.Path)
		case n.Headers && !slices.Contains(s.Dirs, n.Path):
			s.Dirs = append(s.Dirs, n.Path)
		case n.Forced && !slices.Contains(s.Forced, n.Path):
			s.Forced = append(s.Forced, n.Path)
		}
	}
	for _, p := range slices.Concat(starts[:1], []string{"arch/" + arch + "/Makefile"}, starts[1:]) {
		take(Name{Path: p, Included: true})
	}
	for round := 0; len(wanted) > 0; round++ {
		if round == maxIncluded {
			return s, fmt.Errorf("%q and other makefiles include one another more than %d deep: exclude what is not needed", wanted[0], maxIncluded)
		}
		files, err := find(wanted)
		if err != nil {
			return s, err
		}
		// Others use what the top one sets.
		slices.SortStableFunc(files, func(a, b File) int { return slices.Index(wanted, a.Path) - slices.Index(wanted, b.Path) })
		wanted = nil
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
	return s, nil
}
