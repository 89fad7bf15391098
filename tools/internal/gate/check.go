package gate

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
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

// Names of lines.
const (
	uncompressed = "all files, uncompressed,"
	memory       = "the module's memory"
)

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
	now, err := s.assign(head, true)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.Test, err)
	}
	if err := s.reached(head); err != nil {
		return nil, fmt.Errorf("%s: %w", s.Test, err)
	}
	c := checker{spec: s, head: head, base: base}
	if base != nil {
		if err := comparable(base, head); err != nil {
			return nil, fmt.Errorf("%s: %w", s.Test, err)
		}
		// What had two budgets then, or none, may have one now.
		if c.then, err = s.assign(base, false); err != nil {
			return nil, fmt.Errorf("%s: the base: %w", s.Test, err)
		}
	} else if some, alone := s.creeps(); some {
		const lack = "there is no report of what the archive was before, so growth cannot be told: give the merge base's by --@rules_kheaders//:size_base"
		if alone || s.Gate == "pr" {
			return nil, fmt.Errorf("%s: %s", s.Test, lack)
		}
		c.result.Notes = append(c.result.Notes, lack)
	}
	c.now = now
	return c.all(module)
}

// comparable returns an error for a report of what was packed in another way.
func comparable(base, head *sizes.Report) error {
	if err := sizes.Comparable(base, head); err != nil {
		return err
	}
	for _, f := range []struct{ what, base, head string }{
		{"architecture", base.Arch, head.Arch}, {"profile", base.Profile, head.Profile}, {"strip mode", base.Strip, head.Strip},
		{"compressor", base.Codec, head.Codec}, {"level", strconv.Itoa(base.Level), strconv.Itoa(head.Level)},
	} {
		if f.base != f.head {
			return fmt.Errorf("the base has %s %s and this has %s, whose growth is not that of a change: build the base's report anew", f.what, cmp.Or(quote.Text(f.base), "unknown"), cmp.Or(quote.Text(f.head), "an unknown one"))
		}
	}
	return nil
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
		{Line{Name: uncompressed, Unit: "B", Is: c.head.UncompressedBytes, Was: was(func(r *sizes.Report) int64 { return r.UncompressedBytes })}, &s.Uncompressed, all, 0},
		{Line{Name: "the archive", Unit: "files", Is: c.head.Files, Was: was(func(r *sizes.Report) int64 { return r.Files })}, &s.Files, all, 0},
		{Line{Name: memory, Unit: "B", Is: module, Was: -1}, &s.Module, all, 0},
	}
	var sum int64
	unlimited := false
	for k := range s.Budgets {
		b := &s.Budgets[k]
		l := Line{Name: quote.Text(b.named()), Unit: "B", Owner: b.Label, Is: sizes.Bytes(c.now.bits[k]), Was: -1}
		if c.then != nil {
			l.Was = sizes.Bytes(c.then.bits[k])
		}
		sum += b.Max
		unlimited = unlimited || b.Max == 0
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
	if s.Total.Max > 0 && unlimited {
		c.result.Notes = append(c.result.Notes, fmt.Sprintf("budgets of paths that have creep alone are unlimited: all of them can be kept and the archive be above %s = %s", s.Total.Attr, sizes.Group(s.Total.Max)))
	} else if s.Total.Max > 0 && len(s.Budgets) > 0 && sum > s.Total.Max {
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
	var why, mends []string
	grown := l.Is - l.Was
	if l.Was >= 0 && grown <= 0 {
		less = 0 // what does not grow needs no room for others
	}
	if most := l.Max - less; limit.Max > 0 && l.Is > most {
		say := fmt.Sprintf("%s more than %s = %s", unit(l.Is-most, l.Unit), limit.Attr, sizes.Group(limit.Max))
		if l.Max != limit.Max {
			say += fmt.Sprintf(" and its waivers, %s together", sizes.Group(l.Max))
		}
		if less > 0 {
			say += fmt.Sprintf(" less the headroom of %s that a change must leave", sizes.Group(less))
		}
		why = append(why, say)
		mends = append(mends, limit.assign(limit.Attr, l.Is+less-(l.Max-limit.Max)))
	}
	if l.Was >= 0 && limit.Creep > 0 {
		if most, attr, bound := c.creep(limit, l.Was, budget); grown > most {
			why = append(why, fmt.Sprintf("%s more than before, and %s", unit(grown, l.Unit), bound))
			mends = append(mends, limit.assign(attr, grown))
		}
	}
	if why == nil {
		return nil
	}
	notes := ""
	for _, n := range l.Notes {
		notes += "; " + n
	}
	l.Failure = fmt.Sprintf("%s: %s has %s, %s%s%s; make it smaller, or let the owners of %s set %s there", c.spec.Test, l.Name,
		unit(l.Is, l.Unit), strings.Join(why, ", and "), notes, c.moved(budget, l), l.Owner, strings.Join(mends, " and "))
	return nil
}

// assign is what a BUILD file says to allow n.
func (l *Limit) assign(attr string, n int64) string {
	switch attr {
	case "max_bytes", "max_uncompressed_bytes", "max_files":
		return fmt.Sprintf("%s = %d", attr, n)
	}
	return fmt.Sprintf("%s = \"%dB\"", attr, n)
}

func unit(n int64, unit string) string { return sizes.Group(n) + " " + unit }

// creep is the most that something may grow by, the attribute to change, and
// what says so.
func (c *checker) creep(limit *Limit, was int64, budget int) (most int64, attr, bound string) {
	floor := int64(pathFloor)
	if budget < other {
		floor = totalFloor
	}
	most, attr = limit.Creep, "creep"
	if limit.CreepRelease > 0 && released(c.base.Release) != released(c.head.Release) {
		most, attr = limit.CreepRelease, "creep_release"
	}
	bound = fmt.Sprintf("%s is %s", attr, sizes.Group(most))
	if share := was * limit.CreepPercent / 10_000; share > most {
		most = share
		bound += fmt.Sprintf(", creep_percent of what was %s", sizes.Group(most))
	}
	if floor > most {
		most = floor
		bound += fmt.Sprintf(", and %s is always allowed", sizes.Group(most))
	}
	return most, attr, bound
}

// commit is what a build of a repository adds to its release: another commit is no
// other release.
var commit = regexp.MustCompile(`(-[0-9]+)?-g[0-9a-f]{7,40}(-dirty)?$|-dirty$|\+$`)

func released(release string) string { return commit.ReplaceAllString(release, "") }

// moved names what of a budget has grown most since the base, or is largest
// where there is none.
func (c *checker) moved(budget int, l *Line) string {
	if l.Unit != "B" {
		return c.added()
	}
	of := func(e *sizes.Entry) int64 { return e.Bits }
	if l.Name == uncompressed {
		of = func(e *sizes.Entry) int64 { return 8 * e.Bytes }
	} else if l.Name == memory {
		return ""
	}
	type mover struct {
		path string
		by   int64
	}
	by := map[string]int64{}
	add := func(r *sizes.Report, a *assignment, sign int64) {
		for i, e := range r.Entries {
			if !e.Dir && (budget < other || a.of[i] == budget) {
				by[e.Path] += sign * of(&e)
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
