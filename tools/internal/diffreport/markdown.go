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
	files := byWeight(r)
	m.Fold(counted(len(files), "file"), "| | bytes | added | removed | changed | |\n| --- | ---: | ---: | ---: | ---: | --- |\n", len(files), func(i int) string { return fileLine(files[i]) })
	changes := 0
	for i := range r.Files {
		changes += len(r.Files[i].Changes)
	}
	m.Fold(counted(changes, "change")+" in headers", "| | | | in |\n| --- | --- | --- | --- |\n", changes, changeLines(r))
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

// byWeight are the files, those with the most changes first.
func byWeight(r *diff.Report) []*diff.File {
	weight := make(map[*diff.File]int64, len(r.Files))
	files := make([]*diff.File, len(r.Files))
	for i := range r.Files {
		f := &r.Files[i]
		n := f.Counts()
		files[i], weight[f] = f, n.Added+n.Removed+n.Changed+int64(f.Count)
	}
	slices.SortStableFunc(files, func(a, b *diff.File) int { return cmp.Compare(weight[b], weight[a]) })
	return files
}

// fileLine is the row of a file.
func fileLine(f *diff.File) string {
	n := f.Counts()
	name := present.Span(f.Path)
	if f.From != "" {
		name = present.Span(f.From) + " to " + name
	}
	return fmt.Sprintf("| %s | %s | %s | %s | %s | %s |\n", f.Status, change(f.Growth(), sizes.Signed), number(n.Added), number(n.Removed), number(n.Changed), name)
}

// changeLines makes the rows of what is declared otherwise, one after the other.
func changeLines(r *diff.Report) func(int) string {
	file, before := 0, 0
	return func(i int) string {
		for i-before >= len(r.Files[file].Changes) {
			before += len(r.Files[file].Changes)
			file++
		}
		f := &r.Files[file]
		c := &f.Changes[i-before]
		return fmt.Sprintf("| %s | %s | %s | %s |\n", c.Status, present.Span(title(c)), c.What(), present.Span(f.Path))
	}
}
