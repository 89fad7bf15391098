package explain

import (
	"fmt"
	"sort"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/headerset"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/hosttools"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/selection"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/tree"
)

// treeSource answers from a tree and the set that was selected of it.
type treeSource struct {
	tree   *tree.Tree
	rules  *selection.Rules
	chosen map[string]headerset.Selected
	paths  []string
}

// FromTree answers from a whole tree (see tree.Whole), and what was
// selected of it.
func FromTree(t *tree.Tree, rules *selection.Rules, files []headerset.Selected) Source {
	s := &treeSource{tree: t, rules: rules, chosen: map[string]headerset.Selected{}}
	for _, f := range files {
		s.chosen[f.Path] = f
		if t.Get(f.Path) == nil { // made, not read
			s.paths = append(s.paths, f.Path)
		}
	}
	for _, e := range t.Entries {
		s.paths = append(s.paths, e.Path)
	}
	sort.Strings(s.paths)
	return s
}

func (s *treeSource) Paths() []string { return s.paths }

func (s *treeSource) Arch() string { return s.rules.Arch() }

func (s *treeSource) Known(path string) Answer {
	if f, in := s.chosen[path]; in {
		return Answer{Path: path, In: true, Rule: f.Rule, Why: f.Reason, Origin: f.Origin(), Hides: f.Hides, Size: f.Size, Stored: -1}
	}
	e := s.tree.Get(path)
	a := Answer{Path: path, Origin: e.Origin(), Hides: e.Hides, Size: e.Size, Stored: -1}
	v := s.rules.Decide(path)
	a.Rule, a.Why = v.Rule, v.Reason
	switch {
	case v.Rule == "roots":
		a.Why = "a header of the profile, but not reached from the roots"
		a.Hints = append(a.Hints, fmt.Sprintf("to take it, put %q into include, or a file that includes it into roots", path))
	case v.Rule == "exclude":
		a.Hints = append(a.Hints, "to take it, change the exclude, or put the path into extra, which wins")
	case v.Rule == "":
		a.Hints = append(s.rules.Pruned(path), fmt.Sprintf("to take it, put %q into include", path))
	case strings.Contains(v.Reason, "host_tools none"):
		a.Hints = append(a.Hints, "to take it, set host_tools to keep or stripped, or put the path into extra")
	case strings.HasPrefix(v.Reason, "secret"):
		a.Hints = append(a.Hints, "include does not bring it back; extra does, and then whoever reads the archive knows it")
	case strings.HasPrefix(v.Reason, "volatile"):
		a.Hints = append(a.Hints, "include does not bring it back; extra does, and then two builds of one kernel need not give the same bytes")
	case s.rules.Asking(v.Rule) != "":
		a.Hints = append(a.Hints, s.rules.Asking(v.Rule))
	default:
		a.Hints = append(s.rules.Pruned(path), fmt.Sprintf("to take it, put %q into include", path))
	}
	return a
}

func (s *treeSource) Unknown(path string) Answer {
	a := Answer{Path: path, Stored: -1, Why: "it is not in the tree"}
	if path == hosttools.InfoPath { // made, not read
		return s.noInfo(a)
	}
	if rule, need := s.rules.Wanted(path); rule != "" {
		a.Rule, a.Why = rule, a.Why+", and the profile wants it: "+need
	} else if v := s.rules.Decide(path); v.In {
		a.Rule, a.Why = v.Rule, a.Why+"; if it were, it would be taken ("+v.Reason+")"
	} else if ask := s.rules.Asking(v.Rule); ask != "" {
		a.Rule, a.Why = v.Rule, a.Why+"; if it were, it would be "+v.Reason
		a.Hints = append(a.Hints, ask+", and give a tree that has it")
	}
	a.Hints = append(a.Hints, s.rules.Pruned(path)...)
	return a
}

// noInfo answers why the file is not made that tells of the host tools.
func (s *treeSource) noInfo(a Answer) Answer {
	switch v := s.rules.Decide(a.Path); {
	case !s.rules.HasHostTools():
		a.Why = "profile " + s.rules.Profile() + " has no host tools, of which this file tells"
		a.Hints = []string{"profile modules has it"}
	case v.Rule == "exclude":
		a.Rule, a.Why = v.Rule, v.Reason
		a.Hints = []string{"kheaders makes this file; to have it, change the exclude"}
	default:
		a.Why = "kheaders makes this file for a set with files, and nothing is selected"
	}
	return a
}
