package sizereport

import (
	"bufio"
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/present"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/quote"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/sizes"
)

//go:embed page.html
var page string

//go:embed page.css
var css string

//go:embed layout.js
var layoutJS string

//go:embed page.js
var pageJS string

// node is a directory or file of the page's data, a JSON array: its name, bits, bytes
// and, where there is a base, bits before; a directory has its children in front of
// these, and its bits are those of its own entry.
type node struct {
	name             string
	dir              bool
	bits, bytes, was int64
	children         []*node
	at               map[string]*node
}

// child returns the child of a name.
func (n *node) child(name string) *node {
	if c := n.at[name]; c != nil {
		return c
	}
	c := &node{name: name}
	if n.at == nil {
		n.at = map[string]*node{}
	}
	n.at[name] = c
	n.children = append(n.children, c)
	n.dir = true
	return c
}

// find returns the node of a path.
func (n *node) find(path string) *node {
	if path == "." {
		return n
	}
	for name := range strings.SplitSeq(path, "/") {
		n = n.child(name)
	}
	return n
}

// framing is what the page calls the bits that belong to no entry.
const framing = "(framing)"

// tree makes the nodes of a report, with what they took in the base.
func tree(head, base *sizes.Report) *node {
	root := &node{dir: true}
	for _, e := range head.Entries {
		n := root.find(e.Path)
		n.dir = n.dir || e.Dir
		n.bits, n.bytes = n.bits+e.Bits, n.bytes+e.Bytes
	}
	f := &node{name: framing, bits: head.FramingBits}
	if base != nil {
		for _, e := range base.Entries {
			n := root.find(e.Path)
			n.dir = n.dir || e.Dir
			n.was += e.Bits
		}
		f.was = base.FramingBits
	}
	root.children = append(root.children, f)
	return root
}

// write writes the node as JSON.
func (n *node) write(b *bytes.Buffer, withBase bool) {
	name, _ := json.Marshal(quote.Field(n.name))
	b.WriteByte('[')
	b.Write(name)
	if n.dir {
		b.WriteString(",[")
		for i, c := range n.children {
			if i > 0 {
				b.WriteByte(',')
			}
			c.write(b, withBase)
		}
		b.WriteByte(']')
	}
	fmt.Fprintf(b, ",%d,%d", n.bits, n.bytes)
	if withBase {
		fmt.Fprintf(b, ",%d", n.was)
	}
	b.WriteByte(']')
}

// HTML writes a report as a page that needs nothing but a browser: it has its data,
// script and style in it and asks for nothing. base may be nil.
func HTML(w io.Writer, head, base *sizes.Report) error {
	var data bytes.Buffer
	tree(head, base).write(&data, base != nil)
	title := "Size of " + quote.Line(head.Archive)
	about := about(head)
	if base != nil {
		about += fmt.Sprintf("; compared with %s, release %s, %s B", quote.Line(base.Archive), orUnknown(base.Release), sizes.Group(base.ArchiveBytes))
	}
	// In a script element nothing may look like an end of it; json.Marshal has written
	// the signs that could by their numbers.
	body := strings.NewReplacer(
		"{{title}}", html.EscapeString(title),
		"{{about}}", html.EscapeString(about),
		"{{data}}", string(quote.JSON(data.Bytes())),
		"{{js}}", layoutJS+pageJS,
	)
	return present.Page(w, title, css, func(b *bufio.Writer) { body.WriteString(b, page) })
}
