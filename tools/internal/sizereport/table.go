package sizereport

import (
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/present"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/quote"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/sizes"
)

// many are the columns of a table of archives: a number is to the right.
var many = []struct {
	name   string
	of     func(r *sizes.Report) string
	number bool
}{
	{"release", func(r *sizes.Report) string { return orUnknown(r.Release) }, false},
	{"arch", func(r *sizes.Report) string { return orUnknown(r.Arch) }, false},
	{"profile", func(r *sizes.Report) string { return orUnknown(r.Profile) }, false},
	{"strip", func(r *sizes.Report) string { return orUnknown(r.Strip) }, false},
	{"format", func(r *sizes.Report) string { return orUnknown(r.Format) }, false},
	{"bytes", func(r *sizes.Report) string { return sizes.Group(r.ArchiveBytes) }, true},
	{"rounded", func(r *sizes.Report) string { return sizes.Rounded(r.ArchiveBytes) }, true},
	{"uncompressed", func(r *sizes.Report) string { return sizes.Group(r.UncompressedBytes) }, true},
	{"files", func(r *sizes.Report) string { return sizes.Group(r.Files) }, true},
	{"largest directory", func(r *sizes.Report) string {
		rows := sizes.ByDir(r, nil, 2)
		if len(rows) == 0 {
			return ""
		}
		return quote.Word(rows[0].Name) + " " + sizes.Percent(rows[0].Is.Bits, 8*r.ArchiveBytes)
	}, false},
	{"", func(r *sizes.Report) string { return quote.Word(r.Archive) }, false},
}

// sorted brings archives into the order of their releases, as numbers, then of
// their architectures.
func sorted(reports []*sizes.Report) []*sizes.Report {
	out := slices.Clone(reports)
	slices.SortStableFunc(out, func(a, b *sizes.Report) int {
		if c := compareReleases(a.Release, b.Release); c != 0 {
			return c
		}
		return strings.Compare(a.Arch, b.Arch)
	})
	return out
}

// compareReleases compares releases, the numbers in them by their values.
func compareReleases(a, b string) int {
	for a != "" && b != "" {
		x, y := digits(a), digits(b)
		if x > 0 && y > 0 {
			m, n := strings.TrimLeft(a[:x], "0"), strings.TrimLeft(b[:y], "0")
			if len(m) != len(n) {
				return len(m) - len(n)
			}
			if c := strings.Compare(m, n); c != 0 {
				return c
			}
			a, b = a[x:], b[y:]
			continue
		}
		if a[0] != b[0] {
			return int(a[0]) - int(b[0])
		}
		a, b = a[1:], b[1:]
	}
	return len(a) - len(b)
}

// digits is how many digits s begins with.
func digits(s string) int {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}

// Table writes a line about each of many archives, as text.
func Table(reports []*sizes.Report, o Options) string {
	var head table.Row
	var left []int
	for i, c := range many {
		head = append(head, c.name)
		if !c.number {
			left = append(left, i)
		}
	}
	t := o.Table(head, left...)
	for _, r := range sorted(reports) {
		var row table.Row
		for _, c := range many {
			row = append(row, c.of(r))
		}
		t.AppendRow(row)
	}
	return t.Render() + "\n"
}

// TableMarkdown writes what Table does as Markdown.
func TableMarkdown(reports []*sizes.Report) string {
	var b strings.Builder
	for i, c := range many {
		name := c.name
		if name == "" {
			name = "archive"
		}
		b.WriteString("| " + name + " ")
		if i == len(many)-1 {
			b.WriteString("|\n")
		}
	}
	for _, c := range many {
		if c.number {
			b.WriteString("| ---: ")
		} else {
			b.WriteString("| --- ")
		}
	}
	b.WriteString("|\n")
	for _, r := range sorted(reports) {
		for _, c := range many {
			cell := c.of(r)
			if !c.number {
				cell = present.Code(cell)
			}
			b.WriteString("| " + cell + " ")
		}
		b.WriteString("|\n")
	}
	return b.String()
}
