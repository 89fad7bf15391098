package buildfile

import (
	"bytes"

	"github.com/bazelbuild/bazel-gazelle/config"
	"github.com/bazelbuild/bazel-gazelle/rule"
)

// Kinds are the names that users gave the rules, by Gazelle's own directives
// map_kind and alias_kind.
type Kinds struct {
	// Mapped is what stands for a kind, Aliases are what a kind stands for.
	Mapped  map[string]config.MappedKind
	Aliases map[string]string
}

// KindsOf returns those of a directory.
func KindsOf(c *config.Config) Kinds { return Kinds{c.KindMap, c.AliasMap} }

// Is tells whether a rule is of a kind, under that name or a user's. As with
// Gazelle a name that stands for a kind can be mapped in its turn.
func (k Kinds) Is(r *rule.Rule, kind string) bool {
	have := r.Kind()
	if have == kind || k.Aliases[have] == kind {
		return true
	}
	for range k.Mapped {
		if kind = k.Mapped[kind].KindName; kind == have {
			return true
		}
	}
	return false
}

// In tells whether the text of a BUILD file has one of the users' names.
func (k Kinds) In(text []byte) bool {
	for _, m := range k.Mapped {
		if bytes.Contains(text, []byte(m.KindName)) {
			return true
		}
	}
	for name := range k.Aliases {
		if bytes.Contains(text, []byte(name)) {
			return true
		}
	}
	return false
}
