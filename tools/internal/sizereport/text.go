// Package sizereport shows reports of sizes to people: as text, Markdown and HTML.
package sizereport

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/present"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/quote"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/sizes"
)

// Options say how much is shown.
type Options struct {
	// Depth is how many levels of directories have rows of their own, Top how many
	// rows a table has at most.
	Depth, Top int
	present.Terminal
}

// Text writes a report as text. base may be nil.
func Text(head, base *sizes.Report, o Options) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n", quote.Line(head.Archive), about(head))
	if base != nil {
		fmt.Fprintf(&b, "compared with %s: %s\n", quote.Line(base.Archive), about(base))
	}
	b.WriteString("\n" + o.totals(head, base) + "\n")
	for _, t := range []struct {
		what string
		rows []sizes.Row
	}{
		{"directories", sizes.ByDir(head, base, o.Depth)},
		{"files", sizes.ByFile(head, base)},
		{"sources", sizes.ByLabel(head, base)},
	} {
		if t.what == "sources" && (!labelled(head) || base != nil && !labelled(base) || len(t.rows) < 2) {
			continue
		}
		title := "Largest " + t.what
		if base != nil {
			t.rows = changed(t.rows)
			title = "What has changed, by " + t.what
		}
		if len(t.rows) > 0 {
			b.WriteString("\n" + title + ":\n" + o.rows(t.rows, head, base != nil) + "\n")
		}
	}
	return b.String()
}

// labelled tells whether a report says where files came from.
func labelled(r *sizes.Report) bool {
	return slices.ContainsFunc(r.Entries, func(e sizes.Entry) bool { return e.Label != "" })
}

// about says what an archive is.
func about(r *sizes.Report) string {
	s := fmt.Sprintf("release %s, arch %s, profile %s, format %s, strip %s",
		orUnknown(r.Release), orUnknown(r.Arch), orUnknown(r.Profile), orUnknown(r.Format), orUnknown(r.Strip))
	if r.Method == sizes.ByGzip {
		s += "; its own stream cannot be walked: the bits are those of a tgz of the same tar, scaled"
	}
	return s
}

func orUnknown(s string) string {
	if s == "" {
		return "(unknown)"
	}
	return quote.Line(s)
}

// changed leaves the rows that are not as they were.
func changed(rows []sizes.Row) []sizes.Row {
	var out []sizes.Row
	for _, r := range rows {
		if r.Is != r.Was {
			out = append(out, r)
		}
	}
	return out
}

// total is one number about an archive.
type total struct {
	what  string
	of    func(r *sizes.Report) int64
	bytes bool
}

var totals = []total{
	{"archive file", func(r *sizes.Report) int64 { return r.ArchiveBytes }, true},
	{"of it framing", func(r *sizes.Report) int64 { return sizes.Bytes(r.FramingBits) }, true},
	{"files together, uncompressed", func(r *sizes.Report) int64 { return r.UncompressedBytes }, true},
	{"tar", func(r *sizes.Report) int64 { return r.TarBytes }, true},
	{"files", func(r *sizes.Report) int64 { return r.Files }, false},
}

// totals has the numbers of the whole archive.
func (o Options) totals(head, base *sizes.Report) string {
	names := table.Row{"", "bytes", "rounded"}
	if base != nil {
		names = append(names, "before", "change")
	}
	t := o.Table(names)
	for _, n := range totals {
		is := n.of(head)
		row := table.Row{n.what, sizes.Group(is), ""}
		if n.bytes {
			row[2] = sizes.Rounded(is)
		}
		if base != nil {
			was := n.of(base)
			row = append(row, sizes.Group(was), o.Signed(is-was))
		}
		t.AppendRow(row)
	}
	return t.Render()
}

// rows is a table of what takes how much.
func (o Options) rows(rows []sizes.Row, head *sizes.Report, withBase bool) string {
	names := table.Row{"bytes", "rounded", "share", "unpacked", "files"}
	if withBase {
		names = table.Row{"change", "rounded", "bytes", "before", "files"}
	}
	t := o.Table(append(names, ""))
	line := func(name string, r *sizes.Row) {
		is := sizes.Bytes(r.Is.Bits)
		row := table.Row{sizes.Group(is), sizes.Rounded(is), sizes.Percent(r.Is.Bits, 8*head.ArchiveBytes), sizes.Group(r.Is.Bytes), sizes.Group(r.Is.Files)}
		if withBase {
			growth := sizes.Bytes(r.Growth())
			row = table.Row{o.Signed(growth), sizes.Rounded(growth), sizes.Group(is), sizes.Group(sizes.Bytes(r.Was.Bits)), sizes.Group(r.Is.Files)}
		}
		t.AppendRow(append(row, name))
	}
	var rest sizes.Row
	for i := range rows {
		if r := &rows[i]; i < o.Top {
			line(o.Clip(quote.Word(r.Name), numbersWidth), r)
		} else {
			rest.Is, rest.Was = add(rest.Is, r.Is), add(rest.Was, r.Was)
		}
	}
	if n := len(rows) - o.Top; n > 0 {
		line(fmt.Sprintf("(%s more)", sizes.Group(int64(n))), &rest)
	}
	return t.Render()
}

func add(a, b sizes.Amount) sizes.Amount {
	return sizes.Amount{Files: a.Files + b.Files, Bits: a.Bits + b.Bits, Bytes: a.Bytes + b.Bytes}
}

// numbersWidth is about how many columns the numbers before a name take.
const numbersWidth = 62
