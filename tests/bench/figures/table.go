package main

import (
	"bytes"
	"fmt"
	"html"
	"io"
	"text/tabwriter"
)

// print writes the table. Its last row is mainline's, to which the others are
// held.
func print(w io.Writer, table []row) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	base := table[len(table)-1]
	fmt.Fprintln(t, "\tseconds\tCPU s\tof the limit\tto gen_kheaders.sh\tits CPU\tpeak RSS MB\tbytes\t")
	for _, r := range table {
		limit := "-"
		if r.limit > 0 {
			limit = fmt.Sprintf("%.2f ×", r.Wall/r.limit)
		}
		fmt.Fprintf(t, "%s\t%.2f\t%.2f\t%s\t1/%.1f\t1/%.1f\t%.0f\t%d\t\n", r.Name, r.Wall, r.CPU, limit, base.Wall/r.Wall, base.CPU/r.CPU, float64(r.RSS)/1e6, r.Size)
	}
	t.Flush()
	packages, tree := table[0], table[len(table)-3]
	fmt.Fprintf(w, "%s: from packages takes %.2f times as long as from a tree.\n", packages.Name, packages.Wall/tree.Wall)
	fmt.Fprintln(w, "The limit is the CPU time of liblzma for the packages, of the codec alone for the ready tar, and of making that tar from the unpacked tree, over all cores. That codec checks what it writes, as tar.xz is.")
}

// What the picture is made of, in pixels.
const (
	rowHeight = 26
	textWidth = 210
	barWidth  = 380
	width     = textWidth + barWidth + 190
)

// draw draws the seconds of each row, with a mark at the limit.
func draw(table []row, head string) []byte {
	var longest float64
	for _, r := range table {
		longest = max(longest, r.Wall)
	}
	var b bytes.Buffer
	height := rowHeight*len(table) + 50
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" font-family="sans-serif" font-size="13">`+"\n", width, height, width, height)
	fmt.Fprintf(&b, "<title>%s</title>\n", html.EscapeString(head))
	fmt.Fprintf(&b, `<rect width="%d" height="%d" fill="#fff"/>`+"\n", width, height)
	for i, r := range table {
		y := 10 + i*rowHeight
		fmt.Fprintf(&b, `<text x="%d" y="%d" text-anchor="end" fill="#222">%s</text>`+"\n", textWidth-8, y+15, html.EscapeString(r.Name))
		fill := "#3b6ea5"
		if r.limit == 0 {
			fill = "#999"
		}
		fmt.Fprintf(&b, `<rect x="%d" y="%d" width="%.1f" height="%d" fill="%s"/>`+"\n", textWidth, y, barWidth*r.Wall/longest, rowHeight-6, fill)
		if r.limit > 0 {
			x := textWidth + barWidth*r.limit/longest
			fmt.Fprintf(&b, `<line x1="%.1f" x2="%.1f" y1="%d" y2="%d" stroke="#d1495b" stroke-width="2"/>`+"\n", x, x, y-2, y+rowHeight-4)
		}
		fmt.Fprintf(&b, `<text x="%.1f" y="%d" fill="#222">%.2f s, %.2f MB</text>`+"\n", textWidth+barWidth*r.Wall/longest+8, y+15, r.Wall, float64(r.Size)/1e6)
	}
	fmt.Fprintf(&b, `<text x="%d" y="%d" font-size="11" fill="#555">Red: the machine's limit. %d rows, seconds of wall time.</text>`+"\n", textWidth, height-12, len(table))
	b.WriteString("</svg>\n")
	return b.Bytes()
}
