package diffreport

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/diff"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/present"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/quote"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/sizes"
)

// Markdown writes the report as a comment on a change: the headers with the most
// changes first, cut where a comment would be too long. Where nothing differs it is
// empty.
func Markdown(r *diff.Report) string {
	if !r.Differs() {
		return ""
	}
	m := present.NewMarkdown()
	m.Add(present.Marker("diff", named(r)))
	s := r.Sum()
	m.Add(fmt.Sprintf("### Headers of %s: what differs in %s\n\n%s, compared with %s.\n\n", present.Span(r.Head.Name), counted(len(r.Files), "file"), present.Code(about(&r.Head)), present.Code(about(&r.Base))))
	if !r.Contents {
		m.Add("Note: " + note + ".\n\n")
	}
	var rows []string
	for _, row := range fileRows(r, &s) {
		rows = append(rows, fmt.Sprintf("| %s | %s | %s |\n", sizes.Group(row.n), change(row.growth, sizes.Signed), row.what))
	}
	m.Table("| files | bytes | |\n| ---: | ---: | --- |\n", len(rows), at(rows))
	rows = nil
	for _, row := range classRows(&s) {
		rows = append(rows, fmt.Sprintf("| %s | %s | %s | %s |\n", number(row.Added), number(row.Removed), number(row.Changed), row.what))
	}
	m.Table("**In headers on both sides**\n\n| added | removed | changed | |\n| ---: | ---: | ---: | --- |\n", len(rows), at(rows))
	head, rows := fileLines(r)
	m.Fold(counted(len(rows), "file"), head, len(rows), at(rows))
	head, rows = changeLines(r)
	m.Fold(counted(len(rows), "change")+" in headers", head, len(rows), at(rows))
	return m.String()
}

// named is what tells a report from others: its label, or else what it is of.
func named(r *diff.Report) string {
	if r.Name != "" {
		return r.Name
	}
	of := quote.Word(r.Base.Name) + " " + quote.Word(r.Head.Name)
	if r.API {
		of += " api"
	}
	return of
}

// at gives each row by its number.
func at(rows []string) func(int) string { return func(i int) string { return rows[i] } }

// fileLines are the rows of files, those with the most changes first.
func fileLines(r *diff.Report) (string, []string) {
	files := slices.Clone(r.Files)
	weight := func(f *diff.File) int64 {
		n := f.Counts()
		return n.Added + n.Removed + n.Changed + int64(f.Count)
	}
	slices.SortStableFunc(files, func(a, b diff.File) int { return cmp.Compare(weight(&b), weight(&a)) })
	var rows []string
	for i := range files {
		f := &files[i]
		n := f.Counts()
		name := present.Span(f.Path)
		if f.From != "" {
			name = present.Span(f.From) + " to " + name
		}
		rows = append(rows, fmt.Sprintf("| %s | %s | %s | %s | %s | %s |\n", f.Status, change(f.Growth(), sizes.Signed), number(n.Added), number(n.Removed), number(n.Changed), name))
	}
	return "| | bytes | added | removed | changed | |\n| --- | ---: | ---: | ---: | ---: | --- |\n", rows
}

// changeLines are the rows of what is declared otherwise.
func changeLines(r *diff.Report) (string, []string) {
	var rows []string
	for i := range r.Files {
		f := &r.Files[i]
		for j := range f.Changes {
			c := &f.Changes[j]
			rows = append(rows, fmt.Sprintf("| %s | %s | %s | %s |\n", c.Status, present.Span(title(c)), c.What(), present.Span(f.Path)))
		}
	}
	return "| | | | in |\n| --- | --- | --- | --- |\n", rows
}
