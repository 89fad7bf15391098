package main

import (
	"bytes"
	"fmt"
	"os"
	"strings"
)

// The comments between which a page has the table.
const begin, end = "<!-- figures: begin -->\n", "<!-- figures: end -->"

// fill puts the table into a page.
func fill(path string, table []row) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	before, rest, ok := bytes.Cut(text, []byte(begin))
	_, after, closed := bytes.Cut(rest, []byte(end))
	if !ok || !closed {
		return fmt.Errorf("%s has no place for the table: put %q before it and %q behind it", path, strings.TrimSpace(begin), end)
	}
	return os.WriteFile(path, fmt.Appendf(nil, "%s%s\n%s\n%s%s", before, begin, markdown(table), end, after), 0o644)
}

// markdown is the table for readers: times as parts of mainline's, which is the
// last row.
func markdown(table []row) string {
	var b strings.Builder
	b.WriteString("| | seconds | CPU seconds | seconds against mainline's | times the limit | peak memory | bytes |\n| --- | --- | --- | --- | --- | --- | --- |\n")
	base := table[len(table)-1]
	for _, r := range table {
		against, limit := fmt.Sprintf("1/%.1f", base.Wall/r.Wall), "–"
		if r.Name == base.Name {
			against = "1"
		}
		if r.limit > 0 {
			limit = fmt.Sprintf("%.2f", r.Wall/r.limit)
		}
		fmt.Fprintf(&b, "| %s | %.1f | %.1f | %s | %s | %.0f MB | %s |\n", r.Name, r.Wall, r.CPU, against, limit, float64(r.RSS)/1e6, thousands(r.Size))
	}
	return b.String()
}

// thousands writes a number with commas.
func thousands(n int64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
