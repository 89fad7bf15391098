package budget

import (
	"fmt"
	"sort"
	"strings"
	"text/tabwriter"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/manifest"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/quote"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/sizes"
)

// text is the report.
func text(name string, s *manifest.Stats, all []line) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: release %s, arch %s, profile %s, format %s, strip %s\n\n",
		name, orNone(s.Release), orNone(s.Arch), orNone(s.Profile), orNone(s.Format), orNone(s.Strip))
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "size\tbudget\tused\t")
	for _, l := range all {
		budget, used, note := "-", "-", ""
		if l.limit != nil {
			budget, used = sizes.Group(*l.limit), sizes.Percent(l.actual, *l.limit)
		}
		if l.over() {
			note = ", over " + l.attr
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t  %s%s\n", sizes.Group(l.actual), budget, used, l.what, note)
	}
	w.Flush()

	dirs := largest(s, bytes)
	if len(dirs) == 0 {
		return b.String()
	}
	b.WriteString("\nLargest directories, uncompressed:\n")
	fmt.Fprintln(w, "bytes\tshare\tfiles\t")
	rest := manifest.Dir{}
	for i, d := range dirs {
		if i >= topDirs {
			rest.Bytes += d.Bytes
			rest.Files += d.Files
			continue
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t  %s\n", sizes.Group(d.Bytes), sizes.Percent(d.Bytes, s.UncompressedBytes), sizes.Group(d.Files), d.Path)
	}
	if n := len(dirs) - topDirs; n > 0 {
		fmt.Fprintf(w, "%s\t%s\t%s\t  (%d more)\n", sizes.Group(rest.Bytes), sizes.Percent(rest.Bytes, s.UncompressedBytes), sizes.Group(rest.Files), n)
	}
	w.Flush()
	return b.String()
}

// largest splits the archive into directories two levels deep, such as
// include/linux and arch/x86, each with everything below it, so that each
// file is counted once. Files that are in no second level count as their
// directory's "/*". The heaviest come first; ties are in order of their path.
func largest(s *manifest.Stats, weigh func(manifest.Dir) int64) []manifest.Dir {
	rest := map[string]*manifest.Dir{"": {Path: "*", Files: s.Files, Bytes: s.UncompressedBytes}}
	var out []manifest.Dir
	for _, d := range s.Dirs {
		parent, _, _ := strings.Cut(d.Path, "/")
		switch strings.Count(d.Path, "/") {
		case 0:
			parent = ""
			rest[d.Path] = &manifest.Dir{Path: quote.Word(d.Path) + "/*", Files: d.Files, Bytes: d.Bytes}
		case 1:
			out = append(out, manifest.Dir{Path: quote.Word(d.Path), Files: d.Files, Bytes: d.Bytes})
		default:
			continue
		}
		// Sorted by path, a directory comes before what is in it.
		if up := rest[parent]; up != nil {
			up.Files -= d.Files
			up.Bytes -= d.Bytes
		}
	}
	for _, d := range rest {
		if d.Files > 0 {
			out = append(out, *d)
		}
	}
	sort.Slice(out, func(i, j int) bool {
		if a, b := weigh(out[i]), weigh(out[j]); a != b {
			return a > b
		}
		return out[i].Path < out[j].Path
	})
	return out
}

func orNone(s string) string {
	if s == "" {
		return "(unknown)"
	}
	return quote.Line(s)
}
