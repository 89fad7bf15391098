// Package explain answers why a path is in, or not in, a set of a kernel tree's
// files.
package explain

import (
	"fmt"
	"path"
	"sort"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/selection"
)

// Answer is what is known of one path.
type Answer struct {
	Path string `json:"path"`
	// In tells whether the path is in the set.
	In bool `json:"in"`
	// Why says what took the file, or why none did.
	Why string `json:"why"`
	// Rule is the profile's table and line, "include", "exclude", "extra" or
	// the like; "" where no rule holds.
	Rule string `json:"rule,omitempty"`
	// Origin is the label, and the member of a package, that the file is from;
	// Hides the same of a file of the same path that it is laid over.
	Origin string `json:"origin,omitempty"`
	Hides  string `json:"hides,omitempty"`
	// Size is the file's size in the tree in bytes; Stored that in the
	// archive, negative where that is not known.
	Size   int64 `json:"size"`
	Stored int64 `json:"stored"`
	// Note is what the manifest remarks on the file.
	Note string `json:"note,omitempty"`
	// Hints say what else may help: what would take the file, or names that
	// are alike.
	Hints []string `json:"hints,omitempty"`
}

// Source knows the paths that can be asked for.
type Source interface {
	// Paths are the paths that are there, sorted bytewise.
	Paths() []string
	// Known answers for one of Paths.
	Known(path string) Answer
	// Unknown answers for any other path.
	Unknown(path string) Answer
	// Arch is the directory below arch/ that the set is for, "" where that is
	// not known.
	Arch() string
}

// Query answers for what a user asks for: a path, a directory, which stands
// for all files below it, or a glob. There is at least one answer.
func Query(s Source, query string) ([]Answer, error) {
	q := path.Clean(query)
	switch {
	case query == "":
		return nil, fmt.Errorf("the path is empty: give one relative to the top of the kernel tree")
	case path.IsAbs(q) || q == ".." || strings.HasPrefix(q, "../"):
		return nil, fmt.Errorf("%q is not below the top of the kernel tree: give a path relative to that, such as include/linux/sched.h", query)
	}
	if err := selection.ValidGlob(q); err != nil {
		return nil, err
	}
	paths := s.Paths()
	if i := sort.SearchStrings(paths, q); i < len(paths) && paths[i] == q {
		return []Answer{s.Known(q)}, nil
	}
	var found []Answer
	glob := strings.ContainsAny(q, `*?[{\`)
	for _, p := range paths {
		match := q == "." || strings.HasPrefix(p, q+"/")
		if glob && !match {
			match, _ = doublestar.Match(q, p) // the pattern is valid
		}
		if match {
			found = append(found, s.Known(p))
		}
	}
	if len(found) > 0 {
		return found, nil
	}
	a := s.Unknown(q)
	if glob {
		a.Why = "nothing matches this glob"
	}
	if near := near(paths, q, s.Arch()); len(near) > 0 {
		a.Hints = append(a.Hints, "names like it: "+strings.Join(near, ", "))
	}
	return []Answer{a}, nil
}
