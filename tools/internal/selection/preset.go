package selection

import (
	"fmt"
	"slices"
	"strings"
)

// presetNames are the tables of files that an exclude names by a @ before them.
var presetNames = []string{"drivers"}

// Presets returns what an exclude may be beside a glob, sorted: the name of a
// table after a @. Of such a table's headers those are left out that no header
// of the set includes.
func Presets() []string {
	var names []string
	for _, n := range presetNames {
		names = append(names, "@"+n)
	}
	return names
}

// cutPresets parts presets and globs.
func cutPresets(exclude []string) (presets, globs []string) {
	for _, e := range exclude {
		if name, ok := strings.CutPrefix(e, "@"); ok {
			presets = append(presets, name)
		} else {
			globs = append(globs, e)
		}
	}
	slices.Sort(presets)
	return slices.Compact(presets), globs
}

// checkPresets tells whether there are such tables.
func checkPresets(names []string) error {
	for _, n := range names {
		if !slices.Contains(presetNames, n) {
			return fmt.Errorf("bad exclude pattern: there is no preset %q: want %s, or a glob that does not begin with @, such as [@]x", "@"+n, strings.Join(Presets(), " or "))
		}
	}
	return nil
}

// notKept is why a row's file is left out that is taken only where another
// header includes it.
const notKept = "and no other header includes it"

// Keeps reports whether headers are left out that are taken only where another
// one includes them: WithKept says which.
func (r *Rules) Keeps() bool {
	return r.reached == nil && slices.ContainsFunc(r.rows, func(row *row) bool { return row.need == reached })
}

// MayKeep reports whether the file is one that is taken only where another
// header includes it.
func (r *Rules) MayKeep(path string) bool {
	row := r.find(path)
	return row != nil && row.need == reached && !r.Excluded(path)
}

// ReachedFrom is what is in the reason of such a header between what it is and
// which one includes it.
const ReachedFrom = ", reached from "

// WithKept takes headers that others of the set include, each path with that of
// one of these.
func (r *Rules) WithKept(kept map[string]string) *Rules {
	n := *r
	n.kept = kept
	return &n
}
