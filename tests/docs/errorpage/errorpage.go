// Package errorpage reads the page of errors: the messages that its tables have.
package errorpage

import (
	"regexp"
	"strings"
)

// Gap stands on the page for what differs from case to case.
const Gap = "…"

// Row is a line of a table that begins with a message.
type Row struct {
	Message string
	// Rest are the other cells: its cause, and what to do.
	Rest []string
	Line int
}

// Rows returns the rows of the tables of our own messages.
func Rows(page string) []Row {
	var rows []Row
	for i, l := range strings.Split(page, "\n") {
		cells := strings.Split(strings.TrimSuffix(l, " |"), " | ")
		message, ok := strings.CutPrefix(cells[0], "| `")
		if !ok {
			continue
		}
		if message, ok = strings.CutSuffix(message, "`"); ok {
			rows = append(rows, Row{Message: message, Rest: cells[1:], Line: i + 1})
		}
	}
	return rows
}

// Matches tells whether a line that a program printed is the message, with anything
// in its gaps, before it and behind it.
func (r Row) Matches(line string) bool {
	parts := strings.Split(strings.TrimSpace(strings.Trim(r.Message, Gap)), Gap)
	for i, p := range parts {
		parts[i] = regexp.QuoteMeta(p)
	}
	return regexp.MustCompile(strings.Join(parts, ".*")).MatchString(line)
}
