package sbom

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"text/tabwriter"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/licence"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/quote"
)

// WriteText writes a summary for people.
func (c *Contents) WriteText(to io.Writer) error {
	b := bufio.NewWriter(to)
	fmt.Fprintf(b, "%s: kernel %s, %d files, SHA-256 %s\n\n", quote.Line(c.Name), quote.Line(c.Release), len(c.Files), c.SHA256)
	w := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	row := func(n int, what string) { fmt.Fprintf(w, "%8d\t%s\n", n, quote.Line(what)) }

	fmt.Fprintln(w, "   files\tSPDX expression in the source")
	c.rows(row, func(f *File) string {
		if f.Expression.SPDX == licence.NoAssertion {
			return "none"
		}
		return f.Expression.SPDX
	})
	fmt.Fprintln(w, "\n   files\twords about licence or copyright")
	c.rows(row, func(f *File) string { return string(f.Texts) })
	fmt.Fprintln(w, "\n   files\tfrom")
	c.rows(row, func(f *File) string { return f.Package })
	if err := w.Flush(); err != nil {
		return err
	}
	if invalid := c.invalid(); len(invalid) > 0 {
		fmt.Fprintln(b, "\nNo SPDX expressions, though files state them as such:")
		for _, ref := range slices.Sorted(maps.Keys(invalid)) {
			fmt.Fprintf(b, "  %s: %s\n", ref, quote.Text(invalid[ref]))
		}
	}
	first := true
	for _, f := range c.Files {
		if f.Expression.SPDX != licence.NoAssertion {
			continue
		}
		if first {
			fmt.Fprintln(b, "\nFiles without an SPDX expression, and what became of their words:")
			first = false
		}
		fmt.Fprintf(b, "  %s: %s\n", quote.Name(f.Path), f.Texts)
	}
	return b.Flush()
}

// rows counts the files by what of gives, the most first.
func (c *Contents) rows(row func(int, string), of func(*File) string) {
	n := map[string]int{}
	for i := range c.Files {
		n[of(&c.Files[i])]++
	}
	for _, what := range slices.SortedFunc(maps.Keys(n), func(a, b string) int { return cmp.Or(n[b]-n[a], cmp.Compare(a, b)) }) {
		row(n[what], what)
	}
}
