package gate

import (
	"fmt"
	"regexp"
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
		l.Raises = append(l.Raises, l.raise(limit.Attr, l.Is+less-(l.Max-limit.Max)))
	}
	if l.Was >= 0 && limit.Creep > 0 {
		if most, attr, bound := c.creep(l); grown > most {
			than := "before"
			if l.ByRow {
				than = "the baseline's " + sizes.Group(l.Was)
				update = true
			} else {
				l.Raises = append(l.Raises, l.raise(attr, grown))
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
	l.Failure = fmt.Sprintf("%s: %s has %s, %s%s%s; make it smaller, or %s", c.spec.Test, l.Name,
		unit(l.Is, l.Unit), strings.Join(why, ", and "), notes, c.moved(l), c.spec.accepted(&l.Line, update))
	return nil
}

func unit(n int64, unit string) string { return sizes.Group(n) + " " + unit }

// creep is the most that something may grow by, the attribute to change, and
// what says so.
func (c *checker) creep(l *held) (most int64, attr, bound string) {
	limit := l.limit
	floor := int64(pathFloor)
	if l.budget < other {
		floor = totalFloor
	}
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

// Raise is what a BUILD file has to say for a budget to be kept.
type Raise struct {
	// Label is the target, Call the name of the call that makes it.
	Label, Call string
	// Attr is the attribute, Key that of an entry of a dict; "" for the attribute
	// itself.
	Attr, Key string
	// Was and Is are values as the file has them, without quotes. Was is "" where
	// that is not known.
	Was, Is string
}

// raise is what allows n.
func (l *held) raise(attr string, n int64) Raise {
	name, _, _ := strings.Cut(attr, "[")
	r := Raise{Label: l.Owner, Call: l.call, Attr: name, Was: l.limit.Texts[attr], Is: fmt.Sprint(n)}
	if name == pathBudgets {
		r.Key = l.key
	}
	if !slices.Contains([]string{"max_bytes", "max_uncompressed_bytes", "max_files"}, name) {
		r.Is = inUnit(r.Was, n)
	}
	return r
}

// inUnit writes a number of bytes in the unit that a text has, or in the next
// smaller one that its thousands are of, rounded up.
func inUnit(text string, n int64) string {
	for _, u := range []struct {
		of, is string
		bytes  int64
	}{{"KiB", "KiB", 1 << 10}, {"MiB", "KiB", 1 << 10}, {"kB", "kB", 1000}, {"MB", "kB", 1000}} {
		if strings.HasSuffix(text, u.of) {
			return fmt.Sprintf("%d%s", (n+u.bytes-1)/u.bytes, u.is)
		}
	}
	return fmt.Sprintf("%dB", n)
}

// String is the raise as a BUILD file has it.
func (r Raise) String() string {
	attr, value := r.Attr, r.Is
	if r.Key != "" {
		attr += fmt.Sprintf("[%q]", r.Key)
	}
	if strings.HasSuffix(value, "B") {
		value = `"` + value + `"`
	}
	return attr + " = " + value
}
