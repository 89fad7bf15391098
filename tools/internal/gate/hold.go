package gate

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/quote"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/sizes"
)

// Floors of growth, in bytes: less moves by where the compressor ends its blocks.
const (
	totalFloor = 2 << 10
	pathFloor  = 512
)

// hold holds one line against its limit.
func (c *checker) hold(l *held) error {
	limit := l.limit
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
	var want wanted
	update := false
	grown := l.Is - l.Was
	var less int64
	// What does not grow needs no room for others.
	if c.spec.Gate == "pr" && (l.Was < 0 || l.ByRow || grown > 0) {
		less = limit.Headroom
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
		want.max = l.Is + less - (l.Max - limit.Max)
	}
	if l.Was >= 0 && limit.Creep > 0 {
		if most, attr, bound := c.creep(l); grown > most {
			than := "before"
			if l.ByRow {
				than = "the baseline's " + sizes.Group(l.Was)
				update = true
			} else if attr == "creep_release" {
				want.release = grown
			} else {
				want.creep = grown
			}
			why = append(why, fmt.Sprintf("%s more than %s, and %s", unit(grown, l.Unit), than, bound))
		}
	}
	if why == nil {
		return nil
	}
	notes := ""
	for _, n := range l.Notes {
		notes += "; " + n
	}
	l.Raises = l.raises(want, less > 0)
	l.Failure = fmt.Sprintf("%s: %s has %s, %s%s%s; make it smaller, or %s", c.spec.Test, l.Name,
		unit(l.Is, l.Unit), strings.Join(why, ", and "), notes, c.moved(l), c.spec.accepted(&l.Line, update))
	return nil
}

func unit(n int64, unit string) string { return sizes.Group(n) + " " + unit }

// floor is how much growth is never too much.
func (l *held) floor() int64 {
	if l.budget < other {
		return totalFloor
	}
	return pathFloor
}

// creep is the most that something may grow by, the attribute to change, and
// what says so.
func (c *checker) creep(l *held) (most int64, attr, bound string) {
	limit, floor := l.limit, l.floor()
	before := ""
	switch {
	case l.ByRow:
		before = c.rows.Release
	case c.base != nil:
		before = c.base.Release
	}
	most, attr = limit.Creep, "creep"
	if limit.CreepRelease > 0 && released(before) != released(c.head.Release) {
		most, attr = limit.CreepRelease, "creep_release"
	}
	bound = fmt.Sprintf("%s is %s", attr, sizes.Group(most))
	if share := l.Was * limit.CreepPercent / 10_000; share > most {
		most = share
		bound += fmt.Sprintf(", creep_percent of what was %s", sizes.Group(most))
	}
	if floor > most {
		most = floor
		bound += fmt.Sprintf(", and %s is always allowed", sizes.Group(most))
	}
	if l.ByRow && c.spec.Gate != "pr" && limit.Headroom > 0 {
		most += limit.Headroom
		bound += fmt.Sprintf(", and the headroom of changes %s", sizes.Group(limit.Headroom))
	}
	return most, attr, bound
}

// commit is what a build of a repository adds to its release: another commit is no
// other release.
var commit = regexp.MustCompile(`(-[0-9]+)?-g[0-9a-f]{7,40}(-dirty)?$|-dirty$|\+$`)

func released(release string) string { return commit.ReplaceAllString(release, "") }
