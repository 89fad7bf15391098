package main

import (
	"fmt"
	"strconv"
	"strings"
)

// The row of the page of costs that is drawn, and its columns.
const (
	kernel, arch, strip = "6.1", "x86", "`comments`"
)

var formatNames = []string{"tgz", "tar.xz", "tar.zst", "tar.bz2", "tar"}

// sizes reads from the page of costs how many bytes the archives of one kernel have, by
// their formats; nil if no table there has that row.
func sizes(page string) (map[string]int64, error) {
	var head []string
	for _, l := range strings.Split(page, "\n") {
		cells := strings.Split(strings.Trim(l, "| "), " | ")
		switch {
		case cells[0] == "kernel":
			head = cells
		case len(cells) == len(head) && cells[0] == kernel && cells[1] == arch:
			at := map[string]string{}
			for i, name := range head {
				at[name] = cells[i]
			}
			if at["`strip`"] != strip || at["unpacked"] == "" {
				continue
			}
			found := map[string]int64{}
			for _, name := range formatNames {
				n, err := strconv.ParseInt(strings.ReplaceAll(at[name], ",", ""), 10, 64)
				if err != nil {
					return nil, fmt.Errorf("the row of %s %s has %q as %s: %w", kernel, arch, at[name], name, err)
				}
				found[name] = n
			}
			return found, nil
		}
	}
	return nil, nil
}

// formats draws a bar for each format.
func formats(found map[string]int64) *drawing {
	d := &drawing{width: 920, height: 60 + 34*len(formatNames)}
	d.text(20, 28, 13, "start", "bold", faint, "The headers of "+kernel+" for "+arch+", comments stripped, in MB")
	const left, widest = 110, 700
	for i, name := range formatNames {
		y := 45 + 34*i
		fill := green
		if name == "tar" {
			fill = grey
		}
		w := int(widest * found[name] / found["tar"])
		d.text(20, y+17, 13, "start", "normal", ink, name)
		d.rect(left, y, w, 24, fill)
		d.text(left+w+10, y+17, 13, "start", "normal", ink, fmt.Sprintf("%.1f", float64(found[name])/1e6))
	}
	return d
}
