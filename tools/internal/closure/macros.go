package closure

import (
	"slices"
	"sort"
	"strings"

	"rules_kheaders/tools/internal/cinclude"
)

// maxWork is how many bytes may be written to expand one computed #include in
// all ways; the kernel's own take some 100,000. maxText is how many bytes one
// text may have, maxDepth how deep macros may use each other.
const (
	maxWork  = 1 << 24
	maxText  = 1 << 12
	maxDepth = 32
)

// macros holds every definition that a macro has anywhere in the closure.
type macros struct {
	defs map[string][]cinclude.Define
	// names are those whose definitions are wanted: they occur in computed
	// includes, or in the definitions of such names.
	names map[string]bool
}

// newMacros wants the names that the kernel's headers use in computed
// includes. Any other is found as well, by reading files a second time.
func newMacros() *macros {
	m := &macros{defs: map[string][]cinclude.Define{}, names: map[string]bool{}}
	for _, n := range []string{
		"GENL_MAGIC_INCLUDE_FILE", "REMOTE_EVENT_INCLUDE", "REMOTE_EVENT_INCLUDE_FILE", "TRACE_INCLUDE", "TRACE_INCLUDE_FILE",
		"TRACE_INCLUDE_PATH", "TRACE_SYSTEM", "__REMOTE_EVENT_INCLUDE", "__TRACE_INCLUDE", "__stringify", "__stringify_1",
	} {
		m.names[n] = true
	}
	return m
}

// add takes a definition and tells whether it is a new one.
func (m *macros) add(d cinclude.Define) bool {
	for _, old := range m.defs[d.Name] {
		if old.Func == d.Func && old.Body == d.Body && slices.Equal(old.Params, d.Params) {
			return false
		}
	}
	d.Params = slices.Clone(d.Params)
	m.defs[d.Name] = append(m.defs[d.Name], d)
	return true
}

// want adds the identifiers in text to the names that are wanted, and tells
// whether one is new.
func (m *macros) want(text string) bool {
	grown := false
	for text != "" {
		i := 0
		for i < len(text) && !isName(text[i]) {
			i++
		}
		n := nameLen(text[i:])
		if id := text[i : i+n]; n > 0 && (id[0] < '0' || id[0] > '9') && !m.names[id] {
			m.names[id] = true
			grown = true
		}
		text = text[i+n:]
	}
	return grown
}

// wantAll does the same for the bodies of all definitions.
func (m *macros) wantAll() bool {
	grown := false
	for _, defs := range m.defs {
		for _, d := range defs {
			grown = m.want(d.Body) || grown
		}
	}
	return grown
}

// headers returns the names that the text of a computed #include may stand
// for, sorted: each macro in it may have any of its definitions, or none. ok is
// false where there are too many.
func (m *macros) headers(text string) (out []cinclude.Include, ok bool) {
	e := expander{m: m, budget: maxWork}
	seen := map[cinclude.Include]bool{}
	for _, s := range e.expand(text, nil) {
		s = strings.TrimSpace(s)
		if len(s) < 3 {
			continue
		}
		inc := cinclude.Include{Name: s[1 : len(s)-1]}
		switch {
		case s[0] == '<' && s[len(s)-1] == '>':
			// Between the tokens that macros leave may be blanks.
			inc.Name = strings.ReplaceAll(inc.Name, " ", "")
		case s[0] == '"' && s[len(s)-1] == '"':
			inc.Kind = cinclude.Quoted
		default:
			continue
		}
		seen[inc] = true
	}
	for inc := range seen {
		out = append(out, inc)
	}
	sort.Slice(out, func(i, j int) bool {
		return out[i].Name < out[j].Name || out[i].Name == out[j].Name && out[i].Kind < out[j].Kind
	})
	return out, e.budget >= 0
}
