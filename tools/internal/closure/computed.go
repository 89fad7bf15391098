package closure

import (
	"fmt"
	"path"
	"sort"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/cinclude"
)

// computed is an #include whose name macros make.
type computed struct {
	from source
	line int
	text string
}

// place is what decides which headers a text means.
type place struct {
	text, dir      string
	outside, alone bool
}

func (c computed) place() place {
	if c.from.path == "" {
		return place{c.text, path.Dir(c.from.at), true, c.from.alone}
	}
	return place{text: c.text, dir: path.Dir(c.from.path)}
}

// compute notes a computed include, to be expanded.
func (w *walk) compute(c computed) {
	w.computed = append(w.computed, c)
	at := c.place()
	if _, ok := w.means[at]; !ok {
		w.means[at] = false
		w.places = append(w.places, c)
	}
}

// expand reaches what computed includes may name. It is called when all else
// has been followed.
func (w *walk) expand() error {
	if w.macros.grown {
		w.expanded, w.macros.grown = 0, false
	}
	texts := map[string][]cinclude.Include{}
	for _, c := range w.places[w.expanded:] {
		quoted, ok := texts[c.text]
		if !ok {
			// Of names in angle brackets the place does not matter.
			var angled []cinclude.Include
			angled, quoted = w.untried(c.text, w.macros.headers(c.text))
			texts[c.text] = quoted
			if err := w.try(c, angled); err != nil {
				return err
			}
		}
		if err := w.try(c, quoted); err != nil {
			return err
		}
	}
	w.expanded = len(w.places)
	return nil
}

// try reaches headers that a computed include may name.
func (w *walk) try(c computed, incs []cinclude.Include) error {
	if !w.macros.spend(perText * (1 + len(incs))) {
		return fmt.Errorf("tree %s: %s:%d: #include %s can be expanded in too many ways, or by too many macros within each other: exclude the file, or what defines its macros", w.Tree, c.from.shown, c.line, c.text)
	}
	at := c.place()
	for _, inc := range incs {
		found, err := w.include(c.from, inc, "closure: reached from "+c.from.shown+" by "+c.text)
		if err != nil {
			return err
		}
		switch {
		case found && inc.Kind == cinclude.Angled:
			w.angled[c.text] = true
		case found, at.outside && inc.Kind == cinclude.Quoted && w.outside.named(inc.Name):
			w.means[at] = true
		}
	}
	return nil
}

// tried is a header in angle brackets that a text may mean.
type tried struct {
	text string
	inc  cinclude.Include
}

// untried parts the headers that a text may mean by their kind, without those
// in angle brackets that it was known to mean before.
func (w *walk) untried(text string, all []cinclude.Include) (angled, quoted []cinclude.Include) {
	for _, inc := range all {
		if inc.Kind != cinclude.Angled {
			quoted = append(quoted, inc)
		} else if key := (tried{text, inc}); !w.tried[key] {
			w.tried[key] = true
			angled = append(angled, inc)
		}
	}
	return angled, quoted
}

// unknown tells of the computed includes for which there is no header.
func (w *walk) unknown() []string {
	var out []string
	for _, c := range w.computed {
		if !w.means[c.place()] && !w.angled[c.text] {
			out = append(out, fmt.Sprintf("%s:%d: nothing that roots reach says which header #include %s is: add that header to roots if it is needed", c.from.shown, c.line, c.text))
		}
	}
	sort.Strings(out)
	return out
}
