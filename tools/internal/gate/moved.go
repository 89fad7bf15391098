package gate

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/quote"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/sizes"
)

// movers is how many of what has grown most a failure names.
const movers = 3

// mover is what has grown, in bits.
type mover struct {
	path string
	by   int64
}

// most writes those that have grown most.
func most(what, sign string, all []mover) string {
	slices.SortFunc(all, func(a, b mover) int { return cmp.Or(cmp.Compare(b.by, a.by), strings.Compare(a.path, b.path)) })
	if len(all) == 0 {
		return ""
	}
	var out []string
	for _, m := range all[:min(movers, len(all))] {
		out = append(out, fmt.Sprintf("%s %s%s B", quote.Text(m.path), sign, sizes.Group(sizes.Bytes(m.by))))
	}
	return fmt.Sprintf("; %s: %s", what, strings.Join(out, ", "))
}

// moved names what of a budget has grown most since the base, or is largest
// where there is none.
func (c *checker) moved(l *held) string {
	if l.Unit != "B" {
		return c.added()
	}
	of := func(e *sizes.Entry) int64 { return e.Bits }
	if l.Name == uncompressed {
		of = func(e *sizes.Entry) int64 { return 8 * e.Bytes }
	}
	by := map[string]int64{}
	add := func(r *sizes.Report, a *assignment, sign int64) {
		for i, e := range r.Entries {
			if !e.Dir && a.has(i, l.budget) {
				by[e.Path] += sign * of(&e)
			}
		}
	}
	add(c.head, c.now, 1)
	what, sign, before := "largest", "", ""
	if c.base != nil {
		add(c.base, c.then, -1)
		what, sign = "grew most", "+"
	} else if c.rows != nil && l.Name != uncompressed { // a baseline has compressed sizes alone
		before = most("above the baseline", "+", c.above(l.budget))
	}
	var grown []mover
	for p, n := range by {
		if n > 0 {
			grown = append(grown, mover{p, n})
		}
	}
	return before + most(what, sign, grown)
}

// has tells whether an entry is of a budget.
func (a *assignment) has(entry, budget int) bool { return budget == all || a.of[entry] == budget }

// above returns the directories, of which a budget has all, that are above their
// rows in the baseline.
func (c *checker) above(budget int) (out []mover) {
	part := &sizes.Report{}
	for i, e := range c.head.Entries {
		if c.now.has(i, budget) {
			part.Entries = append(part.Entries, e)
		}
	}
	own := map[string]int64{}
	for _, d := range sizes.ByDir(part, nil, levels) {
		own[d.Name] = d.Is.Bits
	}
	for _, d := range sizes.ByDir(c.head, nil, levels) {
		row, _ := c.rows.Row(dirRow(d.Name))
		// What has no row is new.
		if by := d.Is.Bits - 8*row; by > 0 && own[d.Name] == d.Is.Bits {
			out = append(out, mover{d.Name, by})
		}
	}
	return out
}

// added names files that the base has not got.
func (c *checker) added() string {
	if c.base == nil {
		return ""
	}
	had := map[string]bool{}
	for _, e := range c.base.Entries {
		had[e.Path] = true
	}
	var out []string
	n := 0
	for _, e := range c.head.Entries {
		if !e.Dir && !had[e.Path] {
			if n++; n <= movers {
				out = append(out, quote.Text(e.Path))
			}
		}
	}
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("; %d are new, such as %s", n, strings.Join(out, ", "))
}
