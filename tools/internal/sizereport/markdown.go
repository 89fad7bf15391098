package sizereport

import (
	"fmt"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/present"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/sizes"
)

// Marker is what a report in Markdown begins with: by it a program that posts it
// finds the comment that it replaces.
func Marker(archive string) string { return present.Marker("size", archive) }

// Markdown writes a report as a comment on a change. base may be nil; where nothing
// has changed against it, there is nothing to say, and the comment is empty.
func Markdown(head, base *sizes.Report, o Options) string {
	m := present.NewMarkdown()
	m.Add(Marker(head.Archive))
	size := fmt.Sprintf("%s B (%s)", sizes.Group(head.ArchiveBytes), sizes.Rounded(head.ArchiveBytes))
	table := func(title string, rows []sizes.Row) {
		m.Table("**"+title+"**\n\n"+tableHead(base != nil), len(rows), func(i int) string { return row(&rows[i], head, base != nil) })
	}
	folded := func(what string, rows []sizes.Row, withBase bool) {
		what = sizes.Group(int64(len(rows))) + " " + what
		m.Fold(what, tableHead(withBase), len(rows), func(i int) string { return row(&rows[i], head, withBase) })
	}
	dirs, files := sizes.ByDir(head, base, o.Depth), sizes.ByFile(head, base)
	if base == nil {
		m.Add(fmt.Sprintf("### Size of %s: %s\n\n%s\n\n", present.Span(head.Archive), size, present.Code(about(head))))
		table("Directories", dirs)
		table("Largest files", files[:min(len(files), o.Top)])
		return m.String()
	}
	moved, same := split(dirs)
	if len(moved) == 0 && head.ArchiveBytes == base.ArchiveBytes {
		return ""
	}
	growth := head.ArchiveBytes - base.ArchiveBytes
	m.Add(fmt.Sprintf("### Size of %s: %s, %s B (%s)\n\n%s. Before: %s B, release %s.\n\n", present.Span(head.Archive), size, sizes.Signed(growth),
		share(growth, base.ArchiveBytes), present.Code(about(head)), sizes.Group(base.ArchiveBytes), present.Code(orUnknown(base.Release))))
	table("Directories that have changed", moved)
	folded("files that have changed", changed(files), true)
	folded("directories that have not", same, false)
	return m.String()
}

// share is a change in percent, to a hundredth.
func share(n, of int64) string {
	if of == 0 {
		return "-"
	}
	return fmt.Sprintf("%+.2f %%", 100*float64(n)/float64(of))
}

// split parts the rows that have changed from those that have not.
func split(rows []sizes.Row) (moved, same []sizes.Row) {
	for _, r := range rows {
		if r.Is != r.Was {
			moved = append(moved, r)
		} else {
			same = append(same, r)
		}
	}
	return moved, same
}

// tableHead is what the tables of a report begin with.
func tableHead(withBase bool) string {
	if withBase {
		return "| change | bytes | before | files | |\n| ---: | ---: | ---: | ---: | --- |\n"
	}
	return "| bytes | rounded | share | files | |\n| ---: | ---: | ---: | ---: | --- |\n"
}

// row is a line of a table.
func row(r *sizes.Row, head *sizes.Report, withBase bool) string {
	is := sizes.Bytes(r.Is.Bits)
	if withBase {
		return fmt.Sprintf("| %s | %s | %s | %s | %s |\n", sizes.Signed(sizes.Bytes(r.Growth())), sizes.Group(is), sizes.Group(sizes.Bytes(r.Was.Bits)), sizes.Group(r.Is.Files), present.Span(r.Name))
	}
	return fmt.Sprintf("| %s | %s | %s | %s | %s |\n", sizes.Group(is), sizes.Rounded(is), sizes.Percent(r.Is.Bits, 8*head.ArchiveBytes), sizes.Group(r.Is.Files), present.Span(r.Name))
}
