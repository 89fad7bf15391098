package present

import (
	"fmt"
	"html"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/quote"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/sizes"
)

// maxMarkdown is the longest comment, in bytes: those who show it take some more.
const maxMarkdown = 60_000

// Marker is what a report in Markdown begins with, by what it is a report of.
func Marker(kind, archive string) string {
	return "<!-- kheaders " + kind + ": " + strings.ReplaceAll(html.EscapeString(quote.Field(archive)), "--", "&#45;&#45;") + " -->\n"
}

// Markdown is a text that is cut at a number of bytes, between two rows.
type Markdown struct {
	b    strings.Builder
	left int
}

// NewMarkdown returns an empty text, which is cut at what a comment may have.
func NewMarkdown() *Markdown { return &Markdown{left: maxMarkdown} }

// String returns the text.
func (m *Markdown) String() string { return m.b.String() }

// endRoom is what is kept for what has to come after a row.
const endRoom = 200

// Add adds a text where there is room for it.
func (m *Markdown) Add(s string) bool {
	if len(s) > m.left-endRoom {
		return false
	}
	m.b.WriteString(s)
	m.left -= len(s)
	return true
}

// End adds what must not be missing.
func (m *Markdown) End(s string) {
	m.b.WriteString(s)
	m.left -= len(s)
}

// Span is a name as code, whatever is in it.
func Span(s string) string { return Code(quote.Field(s)) }

// Code is what can be printed, as code.
func Code(s string) string {
	if strings.ContainsAny(s, "`|\\<>&") || strings.TrimSpace(s) != s || s == "" {
		// In a code span nothing could be escaped: each letter that Markdown or HTML
		// might take for something else is written by its number.
		var b strings.Builder
		for _, r := range s {
			if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '/' || r == '.' {
				b.WriteRune(r)
			} else {
				fmt.Fprintf(&b, "&#%d;", r)
			}
		}
		return "<code>" + b.String() + "</code>"
	}
	return "`" + s + "`"
}

// maxRows is how many rows a table of a comment has at most.
const maxRows = 100

// Table adds a table: its head, and n rows, each of which row makes. At its end it
// says how many there is no room for.
func (m *Markdown) Table(head string, n int, row func(i int) string) {
	if n == 0 || !m.Add(head) {
		return
	}
	shown := 0
	for shown < min(n, maxRows) && m.Add(row(shown)) {
		shown++
	}
	if n > shown {
		m.End(fmt.Sprintf("\n… and %s more\n", sizes.Group(int64(n-shown))))
	}
	m.End("\n")
}

// Fold adds a table that is seen when it is asked for.
func (m *Markdown) Fold(what, head string, n int, row func(i int) string) {
	if n > 0 && m.Add("<details><summary>"+what+"</summary>\n\n") {
		m.Table(head, n, row)
		m.End("</details>\n\n")
	}
}
