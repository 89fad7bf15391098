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
// by which it cannot ask for anything. The title is text, style CSS and body HTML. A
// theme gives the colours, which are dark where the browser's are.
func Page(w io.Writer, title, style, body string) error {
	b := bufio.NewWriterSize(w, 64<<10)
	parts := strings.NewReplacer("{{title}}", html.EscapeString(title), "{{css}}", theme+style, "{{body}}", body)
	if _, err := parts.WriteString(b, page); err != nil {
		return err
	}
	return b.Flush()
}
