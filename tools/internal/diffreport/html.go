package diffreport

import (
	"bufio"
	_ "embed"
	"fmt"
	"html"
	"io"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/diff"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/present"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/quote"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/sizes"
)

//go:embed page.css
var css string

// HTML writes the report as a page that needs nothing but a browser: totals, and each
// file to be opened.
func HTML(w io.Writer, r *diff.Report) error {
	title := "Differences of " + quote.Line(r.Head.Name)
	return present.Page(w, title, css, func(b *bufio.Writer) { body(b, title, r) })
}

// body is the page without its head.
func body(b *bufio.Writer, title string, r *diff.Report) {
	fmt.Fprintf(b, "<header>\n<h1>%s</h1>\n<p>%s</p>\n<p>compared with %s</p>\n", html.EscapeString(title), html.EscapeString(about(&r.Head)), html.EscapeString(about(&r.Base)))
	if !r.Contents {
		fmt.Fprintf(b, "<p>%s</p>\n", note)
	}
	b.WriteString("</header>\n<main>\n")
	s := r.Sum()
	b.WriteString("<table><thead><tr><th>files<th>bytes<th></thead>\n")
	for _, row := range fileRows(r, &s) {
		fmt.Fprintf(b, "<tr><td>%s<td>%s<td>%s\n", sizes.Group(row.n), signed(row.growth), row.what)
	}
	b.WriteString("</table>\n")
	if rows := classRows(&s); len(rows) > 0 {
		b.WriteString("<h2>In headers on both sides</h2>\n<table><thead><tr><th>added<th>removed<th>changed<th></thead>\n")
		for _, row := range rows {
			fmt.Fprintf(b, "<tr><td>%s<td>%s<td>%s<td>%s\n", number(row.Added), number(row.Removed), number(row.Changed), row.what)
		}
		b.WriteString("</table>\n")
	}
	if r.Differs() {
		b.WriteString("<h2>Files</h2>\n")
	}
	for i := range r.Files {
		entry(b, &r.Files[i])
	}
	b.WriteString("</main>\n")
}

// entry is one file: a line, or what opens where there are changes to be seen.
func entry(b *bufio.Writer, f *diff.File) {
	line := fmt.Sprintf("<code>%s</code> <span class=\"s\">%s</span>", html.EscapeString(names(f)), html.EscapeString(says(f)))
	if len(f.Changes) == 0 {
		fmt.Fprintf(b, "<div class=\"f\">%s</div>\n", line)
		return
	}
	n := f.Counts()
	fmt.Fprintf(b, "<details><summary>%s <span class=\"down\">+%d</span> <span class=\"up\">-%d</span> ~%d</summary>\n<ul>\n", line, n.Added, n.Removed, n.Changed)
	for i := range f.Changes {
		c := &f.Changes[i]
		class := ""
		switch c.Status {
		case diff.Added:
			class = " class=\"down\""
		case diff.Removed:
			class = " class=\"up\""
		}
		fmt.Fprintf(b, "<li%s>%s <code>%s</code> %s\n", class, sign(c), html.EscapeString(title(c)), c.What())
	}
	b.WriteString("</ul></details>\n")
}

// signed is a change in bytes in the colour that growth has.
func signed(n int64) string {
	switch {
	case n > 0:
		return "<span class=\"up\">" + sizes.Signed(n) + "</span>"
	case n < 0:
		return "<span class=\"down\">" + sizes.Signed(n) + "</span>"
	}
	return ""
}
