package sizereport

import (
	"fmt"
	"html"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/quote"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/sizes"
)

// maxMarkdown is the longest comment, in bytes: those who show it take some more.
const maxMarkdown = 60_000

// maxRows is how many rows a table of a comment has at most.
const maxRows = 100

// Marker is what a report in Markdown begins with: by it a program that posts it
// finds the comment that it replaces.
func Marker(archive string) string {
	return "<!-- kheaders size: " + strings.ReplaceAll(html.EscapeString(quote.Field(archive)), "--", "&#45;&#45;") + " -->\n"
}

// Markdown writes a report as a comment on a change. base may be nil; where nothing
// has changed against it, there is nothing to say, and the comment is empty.
func Markdown(head, base *sizes.Report, o Options) string {
	m := &markdown{left: maxMarkdown}
	m.add(Marker(head.Archive))
	size := fmt.Sprintf("%s B (%s)", sizes.Group(head.ArchiveBytes), sizes.Rounded(head.ArchiveBytes))
	dirs, files := sizes.ByDir(head, base, o.Depth), sizes.ByFile(head, base)
	if base == nil {
		m.add(fmt.Sprintf("### Size of %s: %s\n\n%s\n\n", span(head.Archive), size, code(about(head))))
		m.rows("Directories", dirs, head, false)
		m.rows("Largest files", files[:min(len(files), o.Top)], head, false)
		return m.b.String()
	}
	moved, same := split(dirs)
	if len(moved) == 0 && head.ArchiveBytes == base.ArchiveBytes {
		return ""
	}
	growth := head.ArchiveBytes - base.ArchiveBytes
	m.add(fmt.Sprintf("### Size of %s: %s, %s B (%s)\n\n%s. Before: %s B, release %s.\n\n", span(head.Archive), size, sizes.Signed(growth),
		share(growth, base.ArchiveBytes), code(about(head)), sizes.Group(base.ArchiveBytes), code(orUnknown(base.Release))))
	m.rows("Directories that have changed", moved, head, true)
	m.folded(fmt.Sprintf("%s files that have changed", sizes.Group(int64(len(changed(files))))), changed(files), head, true)
	m.folded(fmt.Sprintf("%s directories that have not", sizes.Group(int64(len(same)))), same, head, false)
	return m.b.String()
}

// share is a change in percent, to a hundredth.
func share(n, of int64) string {
	if of == 0 {
		return "-"
	}
	return fmt.Sprintf("%+.2f %%", 100*float64(n)/float64(of))
}

// split parts the rows that have changed from those that have not.
func split(rows []sizes.Row) (moved, same []sizes.Row) {
	for _, r := range rows {
		if r.Is != r.Was {
			moved = append(moved, r)
		} else {
			same = append(same, r)
		}
	}
	return moved, same
}

// markdown is a text that is cut at a number of bytes, between two rows.
type markdown struct {
	b    strings.Builder
	left int
}

// endRoom is what is kept for what has to come after a row.
const endRoom = 200

// add adds a text where there is room for it.
func (m *markdown) add(s string) bool {
	if len(s) > m.left-endRoom {
		return false
	}
	m.b.WriteString(s)
	m.left -= len(s)
	return true
}

// end adds what must not be missing.
func (m *markdown) end(s string) {
	m.b.WriteString(s)
	m.left -= len(s)
}

// folded is a table that is seen when it is asked for.
func (m *markdown) folded(what string, rows []sizes.Row, head *sizes.Report, withBase bool) {
	if len(rows) > 0 && m.add("<details><summary>"+what+"</summary>\n\n") {
		m.rows("", rows, head, withBase)
		m.end("</details>\n\n")
	}
}

// rows is a table.
func (m *markdown) rows(title string, rows []sizes.Row, head *sizes.Report, withBase bool) {
	if len(rows) == 0 {
		return
	}
	text := "| bytes | rounded | share | files | |\n| ---: | ---: | ---: | ---: | --- |\n"
	if withBase {
		text = "| change | bytes | before | files | |\n| ---: | ---: | ---: | ---: | --- |\n"
	}
	if title != "" {
		text = "**" + title + "**\n\n" + text
	}
	if !m.add(text) {
		return
	}
	shown := 0
	for i := range rows {
		if shown == maxRows || !m.add(row(&rows[i], head, withBase)) {
			break
		}
		shown++
	}
	if n := len(rows) - shown; n > 0 {
		m.end(fmt.Sprintf("\n… and %s more\n", sizes.Group(int64(n))))
	}
	m.end("\n")
}

// row is a line of a table.
func row(r *sizes.Row, head *sizes.Report, withBase bool) string {
	is := sizes.Bytes(r.Is.Bits)
	if withBase {
		return fmt.Sprintf("| %s | %s | %s | %s | %s |\n", sizes.Signed(sizes.Bytes(r.Growth())), sizes.Group(is), sizes.Group(sizes.Bytes(r.Was.Bits)), sizes.Group(r.Is.Files), span(r.Name))
	}
	return fmt.Sprintf("| %s | %s | %s | %s | %s |\n", sizes.Group(is), sizes.Rounded(is), sizes.Percent(r.Is.Bits, 8*head.ArchiveBytes), sizes.Group(r.Is.Files), span(r.Name))
}

// span is a name as code, whatever is in it.
func span(s string) string { return code(quote.Field(s)) }

// code is what can be printed, as code.
func code(s string) string {
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
