package gazelle

import (
	"bytes"
	"strings"

	"github.com/bazelbuild/bazel-gazelle/rule"
)

// kinds are the names that users gave the rules, by Gazelle's own directives
// map_kind and alias_kind in a directory and those above it.
type kinds struct {
	// mapped is what stands for a kind, aliases are what a kind stands for.
	mapped, aliases map[string]string
}

// with returns k changed by the directives of f.
func (k kinds) with(f *rule.File) kinds {
	for _, d := range f.Directives {
		words := strings.Fields(d.Value)
		switch {
		case d.Key == "map_kind" && len(words) == 3:
			k.mapped = entered(k.mapped, words[0], words[1])
		case d.Key == "alias_kind" && len(words) == 2:
			k.aliases = entered(k.aliases, words[0], words[1])
		}
	}
	return k
}

// entered returns a new map with one entry more.
func entered(m map[string]string, key, value string) map[string]string {
	out := map[string]string{key: value}
	for k, v := range m {
		if k != key {
			out[k] = v
		}
	}
	return out
}

// is tells whether a rule is of a kind, under that name or a user's. As with
// Gazelle a name that stands for a kind can be mapped in its turn.
func (k kinds) is(r *rule.Rule, kind string) bool {
	have := r.Kind()
	if have == kind || k.aliases[have] == kind {
		return true
	}
	for range k.mapped {
		if kind = k.mapped[kind]; kind == have {
			return true
		}
	}
	return false
}

// in tells whether the text of a BUILD file has one of the users' names.
func (k kinds) in(text []byte) bool {
	for _, name := range k.mapped {
		if bytes.Contains(text, []byte(name)) {
			return true
		}
	}
	for name := range k.aliases {
		if bytes.Contains(text, []byte(name)) {
			return true
		}
	}
	return false
}
