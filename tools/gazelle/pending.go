package gazelle

import (
	"log"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bazelbuild/bazel-gazelle/label"
	"github.com/bazelbuild/bazel-gazelle/language"
)

// Whoever has these methods is told when all rules are there.
var _ language.FinishableLanguage = (*lang)(nil)

// want notes a label, as it stands in a BUILD file, of a target that another
// run may have to write.
func (s *survey) want(from string, labels ...string) {
	for _, text := range labels {
		if l, err := label.Parse(text); err == nil && l.Repo == "" {
			l = l.Abs("", from)
			s.wanted[l] = added(s.wanted[l], []string{from})
		}
	}
}

// DoneGeneratingRules tells of labels whose targets are neither there nor
// written by this run, which was asked for some directories only; and of object
// trees that no kernel is known for.
func (l *lang) DoneGeneratingRules() {
	s := l.survey
	if s == nil {
		return
	}
	var missing []label.Label
	for want := range s.wanted {
		f := s.load(want.Pkg)
		if s.made[want.Pkg] || s.hasRule(want.Pkg, want.Name) || f != nil && slices.Contains(exported(f), want.Name) {
			continue
		}
		missing = append(missing, want)
	}
	slices.SortFunc(missing, func(a, b label.Label) int { return strings.Compare(a.String(), b.String()) })
	for _, m := range missing {
		log.Printf("//%s: %s is not there yet: run gazelle for the directory %s as well", s.wanted[m][0], m, m.Pkg)
	}
	for _, rel := range sortedKeys(s.objtrees) {
		o, group := s.objtrees[rel], label.New("", rel, objGroup)
		if s.made[rel] && len(s.kernels) > 1 && !s.chosen[group] && s.treeOf(o) == nil && !s.knownKernel(o) {
			log.Printf("//%s: no kernel is known for this object tree: its link `source` or its Makefile leads to %q; mend that, or choose by a directive in the kernel's BUILD file: # gazelle:resolve kheaders %s/%s %s",
				rel, o.source, objGroup, o.arches[0], group)
		}
	}
}

// knownKernel tells whether an object tree says a kernel that is there, be it
// one that the language is switched off for.
func (s *survey) knownKernel(o *objTree) bool {
	return slices.ContainsFunc(s.kernels, func(rel string) bool {
		return inside(o.rel, rel) || o.source != "" && absolute(s.root, rel) == filepath.Clean(o.source)
	})
}
