// Package present has what reports for people are made of: tables for a terminal,
// Markdown that is cut, pages for a browser.
package present

import (
	"slices"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/sizes"
)

// Terminal says where a text is shown.
type Terminal struct {
	// Colour tells that the text is for a terminal that shows colours.
	Colour bool
	// Width is how many columns that terminal has; 0 is any number.
	Width int
}

// Clip shortens a name at its beginning, where the terminal is narrow; taken is about
// how many columns stand before it.
func (o Terminal) Clip(name string, taken int) string {
	room := o.Width - taken
	if o.Width == 0 || text.StringWidthWithoutEscSequences(name) <= max(room, 20) {
		return name
	}
	r := []rune(name)
	for len(r) > 1 && text.StringWidthWithoutEscSequences(string(r)) >= max(room, 20) {
		r = r[1:]
	}
	return "…" + string(r)
}

// Signed writes a change, in red where it is growth and in green where it is not.
func (o Terminal) Signed(n int64) string {
	s := sizes.Signed(n)
	switch {
	case n > 0:
		return o.Red(s)
	case n < 0:
		return o.Green(s)
	}
	return s
}

// Red and Green write a text in a colour, where there are any.
func (o Terminal) Red(s string) string { return o.in(text.FgRed, s) }

// Green is like Red.
func (o Terminal) Green(s string) string { return o.in(text.FgGreen, s) }

// Head writes a text that others stand below.
func (o Terminal) Head(s string) string { return o.in(text.Bold, s) }

func (o Terminal) in(c text.Color, s string) string {
	if !o.Colour {
		return s
	}
	return c.Sprint(s)
}

// Table makes a table with a head: numbers to the right, and to the left the columns
// without a name and those that left counts, from 0.
func (o Terminal) Table(head table.Row, left ...int) table.Writer {
	t := table.NewWriter()
	t.SetStyle(table.Style{
		Box:     table.BoxStyle{PaddingLeft: "", PaddingRight: "  "},
		Format:  table.FormatOptions{Header: text.FormatDefault, Footer: text.FormatDefault, Row: text.FormatDefault},
		Options: table.OptionsNoBordersAndSeparators,
	})
	var columns []table.ColumnConfig
	for i := range head {
		c := table.ColumnConfig{Number: i + 1, Align: text.AlignRight, AlignHeader: text.AlignRight}
		if head[i] == "" || slices.Contains(left, i) {
			c.Align, c.AlignHeader = text.AlignLeft, text.AlignLeft
		}
		if o.Colour {
			c.ColorsHeader = text.Colors{text.Bold}
			if head[i] == "" {
				c.Colors = text.Colors{text.FgCyan}
			}
		}
		columns = append(columns, c)
	}
	t.SetColumnConfigs(columns)
	t.SuppressTrailingSpaces()
	t.AppendHeader(head)
	return t
}
