package main

import (
	"fmt"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tests/bench/measure"
)

// The page of costs has what each level of each format takes between two lines.
const (
	costsPage  = "rules/docs/costs.md"
	costsBegin = "<!-- Written by: tools/bazel run //tests/bench:formats -- --update -->\n"
	costsEnd   = "<!-- end of seconds -->\n"
)

// formatsTable is the table of formats as the page has it.
func formatsTable(head string, results []measure.Result) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n| | seconds | CPU seconds | peak memory, MB | bytes |\n| --- | --- | --- | --- | --- |\n", head)
	for _, r := range results {
		fmt.Fprintf(&b, "| %s | %.1f | %.1f | %.0f | %s |\n", r.Name, r.Wall, r.CPU, float64(r.RSS)/1e6, grouped(r.Size))
	}
	return b.String()
}

// grouped writes n with commas between thousands.
func grouped(n int64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// updateCosts puts the table into the page of the workspace.
func updateCosts(table string) error {
	return fill(inWorkspace(costsPage), costsBegin, costsEnd, table)
}
