package gate

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/quote"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/sizes"
)

// Floors of growth, in bytes: less moves by where the compressor ends its blocks.
const (
	totalFloor = 2 << 10
	pathFloor  = 512
)

// movers is how many of what has grown most a failure names.
const movers = 3

// Line is one budget and what is held against it.
type Line struct {
	// Name is what is counted: "archive", or the paths of a budget. Unit is "B", or
	// "files".
	Name, Unit string
	// Owner is where the budget stands.
	Owner string
	// Is is what there is, Was what the base had, -1 if there is none. Max is the
	// limit with its waivers and without the headroom, 0 if there is none.
	Is, Was, Max int64
	// Failure says what is wrong, in a line; "" if the budget is kept. Notes are
	// what else there is to say.
	Failure string
	Notes   []string
}

// Result is what came of all budgets.
type Result struct {
	Lines []Line
	Notes []string
}

// Failures are the lines that say what is wrong.
func (r *Result) Failures() (out []string) {
	for _, l := range r.Lines {
		if l.Failure != "" {
			out = append(out, l.Failure)
		}
	}
	return out
}

// Check holds an archive against the budgets. base is what it was before, nil if
// that is not known; module is the memory that the module takes, in bytes, 0 if
// there is none. An error is of what cannot be held against them at all.
func (s *Spec) Check(head, base *sizes.Report, module int64) (*Result, error) {
	now, err := s.assign(head)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.Test, err)
	}
	if err := s.reached(now); err != nil {
		return nil, fmt.Errorf("%s: %w", s.Test, err)
	}
	c := checker{spec: s, head: head, base: base}
	if base != nil {
		if err := sizes.Comparable(base, head); err != nil {
			return nil, fmt.Errorf("%s: %w", s.Test, err)
		}
		// What had no budget then may have one now.
		lenient := *s
		lenient.Other = &Limit{}
		if c.then, err = lenient.assign(base); err != nil {
			return nil, fmt.Errorf("%s: the base: %w", s.Test, err)
		}
	}
	c.now = now
	return c.all(module)
}

type checker struct {
	spec       *Spec
	head, base *sizes.Report
	now, then  *assignment // then is nil without a base
	result     Result
}

func (c *checker) all(module int64) (*Result, error) {
	s := c.spec
	was := func(of func(r *sizes.Report) int64) int64 {
		if c.base == nil {
			return -1
		}
		return of(c.base)
	}
	type held struct {
		Line
		limit  *Limit
		budget int // whose entries have moved; all of them: all
		less   int64
	}
	const all = -2
	lines := []held{
		{Line{Name: "the archive", Unit: "B", Is: c.head.ArchiveBytes, Was: was(func(r *sizes.Report) int64 { return r.ArchiveBytes })}, &s.Total, all, s.Headroom},
		{Line{Name: "all files, uncompressed,", Unit: "B", Is: c.head.UncompressedBytes, Was: was(func(r *sizes.Report) int64 { return r.UncompressedBytes })}, &s.Uncompressed, all, 0},
		{Line{Name: "the archive", Unit: "files", Is: c.head.Files, Was: was(func(r *sizes.Report) int64 { return r.Files })}, &s.Files, all, 0},
		{Line{Name: "the module's memory", Unit: "B", Is: module, Was: -1}, &s.Module, all, 0},
	}
	var sum int64
	for k := range s.Budgets {
		b := &s.Budgets[k]
		l := Line{Name: quote.Text(b.named()), Unit: "B", Owner: b.Label, Is: sizes.Bytes(c.now.bits[k]), Was: -1}
		if c.then != nil {
			l.Was = sizes.Bytes(c.then.bits[k])
		}
		sum += b.Max
		lines = append(lines, held{l, &b.Limit, k, 0})
	}
	if s.Other != nil {
		l := Line{Name: "all other files", Unit: "B", Is: sizes.Bytes(c.now.rest), Was: -1}
		if c.then != nil {
			l.Was = sizes.Bytes(c.then.rest)
		}
		sum += s.Other.Max
		lines = append(lines, held{l, s.Other, other, 0})
	}
	for _, l := range lines {
		if l.limit == nil || !l.limit.limited() {
			continue
		}
		if l.Owner == "" {
			l.Owner = s.Test
		}
		if err := c.hold(&l.Line, l.limit, l.budget, l.less); err != nil {
			return nil, fmt.Errorf("%s: %w", s.Test, err)
		}
		c.result.Lines = append(c.result.Lines, l.Line)
	}
	if s.Total.Max > 0 && len(s.Budgets) > 0 && sum > s.Total.Max {
		c.result.Notes = append(c.result.Notes, fmt.Sprintf("the budgets of paths are %s B together, which is %s B above %s = %s: all of them can be kept and the archive be too large",
			sizes.Group(sum), sizes.Group(sum-s.Total.Max), s.Total.Attr, sizes.Group(s.Total.Max)))
	}
	return &c.result, nil
}

// hold holds one line against its limit.
func (c *checker) hold(l *Line, limit *Limit, budget int, less int64) error {
	l.Max = limit.Max
	for _, w := range limit.Waivers {
		holds, err := w.holds(c.head.Release)
		if err != nil {
			return err
		}
		if holds {
			l.Max += w.Bytes
			l.Notes = append(l.Notes, fmt.Sprintf("a waiver adds %s B until %s: %s", sizes.Group(w.Bytes), w.Until, quote.Line(w.Reason)))
		} else {
			l.Notes = append(l.Notes, fmt.Sprintf("the waiver of %s B until %s has expired with %s: take it out (%s)", sizes.Group(w.Bytes), w.Until, quote.Text(c.head.Release), quote.Line(w.Reason)))
		}
	}
	var why []string
	if most := l.Max - less; limit.Max > 0 && l.Is > most {
		say := fmt.Sprintf("%s more than %s = %s", unit(l.Is-most, l.Unit), limit.Attr, sizes.Group(l.Max))
		if less > 0 {
			say += fmt.Sprintf(" less the headroom of %s that a change must leave", sizes.Group(less))
		}
		why = append(why, say)
	}
	if grown := l.Is - l.Was; l.Was >= 0 && limit.Creep > 0 {
		if most, attr := c.creep(limit, l.Was, budget); grown > most {
			why = append(why, fmt.Sprintf("%s more than before, and %s is %s", unit(grown, l.Unit), attr, sizes.Group(most)))
		}
	}
	if why == nil {
		return nil
	}
	notes := ""
	for _, n := range l.Notes {
		notes += "; " + n
	}
	l.Failure = fmt.Sprintf("%s: %s has %s, %s%s%s; make it smaller, or let the owners of %s raise it there to %d", c.spec.Test, l.Name,
		unit(l.Is, l.Unit), strings.Join(why, ", and "), notes, c.moved(budget), l.Owner, l.Is+less)
	return nil
}

func unit(n int64, unit string) string { return sizes.Group(n) + " " + unit }

// creep is the most that something may grow by, and whose attribute says so.
func (c *checker) creep(limit *Limit, was int64, budget int) (int64, string) {
	floor := int64(pathFloor)
	if budget < other {
		floor = totalFloor
	}
	most, attr := limit.Creep, "creep"
	if limit.CreepRelease > 0 && c.base.Release != c.head.Release {
		most, attr = limit.CreepRelease, "creep_release"
	}
	return max(most, floor, was*limit.CreepPercent/10_000), attr
}

// moved names what of a budget has grown most since the base, or is largest
// where there is none.
func (c *checker) moved(budget int) string {
	type mover struct {
		path string
		by   int64
	}
	by := map[string]int64{}
	add := func(r *sizes.Report, a *assignment, sign int64) {
		for i, e := range r.Entries {
			if !e.Dir && (budget < other || a.of[i] == budget) {
				by[e.Path] += sign * e.Bits
			}
		}
	}
	add(c.head, c.now, 1)
	what := "largest"
	if c.base != nil {
		add(c.base, c.then, -1)
		what = "grew most"
	}
	var all []mover
	for p, n := range by {
		if n > 0 {
			all = append(all, mover{p, n})
		}
	}
	slices.SortFunc(all, func(a, b mover) int { return cmp.Or(cmp.Compare(b.by, a.by), strings.Compare(a.path, b.path)) })
	if len(all) == 0 {
		return ""
	}
	var out []string
	for _, m := range all[:min(movers, len(all))] {
		n := sizes.Group(sizes.Bytes(m.by))
		if c.base != nil {
			n = "+" + n
		}
		out = append(out, fmt.Sprintf("%s %s B", quote.Text(m.path), n))
	}
	return fmt.Sprintf("; %s: %s", what, strings.Join(out, ", "))
}
