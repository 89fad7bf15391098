package main

import (
	"fmt"
	"os"
	"strings"
)

// The comments between which a page has the table.
const begin, end = "<!-- figures: begin -->\n", "<!-- figures: end -->\n"

// fill puts a text into a page, between two lines.
func fill(path, begin, end, text string) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("read the page that the table is for: %w", err)
	}
	before, rest, ok := strings.Cut(string(b), begin)
	_, after, closed := strings.Cut(rest, end)
	if !ok || !closed {
		return fmt.Errorf("%s has no place for the table: a line %q and a line %q", path, strings.TrimSpace(begin), strings.TrimSpace(end))
	}
	return os.WriteFile(path, []byte(before+begin+"\n"+text+"\n"+end+after), 0o644)
}

// markdown is the table for readers: times as parts of mainline's, which is the
// last row. How long that takes depends on what the machine takes to start a process,
// in milliseconds.
func markdown(table []row, start float64) string {
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
		fmt.Fprintf(&b, "| %s | %.1f | %.1f | %s | %s | %.0f MB | %s |\n", r.Name, r.Wall, r.CPU, against, limit, float64(r.RSS)/1e6, grouped(r.Size))
	}
	first := base.Wall / table[0].Wall
	fmt.Fprintf(&b, "\n\"1/%.1f\" is %.1f times as fast as mainline's script, which starts perl once for each file. To start a process that does\nnothing took %.1f ms.\n", first, first, start)
	return b.String()
}
