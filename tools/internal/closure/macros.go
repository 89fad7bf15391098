package closure

import (
	"cmp"
	"slices"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/cinclude"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/ctext"
)

// maxWork is how many bytes may be written to expand all computed #includes in
// all ways, with perText for each text; those of all headers of Linux 6.1 take
// 1.8 million. maxText is how many bytes one text may have, maxDepth how deep
// macros may use each other.
const (
	maxWork  = 1 << 25
	perText  = 16
	maxText  = 1 << 12
	maxDepth = 32
)

// macros holds every definition that a macro has anywhere in the closure.
type macros struct {
	// all are the definitions as they were found; last has the index of each
	// name's last one, before that of the one before it, or -1.
	all  []found
	last map[string]int32
	// used are the macros that expanding has asked for, grown that there is a
	// definition of one of them that it has not seen.
	used  map[string]*macro
	grown bool
	// work is how many of maxWork bytes are left; below 0 all is given up.
	work int
}

type found struct {
	text   string
	before int32
}

// macro is a name, with its definitions up to those at index until of all.
type macro struct {
	until int32
	defs  []definition
	seen  map[string]bool
}

// definition is what a macro is replaced by; a function-like one only where
// arguments follow.
type definition struct {
	function bool
	params   []string
	body     string
}

func newMacros() *macros {
	return &macros{last: map[string]int32{}, used: map[string]*macro{}, work: maxWork}
}

func (m *macros) addAll(defines []cinclude.Define) {
	for _, d := range defines {
		m.add(d)
	}
}

func (m *macros) add(d cinclude.Define) {
	if d.Undef {
		return
	}
	before, ok := m.last[d.Name]
	if !ok {
		before = -1
	}
	m.last[d.Name] = int32(len(m.all))
	m.all = append(m.all, found{d.Text, before})
	m.grown = m.grown || m.used[d.Name] != nil
}

// defs returns the definitions of a name, each once.
func (m *macros) defs(name string) []definition {
	u := m.used[name]
	if u == nil {
		u = &macro{until: -1}
		m.used[name] = u
	}
	last, ok := m.last[name]
	if !ok {
		return nil
	}
	for i := last; i > u.until; i = m.all[i].before {
		text := m.all[i].text
		if u.seen[text] {
			continue
		}
		if u.seen == nil {
			u.seen = map[string]bool{}
		}
		u.seen[text] = true
		if d, ok := define(text); ok {
			u.defs = append(u.defs, d)
		}
	}
	u.until = last
	return u.defs
}

// define reads what stands behind the name in a #define.
func define(text string) (definition, bool) {
	list, ok := strings.CutPrefix(text, "(")
	if !ok {
		return definition{body: ctext.Trim(text)}, true
	}
	list, body, ok := strings.Cut(list, ")")
	d := definition{function: true, body: ctext.Trim(body)}
	if ctext.Trim(list) != "" {
		for p := range strings.SplitSeq(list, ",") {
			d.params = append(d.params, ctext.Trim(p))
		}
	}
	return d, ok
}

// headers returns the names that the text of a computed #include may stand
// for, sorted: each macro in it may have any of its definitions, or none. Where
// there are too many, no work is left.
func (m *macros) headers(text string) (out []cinclude.Include) {
	seen := map[cinclude.Include]bool{}
	for _, s := range m.expand(text, nil) {
		inc, rest, ok := cinclude.Header(ctext.Trim(s))
		if !ok || rest != "" {
			continue
		}
		if inc.Kind == cinclude.Angled {
			// Between the tokens that macros leave may be blanks.
			inc.Name = strings.ReplaceAll(inc.Name, " ", "")
		}
		if inc.Name != "" && !seen[inc] {
			seen[inc] = true
			out = append(out, inc)
		}
	}
	slices.SortFunc(out, func(a, b cinclude.Include) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Kind, b.Kind))
	})
	return out
}
