// Package baseline keeps what parts of archives took in a file that people merge:
// rounded up, so that few changes touch it, and each name and value on a line of
// its own, so that those of two changes go together.
package baseline

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Layout is the number of the file's layout. It goes up whenever one program could
// take the file of another for something else than it is.
const Layout = 1

// ErrLayout says that a file is of another layout, ErrMerge that it has what git
// leaves of a merge.
var (
	ErrLayout = errors.New("another layout")
	ErrMerge  = errors.New("a merge that is not finished")
)

// Section is what one test has in a file.
type Section struct {
	// Test is the test's label, Arch the architecture of its archive.
	Test, Arch string
	Head
	// Rows are in the order of their names, no name twice.
	Rows []Row
}

// Head says which archive the rows are of. Empty is what is not known.
type Head struct {
	// Archive is the archive's label, Format and Codec say what it is compressed by,
	// Method how its bits were attributed, Release its kernel, without a commit.
	Archive, Format, Codec, Method, Profile, Strip, Release string
}

// Row is what a part takes.
type Row struct {
	Name string
	// Bytes is what it took, in whole KiB, rounded up; where Update is told it is
	// exact.
	Bytes int64
}

// Steps of rows, in bytes: rows below small have steps of 1 KiB, those below
// middle of 4 KiB, others of 16 KiB. slack is how many steps more are written.
const (
	small, middle = 64 << 10, 512 << 10
	slack         = 2
)

// Step is the step of a row of so many bytes.
func Step(n int64) int64 {
	switch {
	case n < small:
		return 1 << 10
	case n < middle:
		return 4 << 10
	}
	return 16 << 10
}

// Round is what is written of so many bytes: rounded up to a step, and the slack.
func Round(n int64) int64 {
	s := Step(n)
	return (n+s-1)/s*s + slack*s
}

// TooHigh tells whether a row is so far above what there is that it says little.
func TooHigh(row, is int64) bool { return row > Round(is)+slack*Step(is) }

// Row returns what the row of a name has.
func (s *Section) Row(name string) (bytes int64, ok bool) {
	i, ok := slices.BinarySearchFunc(s.Rows, name, func(r Row, name string) int { return strings.Compare(r.Name, name) })
	if !ok {
		return 0, false
	}
	return s.Rows[i].Bytes, true
}

// Differs returns an error where the rows are of another archive than head is.
func (h *Head) Differs(head *Head) error {
	for _, f := range []struct{ what, have, want string }{
		{"archive", h.Archive, head.Archive}, {"format", h.Format, head.Format}, {"compressor", h.Codec, head.Codec},
		{"method", h.Method, head.Method}, {"profile", h.Profile, head.Profile}, {"strip mode", h.Strip, head.Strip},
	} {
		if written(f.have) != written(f.want) {
			return fmt.Errorf("its rows are of %s %s, and this is of %s", f.what, written(f.have), written(f.want))
		}
	}
	return nil
}

// File is a baseline: the sections of many tests.
type File struct {
	// top is what stands before the first section, tail the comments after the last.
	top, tail string
	sections  []part
}

// part is a section as it stands in the file.
type part struct {
	*Section
	// lead are the comments above it.
	lead, text string
	comments
}

// comments are the lines of comments in a section, with their ends: those of the
// head, and by its name those of a row.
type comments struct {
	head []string
	rows map[string][]string
}

// ofRow adds lines to the comments of a row.
func (c *comments) ofRow(name, lines string) {
	if lines == "" {
		return
	}
	if c.rows == nil {
		c.rows = map[string][]string{}
	}
	c.rows[name] = append(c.rows[name], lines)
}

// Section returns that of a test and an architecture, nil if there is none.
func (f *File) Section(test, arch string) *Section {
	for _, p := range f.sections {
		if p.Test == test && p.Arch == arch {
			return p.Section
		}
	}
	return nil
}

// Update puts a section, whose rows are exact, in place of that of the same test
// and architecture. A row that does still is kept as it is: one that is not
// exceeded and not too high. The text of other sections stays, to the byte, and so
// do comments: those on a row that is gone go to the section's head.
func (f *File) Update(now *Section) {
	out := *now
	out.Rows = slices.Clone(now.Rows)
	slices.SortFunc(out.Rows, func(a, b Row) int { return strings.Compare(a.Name, b.Name) })
	was := f.Section(now.Test, now.Arch)
	if was != nil && was.Differs(&now.Head) != nil {
		was = nil
	}
	for i := range out.Rows {
		r := &out.Rows[i]
		is := r.Bytes
		r.Bytes = Round(is)
		if was == nil {
			continue
		}
		if old, ok := was.Row(r.Name); ok && old >= is && !TooHigh(old, is) {
			r.Bytes = old
		}
	}
	mine := part{Section: &out}
	f.sections = slices.DeleteFunc(f.sections, func(p part) bool {
		own := p.Test == now.Test && p.Arch == now.Arch
		if own {
			mine.lead, mine.comments = p.lead, p.comments
		}
		return own
	})
	mine.text = out.text(mine.comments)
	f.sections = append(f.sections, mine)
	slices.SortStableFunc(f.sections, func(a, b part) int {
		return cmp.Or(strings.Compare(a.Test, b.Test), strings.Compare(a.Arch, b.Arch))
	})
}
