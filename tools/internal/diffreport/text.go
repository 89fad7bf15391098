// Package diffreport shows people what differs between two archives: as text,
// Markdown and HTML.
package diffreport

import (
	"bufio"
	"fmt"
	"io"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/diff"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/present"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/quote"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/sizes"
)

// Names writes the paths of the files that differ, each on a line; of one that is
// moved both.
func Names(w io.Writer, r *diff.Report) error {
	b := bufio.NewWriter(w)
	for i := range r.Files {
		if from := r.Files[i].From; from != "" {
			b.WriteString(quote.Field(from) + "\n")
		}
		b.WriteString(quote.Field(r.Files[i].Path) + "\n")
	}
	return b.Flush()
}

// Stat writes a line for each file, with numbers of changes, and the totals.
func Stat(w io.Writer, r *diff.Report, o present.Terminal) error {
	b := bufio.NewWriter(w)
	b.WriteString(heading(r))
	if r.Differs() {
		t := o.Table(table.Row{"change", "", "added", "removed", "changed", ""}, 1)
		for i := range r.Files {
			f := &r.Files[i]
			n := f.Counts()
			t.AppendRow(table.Row{o.Signed(f.Growth()), f.Status, number(n.Added), number(n.Removed), number(n.Changed), o.Clip(names(f), 50)})
		}
		b.WriteString("\n" + t.Render() + "\n")
	}
	b.WriteString(totals(r, o))
	return b.Flush()
}

// Text writes all that differs.
func Text(w io.Writer, r *diff.Report, o present.Terminal) error {
	b := bufio.NewWriter(w)
	b.WriteString(heading(r))
	for i := range r.Files {
		f := &r.Files[i]
		fmt.Fprintf(b, "\n%s\n", o.Head(fmt.Sprintf("%s: %s", names(f), says(f))))
		for j := range f.Changes {
			c := &f.Changes[j]
			line := "  " + sign(c) + " " + title(c)
			if what := c.What(); what != "" {
				line += ": " + what
			}
			switch c.Status {
			case diff.Added:
				line = o.Green(line)
			case diff.Removed:
				line = o.Red(line)
			}
			b.WriteString(line + "\n")
		}
	}
	b.WriteString(totals(r, o))
	return b.Flush()
}

// names is what a file is called, with what it was called.
func names(f *diff.File) string {
	if f.From == "" {
		return quote.Word(f.Path)
	}
	return quote.Word(f.From) + " -> " + quote.Word(f.Path)
}

// sign is what a line about a change begins with.
func sign(c *diff.Change) string {
	switch c.Status {
	case diff.Added:
		return "+"
	case diff.Removed:
		return "-"
	}
	return "~"
}

// title is what a change is of.
func title(c *diff.Change) string {
	name := c.Name
	if name == "" {
		name = "(without a name)"
	}
	return string(c.Class) + " " + quote.Text(name)
}

// says tells what has become of a file.
func says(f *diff.File) string {
	s := string(f.Status)
	switch f.Status {
	case diff.Added:
		s += fmt.Sprintf(", %s B", sizes.Group(f.Is))
	case diff.Removed:
		s += fmt.Sprintf(", %s B", sizes.Group(f.Was))
	default:
		s += fmt.Sprintf(", %s B", sizes.Signed(f.Growth()))
	}
	if f.Count > 0 {
		s += fmt.Sprintf(", %s", counted(f.Count, "declaration"))
	}
	if f.Program {
		s += ", mode"
	}
	switch {
	case f.Layout:
		s += ", comments or white space only"
	case f.Read && f.Was != f.Is && len(f.Changes) == 0 && f.Status != diff.Added:
		s += ", no declaration"
	}
	return s
}

// heading says what is compared.
func heading(r *diff.Report) string {
	s := fmt.Sprintf("%s\ncompared with %s\n", about(&r.Head), about(&r.Base))
	if !r.Contents {
		s += note + "\n"
	}
	if r.API {
		s += "only what those who include the headers can notice\n"
	}
	return s
}

// note says what is not known of manifests.
const note = "a manifest tells of names, sizes and modes alone: a file of the same size may have changed, and what headers declare is not compared"

// about says what one side is.
func about(a *diff.About) string {
	s := fmt.Sprintf("%s: %s, ", quote.Line(a.Name), a.Kind)
	if a.Kind == diff.Archive {
		s += fmt.Sprintf("release %s, arch %s, profile %s, format %s, %s B, ", known(a.Release), known(a.Arch), known(a.Profile), known(a.Format), sizes.Group(a.ArchiveBytes))
	}
	return s + fmt.Sprintf("%s files of %s B", sizes.Group(a.Files), sizes.Group(a.Bytes))
}

func known(s string) string {
	if s == "" {
		return "(unknown)"
	}
	return quote.Line(s)
}

// number is a number, none for 0.
func number(n int64) string {
	if n == 0 {
		return ""
	}
	return sizes.Group(n)
}

// counted is a number of things.
func counted(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return sizes.Group(int64(n)) + " " + thing
}
