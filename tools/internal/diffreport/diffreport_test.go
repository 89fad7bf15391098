package diffreport

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/diff"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/present"
)

// hostile is a name that a terminal, Markdown and HTML would obey.
const hostile = "a|b\t`c\n<script>alert(1)</script>\x1b[31m*_[x](y)\xff\"\u202e-->.h"

func sample() *diff.Report {
	return &diff.Report{
		Base:     diff.About{Name: "//:was", Kind: diff.Archive, Release: "6.1.0", Arch: "x86", Profile: "headers", Format: "tgz", ArchiveBytes: 5_000_000, Files: 100, Bytes: 9_000_000},
		Head:     diff.About{Name: "//:is", Kind: diff.Archive, Arch: "x86", Profile: "headers", Format: "tar.xz", ArchiveBytes: 6_000_000, Files: 101, Bytes: 9_100_000},
		Contents: true,
		Same:     97,
		Files: []diff.File{
			{Path: "include/linux/a.h", Status: diff.Grown, Was: 1000, Is: 3345, Header: true, Read: true, Changes: []diff.Change{
				{Class: diff.Macro, Name: "NEW", Status: diff.Added},
				{Class: diff.Function, Name: "gone", Status: diff.Removed},
				{Class: diff.Struct, Name: "s", Status: diff.Changed, Plus: 3, Minus: 1},
				{Class: diff.Function, Name: "in", Status: diff.Changed, Body: true},
			}},
			{Path: "include/linux/b.h", Status: diff.Shrunk, Was: 1000, Is: 900, Header: true, Read: true, Layout: true},
			{Path: "include/linux/c.h", Status: diff.Added, Is: 700, Header: true, Count: 12},
			{Path: "include/new/d.h", From: "include/old/d.h", Status: diff.Moved, Was: 5, Is: 5, Header: true, Read: true},
			{Path: "scripts/x.sh", Status: diff.Changed, Was: 5, Is: 5, Program: true},
		},
	}
}

// text returns what write writes.
func text(write func(w io.Writer) error) string {
	var b strings.Builder
	if err := write(&b); err != nil {
		panic(err)
	}
	return b.String()
}

func textOf(r *diff.Report, o present.Terminal) string {
	return text(func(w io.Writer) error { return Text(w, r, o) })
}

func statOf(r *diff.Report) string {
	return text(func(w io.Writer) error { return Stat(w, r, present.Terminal{}) })
}

func namesOf(r *diff.Report) string {
	return text(func(w io.Writer) error { return Names(w, r) })
}

func TestText(t *testing.T) {
	const want = `//:is: archive, release (unknown), arch x86, profile headers, format tar.xz, 6,000,000 B, 101 files of 9,100,000 B
compared with //:was: archive, release 6.1.0, arch x86, profile headers, format tgz, 5,000,000 B, 100 files of 9,000,000 B

include/linux/a.h: grown, +2,345 B
  + macro NEW
  - function gone
  ~ struct s: members +3 -1
  ~ function in: body

include/linux/b.h: shrunk, -100 B, comments or white space only

include/linux/c.h: added, 700 B, 12 declarations

include/old/d.h -> include/new/d.h: moved, 0 B

scripts/x.sh: changed, 0 B, mode

files  change
    1    +700  added
    1          moved
    1  +2,345  grown
    1    -100  shrunk
    1          changed
   97          unchanged
    1          (comments or white space only)
    1          (another mode)

In headers on both sides:
added  removed  changed
    1                    macros
             1        1  functions
                      1  structs
                      1  (of these bodies only)
`
	if got := textOf(sample(), present.Terminal{}); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestStatAndNames(t *testing.T) {
	got := statOf(sample())
	for _, want := range []string{
		"\nchange           added  removed  changed\n+2,345  grown        1        1        2  include/linux/a.h\n",
		"\n  -100  shrunk                            include/linux/b.h\n", "     0  moved                             include/old/d.h -> include/new/d.h\n", "\nfiles  change\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if got, want := namesOf(sample()), "include/linux/a.h\ninclude/linux/b.h\ninclude/linux/c.h\ninclude/old/d.h\ninclude/new/d.h\nscripts/x.sh\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	same := &diff.Report{Same: 3, Contents: true}
	if got := namesOf(same); got != "" {
		t.Errorf("nothing differs, and names are %q", got)
	}
	if got := statOf(same); !strings.Contains(got, "    3  unchanged\n") && !strings.Contains(got, "3          unchanged\n") {
		t.Error(got)
	}
}

func TestColour(t *testing.T) {
	got := textOf(sample(), present.Terminal{Colour: true})
	for _, want := range []string{"\x1b[32m  + macro NEW\x1b[0m", "\x1b[31m  - function gone\x1b[0m", "\x1b[1minclude/linux/a.h"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in %q", want, got)
		}
	}
}

func TestMarkdown(t *testing.T) {
	got := Markdown(sample())
	for _, want := range []string{
		"<!-- kheaders diff: //:was //:is -->\n### Headers of `//:is`: what differs in 5 files\n", "| 1 | +2,345 | grown |\n| 1 | -100 | shrunk |\n| 1 |  | changed |\n", "| 1 |  |  | macros |\n", "<details><summary>5 files</summary>",
		"| added | +700 |  |  |  | `include/linux/c.h` |\n", "| moved |  |  |  |  | `include/old/d.h` to `include/new/d.h` |\n", "<details><summary>4 changes in headers</summary>",
		"| changed | `struct s` | members +3 -1 | `include/linux/a.h` |\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if got := Markdown(&diff.Report{Same: 3}); got != "" {
		t.Errorf("nothing differs, and it says\n%s", got)
	}
	many := sample()
	for i := range 3000 {
		many.Files = append(many.Files, diff.File{Path: fmt.Sprintf("d%d/%s.h", i, strings.Repeat("long", 250)), Status: diff.Added})
	}
	got = Markdown(many)
	if len(got) > 60_000 || len(got) < 50_000 || !strings.Contains(got, " more\n") || strings.Count(got, "<details>") != strings.Count(got, "</details>") {
		t.Errorf("%d bytes: …%s", len(got), got[len(got)-200:])
	}
}

// TestMarker has reports of one head, each with a marker of its own.
func TestMarker(t *testing.T) {
	report := func(name, base, head string, api bool) *diff.Report {
		r := sample()
		r.Name, r.Base.Name, r.Head.Name, r.API = name, base, head, api
		return r
	}
	had := map[string]bool{}
	for _, r := range []*diff.Report{
		report("", "//:was", "//:is", false), report("", "//:was", "//:is", true), report("", "//:before", "//:is", false), report("", "//:was //:is", "", false), report("", "//:was", "//:is api", false),
		report("//:a", "//:was", "//:is", false), report("//:b", "//:was", "//:is", false),
	} {
		line, _, _ := strings.Cut(Markdown(r), "\n")
		if !strings.HasPrefix(line, "<!-- kheaders diff: ") || had[line] {
			t.Errorf("%q is of another, or no marker", line)
		}
		had[line] = true
	}
	// A report is found by its label again, whatever it is of.
	if a, b := Markdown(report("//:a", "//:was", "//:is", false)), Markdown(report("//:a", "//:x", "//:y", true)); !strings.HasPrefix(a, "<!-- kheaders diff: //:a -->\n") || !strings.HasPrefix(b, "<!-- kheaders diff: //:a -->\n") {
		t.Errorf("%.40s, %.40s", a, b)
	}
}

func TestManifest(t *testing.T) {
	r := sample()
	r.Contents, r.Head.Kind = false, diff.Manifest
	var page bytes.Buffer
	if err := HTML(&page, r); err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{textOf(r, present.Terminal{}), statOf(r), Markdown(r), page.String()} {
		if !strings.Contains(s, "a manifest tells of names, sizes and modes alone") {
			t.Errorf("it does not say what a manifest does not tell:\n%s", s)
		}
	}
}

// TestHostileNames has names that must come out escaped in each form.
func TestHostileNames(t *testing.T) {
	r := sample()
	r.Base.Name, r.Head.Name, r.Head.Release = hostile, "//:"+hostile, "\x1b]0;x\x07|<b>"
	for i := range r.Files {
		r.Files[i].Path += hostile
		for j := range r.Files[i].Changes {
			r.Files[i].Changes[j].Name = hostile
		}
	}
	r.Files[3].From = hostile
	var page bytes.Buffer
	if err := HTML(&page, r); err != nil {
		t.Fatal(err)
	}
	md := Markdown(r)
	for what, s := range map[string]string{"the text": textOf(r, present.Terminal{}), "the table": statOf(r), "the names": namesOf(r), "the Markdown": md, "the page": page.String()} {
		for _, c := range s {
			if c != '\n' && (c < ' ' || c == 0x7f || c == 0x202e || c == 0xfffd) {
				t.Errorf("%s has %q as it is", what, c)
			}
		}
	}
	if n := strings.Count(namesOf(r), "\n"); n != 6 {
		t.Errorf("%d lines of names, want 6", n)
	}
	for _, s := range []string{md, page.String()} {
		if strings.Contains(s, "<script") || strings.Contains(s, "<b>") {
			t.Errorf("HTML of a name in\n%s", s)
		}
	}
	if strings.Count(md, "-->") != 1 {
		t.Errorf("a comment ends early:\n%s", md)
	}
	for _, line := range strings.Split(md, "\n") {
		if n := strings.Count(line, "|"); strings.HasPrefix(line, "| ") && n != 4 && n != 5 && n != 7 {
			t.Errorf("a row of %d bars: %s", n, line)
		}
	}
}

func TestHTML(t *testing.T) {
	var b bytes.Buffer
	if err := HTML(&b, sample()); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"<!DOCTYPE html>", "default-src 'none'", "<title>Differences of //:is</title>", "<details><summary><code>include/linux/a.h</code>", "<li class=\"down\">+ <code>macro NEW</code>",
		"~ <code>struct s</code> members +3 -1\n", "include/old/d.h -&gt; include/new/d.h",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
	for _, not := range []string{"http:", "https:", "src=", "url("} {
		if strings.Contains(b.String(), not) {
			t.Errorf("the page asks for something: %q", not)
		}
	}
}

// TestMarkdownOfMany makes a comment on very many files and changes: of all but those
// that are shown it makes no rows, which would take dozens of allocations each.
func TestMarkdownOfMany(t *testing.T) {
	const n = 200_000
	r := sample()
	r.Files = make([]diff.File, n/10)
	for i := range r.Files {
		r.Files[i] = diff.File{Path: "include/linux/a.h", Status: diff.Grown, Is: 5, Header: true, Read: true}
	}
	many := make([]diff.Change, n)
	for i := range many {
		many[i] = diff.Change{Class: diff.Macro, Name: fmt.Sprint("M", i), Status: diff.Added}
	}
	r.Files[3].Changes, r.Files[7].Changes, r.Files[7].Path = many[:3], many[3:], "include/linux/most.h"
	var got string
	if made := testing.AllocsPerRun(1, func() { got = Markdown(r) }); made > n/10 {
		t.Errorf("%.0f allocations for 200 rows", made)
	}
	for _, want := range []string{
		"<summary>20,000 files</summary>", "… and 19,900 more", "<summary>200,000 changes in headers</summary>", "… and 199,900 more",
		"| | bytes | added | removed | changed | |\n| --- | ---: | ---: | ---: | ---: | --- |\n| grown | +5 | 199,997 |  |  | `include/linux/most.h` |\n| grown | +5 | 3 |  |  | `include/linux/a.h` |\n",
		"| added | `macro M2` |  | `include/linux/a.h` |\n| added | `macro M3` |  | `include/linux/most.h` |\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%.2000s", want, got)
		}
	}
}
