// Package markdown reads the pages of the documentation: what they show, say and
// lead to.
package markdown

import (
	"bytes"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"unicode"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/text"
)

// Page is one file.
type Page struct {
	// Path is relative to the top of the repository, with slashes.
	Path     string
	Headings []Heading
	Links    []Link
	Blocks   []Block
	Prose    []Prose
	anchors  map[string]bool
}

// Heading is a heading; Anchor is the fragment that GitHub gives it.
type Heading struct {
	Text, Anchor string
	Line         int
}

// Link leads somewhere, or shows an image.
type Link struct {
	Target string
	Line   int
}

// Block is a block of code. Lang is the first word behind its fence, "" where there
// is none; Fenced is false for one that is indented.
type Block struct {
	Lang, Text string
	Line       int
	Fenced     bool
}

// First is the block's first line that is not empty, without blanks around it.
func (b *Block) First() string {
	first, _, _ := strings.Cut(strings.TrimSpace(b.Text), "\n")
	return strings.TrimSpace(first)
}

// Prose is a piece of text that is no code. A newline alone ends a paragraph or the like, and
// a backquote alone stands for code.
type Prose struct {
	Text string
	Line int
}

// HasAnchor tells whether a link can end in # and this name.
func (p *Page) HasAnchor(name string) bool { return p.anchors[name] }

// Read reads the page at a path below root.
func Read(root, name string) (*Page, error) {
	src, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
	if err != nil {
		return nil, fmt.Errorf("read page: %w", err)
	}
	return Parse(name, src), nil
}

// idAttribute is an anchor that HTML has.
var idAttribute = regexp.MustCompile(`<a\s+(?:id|name)="([^"]+)"`)

// Parse reads a page's text.
func Parse(name string, src []byte) *Page {
	p := &Page{Path: path.Clean(name), anchors: map[string]bool{}}
	var ends []int
	for i, c := range src {
		if c == '\n' {
			ends = append(ends, i)
		}
	}
	line := func(offset int) int { return sort.SearchInts(ends, offset) + 1 }
	last := 1
	document := goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser().Parse(text.NewReader(src))
	_ = ast.Walk(document, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		if n.Type() == ast.TypeBlock && n.Lines() != nil && n.Lines().Len() > 0 {
			last = line(n.Lines().At(0).Start)
		}
		switch n := n.(type) {
		case *ast.Heading:
			p.heading(plain(n, src), last)
		case *ast.Link:
			p.Links = append(p.Links, Link{string(n.Destination), last})
		case *ast.Image:
			p.Links = append(p.Links, Link{string(n.Destination), last})
		case *ast.FencedCodeBlock:
			p.Blocks = append(p.Blocks, Block{Lang: string(n.Language(src)), Text: string(n.Lines().Value(src)), Line: last, Fenced: true})
		case *ast.CodeBlock:
			p.Blocks = append(p.Blocks, Block{Text: string(n.Lines().Value(src)), Line: last})
		case *ast.CodeSpan:
			// A word that is joined to code is none of prose.
			p.Prose = append(p.Prose, Prose{"`", last})
			return ast.WalkSkipChildren, nil
		case *ast.AutoLink:
			p.Prose = append(p.Prose, Prose{"`", last})
		case *ast.Text:
			last = line(n.Segment.Start)
			words := string(n.Segment.Value(src))
			if n.SoftLineBreak() || n.HardLineBreak() {
				words += " "
			}
			p.Prose = append(p.Prose, Prose{words, last})
		}
		if n.Type() == ast.TypeBlock {
			p.Prose = append(p.Prose, Prose{"\n", last})
		}
		return ast.WalkContinue, nil
	})
	for _, m := range idAttribute.FindAllSubmatch(src, -1) {
		p.anchors[string(m[1])] = true
	}
	return p
}

// plain is the text of a node without its marks.
func plain(n ast.Node, src []byte) string {
	var b bytes.Buffer
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if t, ok := n.(*ast.Text); ok && entering {
			b.Write(t.Segment.Value(src))
		}
		return ast.WalkContinue, nil
	})
	return b.String()
}

// heading adds a heading with the anchor that GitHub makes of it: lower case, blanks
// as hyphens, without punctuation, and with a number where it is there already.
func (p *Page) heading(s string, line int) {
	slug := strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
			return unicode.ToLower(r)
		}
		return -1
	}, s)
	anchor := slug
	for i := 1; p.anchors[anchor]; i++ {
		anchor = fmt.Sprintf("%s-%d", slug, i)
	}
	p.anchors[anchor] = true
	p.Headings = append(p.Headings, Heading{s, anchor, line})
}
