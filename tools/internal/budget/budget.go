// Package budget holds an archive's size against what it may have.
package budget

import (
	"fmt"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/manifest"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/quote"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/sizes"
)

// Limits are the most that an archive may have. A nil limit is none; a limit
// of zero or below is an error, since no archive could keep it.
type Limits struct {
	// MaxBytes is for the archive file, in bytes.
	MaxBytes *int64
	// MaxUncompressedBytes is for the sum of the files' sizes in the
	// archive, after stripping, in bytes.
	MaxUncompressedBytes *int64
	// MaxFiles is for the number of files.
	MaxFiles *int64
}

// A report lists topDirs directories, a failure errDirs.
const topDirs, errDirs = 10, 3

// line is one budget and what is held against it.
type line struct {
	attr   string // the attribute of the rule that sets the budget
	what   string // what is counted, with its verb
	mend   string // how to get less of it
	actual int64
	limit  *int64
	weigh  func(manifest.Dir) int64 // what a directory adds to it, roughly
	unit   string                   // the unit of weigh
}

func lines(s *manifest.Stats, l Limits) []line {
	return []line{
		{"max_bytes", "bytes in the archive file", "strip more, choose a stronger format, exclude files",
			s.ArchiveBytes, l.MaxBytes, bytes, "uncompressed bytes"},
		{"max_uncompressed_bytes", "bytes uncompressed", "strip more, exclude files",
			s.UncompressedBytes, l.MaxUncompressedBytes, bytes, "bytes"},
		{"max_files", "files", "choose a smaller profile, exclude files",
			s.Files, l.MaxFiles, files, "files"},
	}
}

func bytes(d manifest.Dir) int64 { return d.Bytes }
func files(d manifest.Dir) int64 { return d.Files }

// Check holds the stats of the archive that is called name against the
// limits. The report is text for people: the sizes, each with its budget, and
// the largest directories; it is given whether or not the budgets are kept.
//
// The error has one line for each budget that is exceeded, with the budget,
// the actual size, the excess, the three largest directories and the mend.
// A limit of zero or below is an error too, and then there is no report.
func Check(s *manifest.Stats, name string, l Limits) (report string, err error) {
	name = quote.Line(name)
	all := lines(s, l)
	var bad []string
	for _, b := range all {
		if b.limit != nil && *b.limit <= 0 {
			bad = append(bad, fmt.Sprintf("%s is %d", b.attr, *b.limit))
		}
	}
	if bad != nil {
		return "", fmt.Errorf("%s: %s: give a number above zero, or leave it out for no limit", name, strings.Join(bad, ", "))
	}
	var over []string
	for _, b := range all {
		if b.over() {
			over = append(over, b.exceeded(name, s))
		}
	}
	if over != nil {
		err = quote.NewLines(over...)
	}
	return text(name, s, all), err
}

func (b line) over() bool { return b.limit != nil && b.actual > *b.limit }

// exceeded gives the numbers that one would copy as plain digits.
func (b line) exceeded(name string, s *manifest.Stats) string {
	var big []string
	for i, d := range largest(s, b.weigh) {
		if i == errDirs {
			break
		}
		big = append(big, fmt.Sprintf("%s %s", d.Path, sizes.Group(b.weigh(d))))
	}
	where := ""
	if big != nil {
		where = fmt.Sprintf("; largest directories, in %s: %s", b.unit, strings.Join(big, ", "))
	}
	return fmt.Sprintf("%s: %s %s, %s more than %s = %d%s; %s, or set %s = %d",
		name, sizes.Group(b.actual), b.what, sizes.Group(b.actual-*b.limit), b.attr, *b.limit, where, b.mend, b.attr, b.actual)
}
