package present

import (
	"bufio"
	_ "embed"
	"html"
	"io"
	"strings"
)

//go:embed page.html
var page string

//go:embed theme.css
var theme string

// Page writes a page that needs nothing but a browser: it has all in it, and a policy
// by which it cannot ask for anything. The title is text, style CSS, and body writes
// HTML. A theme gives the colours, which are dark where the browser's are.
func Page(w io.Writer, title, style string, body func(b *bufio.Writer)) error {
	head, end, _ := strings.Cut(page, "{{body}}")
	b := bufio.NewWriterSize(w, 64<<10)
	b.WriteString(strings.NewReplacer("{{title}}", html.EscapeString(title), "{{css}}", theme+style).Replace(head))
	body(b)
	b.WriteString(end)
	return b.Flush()
}
