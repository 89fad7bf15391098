package explain

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/quote"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/selection"
)

// maxShown is how many answers of one query are written in full; more are
// added up by rule, unless all are asked for.
const maxShown = 20

// Print writes the answers of one query for a person.
func Print(out io.Writer, answers []Answer, all bool) error {
	w := bufio.NewWriter(out)
	if len(answers) > maxShown && !all {
		summarize(w, answers)
		return w.Flush()
	}
	for _, a := range answers {
		a.print(w)
	}
	return w.Flush()
}

func (a Answer) print(w io.Writer) {
	line := func(name, text string) { fmt.Fprintf(w, "  %-8s%s\n", name, quote.Line(text)) }
	fmt.Fprintf(w, "%s: %s\n", quote.Name(a.Path), a.state())
	line("why", a.Why)
	if a.Rule != "" {
		line("rule", a.Rule)
	}
	if a.Origin != "" {
		line("from", quote.Name(a.Origin))
		size := fmt.Sprintf("%d bytes", a.Size)
		if a.Stored >= 0 {
			size += fmt.Sprintf(" in the tree, %d in the archive", a.Stored)
		}
		line("size", size)
	}
	if a.Hides != "" {
		line("hides", quote.Name(a.Hides))
	}
	if a.Note != "" {
		line("note", a.Note)
	}
	for _, h := range a.Hints {
		line("hint", h)
	}
}

func (a Answer) state() string {
	if a.In {
		return "in"
	}
	return "not in"
}

// summarize adds up the answers that have rule and reason in common, in the
// order in which they first come. What roots reach, or other headers of the set,
// has a reason of its own for each includer, which is one here.
func summarize(w io.Writer, answers []Answer) {
	type group struct {
		state, rule, why, first string
		n, bytes                int64
	}
	var groups []*group
	of := map[string]*group{}
	for _, a := range answers {
		if a.In && a.Rule == "roots" {
			a.Why = "reached from the roots"
		} else if why, _, reached := strings.Cut(a.Why, selection.ReachedFrom); a.In && reached {
			a.Why = why + ", which another header includes"
		}
		key := strings.Join([]string{a.state(), a.Rule, a.Why}, "\x00")
		g := of[key]
		if g == nil {
			g = &group{state: a.state(), rule: a.Rule, why: a.Why, first: a.Path}
			of[key], groups = g, append(groups, g)
		}
		g.n++
		g.bytes += a.Size
	}
	fmt.Fprintf(w, "%d files; --all shows each\n", len(answers))
	for _, g := range groups {
		rule := g.rule
		if rule != "" {
			rule = " (" + rule + ")"
		}
		files := "files,"
		if g.n == 1 {
			files = "file, "
		}
		fmt.Fprintf(w, "  %-7s %6d %s %11d bytes: %s%s, such as %s\n", g.state, g.n, files, g.bytes, quote.Line(g.why), quote.Line(rule), quote.Name(g.first))
	}
}
