package main

import (
	"fmt"
	"html"
	"strings"
)

// drawing is an SVG that grows by what is drawn. Lengths are in pixels.
type drawing struct {
	width, height int
	body          strings.Builder
}

const (
	ink   = "#1f2328"
	faint = "#59636e"
	blue  = "#ddf4ff"
	green = "#dafbe1"
	amber = "#fff8c5"
	grey  = "#f6f8fa"
)

// text writes a line; anchor is start or middle.
func (d *drawing) text(x, y, size int, anchor, weight, fill, s string) {
	fmt.Fprintf(&d.body, `<text x="%d" y="%d" font-size="%d" text-anchor="%s" font-weight="%s" fill="%s">%s</text>`+"\n",
		x, y, size, anchor, weight, fill, html.EscapeString(s))
}

// rect draws a filled rectangle with a border.
func (d *drawing) rect(x, y, w, h int, fill string) {
	fmt.Fprintf(&d.body, `<rect x="%d" y="%d" width="%d" height="%d" rx="6" fill="%s" stroke="%s"/>`+"\n", x, y, w, h, fill, faint)
}

// boxHeight is the height of a box.
const boxHeight = 80

// box draws a rectangle with a title and lines below it, all in its middle.
func (d *drawing) box(x, y, w int, fill, title string, lines ...string) {
	d.rect(x, y, w, boxHeight, fill)
	top := y + boxHeight/2 - 8*len(lines) + 5
	d.text(x+w/2, top, 15, "middle", "bold", ink, title)
	for i, l := range lines {
		d.text(x+w/2, top+17*(i+1), 12, "middle", "normal", ink, l)
	}
}

// arrow draws a line with a head, from left to right or downwards, and words above
// its middle.
func (d *drawing) arrow(x1, y1, x2, y2 int, words ...string) {
	fmt.Fprintf(&d.body, `<line x1="%d" y1="%d" x2="%d" y2="%d" stroke="%s" stroke-width="1.5" marker-end="url(#head)"/>`+"\n", x1, y1, x2, y2, ink)
	for i, w := range words {
		d.text((x1+x2)/2, y1-6-14*(len(words)-1-i), 11, "middle", "normal", faint, w)
	}
}

// String is the file.
func (d *drawing) String() string {
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" font-family="sans-serif">
<!-- Written by: tools/bazel run //tests/pictures:update -->
<defs><marker id="head" markerWidth="9" markerHeight="8" refX="8" refY="4" orient="auto"><path d="M0,0 L9,4 L0,8 z" fill="%s"/></marker></defs>
<rect width="100%%" height="100%%" fill="white"/>
%s</svg>
`, d.width, d.height, d.width, d.height, ink, d.body.String())
}
