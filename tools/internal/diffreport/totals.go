package diffreport

import (
	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/diff"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/present"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/sizes"
)

// fileRow is a line about files.
type fileRow struct {
	what   string
	n      int64
	growth int64
}

// fileRows are the files that differ, by what has become of them.
func fileRows(r *diff.Report, s *diff.Summary) []fileRow {
	var rows []fileRow
	for _, status := range diff.Statuses() {
		if n := s.Files[status]; n > 0 {
			rows = append(rows, fileRow{string(status), n, s.Growth[status]})
		}
	}
	rows = append(rows, fileRow{"unchanged", r.Same, 0})
	if s.Layout > 0 {
		rows = append(rows, fileRow{"(comments or white space only)", s.Layout, 0})
	}
	if s.Programs > 0 {
		rows = append(rows, fileRow{"(another mode)", s.Programs, 0})
	}
	return rows
}

// classRow is a line about declarations.
type classRow struct {
	what string
	diff.Counts
}

// plural are the classes as headings.
var plural = map[diff.Class]string{
	diff.Macro: "macros", diff.Include: "includes", diff.Function: "functions", diff.Struct: "structs", diff.Enum: "enums",
	diff.Typedef: "typedefs", diff.Variable: "variables", diff.Guard: "include guards", diff.Forward: "forward declarations", diff.Other: "others",
}

// classRows are the things in headers on both sides that are declared otherwise.
func classRows(s *diff.Summary) []classRow {
	var rows []classRow
	for _, class := range diff.Classes() {
		if n := s.Decls[class]; n != (diff.Counts{}) {
			rows = append(rows, classRow{plural[class], n})
		}
	}
	if s.Bodies > 0 {
		rows = append(rows, classRow{"(of these bodies only)", diff.Counts{Changed: s.Bodies}})
	}
	if s.Conds > 0 {
		rows = append(rows, classRow{"(of these conditions only)", diff.Counts{Changed: s.Conds}})
	}
	return rows
}

// totals is the end of a text.
func totals(r *diff.Report, o present.Terminal) string {
	s := r.Sum()
	t := o.Table(table.Row{"files", "change", ""})
	for _, row := range fileRows(r, &s) {
		t.AppendRow(table.Row{sizes.Group(row.n), change(row.growth, o.Signed), row.what})
	}
	out := "\n" + t.Render() + "\n"
	rows := classRows(&s)
	if len(rows) == 0 {
		return out
	}
	t = o.Table(table.Row{"added", "removed", "changed", ""})
	for _, row := range rows {
		t.AppendRow(table.Row{number(row.Added), number(row.Removed), number(row.Changed), row.what})
	}
	return out + "\nIn headers on both sides:\n" + t.Render() + "\n"
}

// change is a change in bytes as signed writes it, nothing for none.
func change(n int64, signed func(int64) string) string {
	if n == 0 {
		return ""
	}
	return signed(n)
}
