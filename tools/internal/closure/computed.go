package closure

import (
	"fmt"
	"sort"

	"rules_kheaders/tools/internal/cinclude"
)

// computed is an #include whose name macros make.
type computed struct {
	from source
	line int
	text string
}

// expand reaches what computed includes may name. It is called when all else
// has been followed, and returns whether there is more to follow, or more
// macros are known than before.
func (w *walk) expand() (bool, error) {
	grown := w.macros.wantAll()
	for _, c := range w.computed {
		grown = w.macros.want(c.text) || grown
	}
	if grown {
		return true, w.follow(w.done, true)
	}
	for _, c := range w.computed {
		incs, ok := w.macros.headers(c.text)
		if !ok {
			return false, fmt.Errorf("tree %s: %s:%d: #include %s can be expanded in too many ways, or by too many macros within each other: exclude the file, or what defines its macros", w.Tree, c.from.shown, c.line, c.text)
		}
		for _, inc := range incs {
			if _, err := w.include(c.from, inc, "closure: reached from "+c.from.shown+" by "+c.text); err != nil {
				return false, err
			}
		}
	}
	return len(w.wave) > 0, nil
}

// unknown tells of the computed includes for which there is no header.
func (w *walk) unknown() []string {
	var out []string
	for _, c := range w.computed {
		known := false
		incs, _ := w.macros.headers(c.text)
		for _, inc := range incs {
			known = known || len(w.search.findOrGeneric(c.from.path, inc.Name, inc.Kind)) > 0 || c.from.path == "" && inc.Kind == cinclude.Quoted && w.outside.named(inc.Name)
		}
		if !known {
			out = append(out, fmt.Sprintf("%s:%d: nothing that roots reach says which header #include %s is: add that header to roots if it is needed", c.from.shown, c.line, c.text))
		}
	}
	sort.Strings(out)
	return out
}
