package sizereport

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/sizes"
)

// hostile is a name that a terminal, Markdown, HTML and JSON would obey.
const hostile = "a|b\t`c\n<script>alert(1)</script>\x1b[31m*_[x](y)\xff\"\u202e.h"

func report(entries ...sizes.Entry) *sizes.Report {
	r := &sizes.Report{Archive: "//:k.archive", Release: "6.1.0", Arch: "x86", Profile: "headers", Strip: "comments", Format: "tgz", Method: sizes.Exact, FramingBits: 173, Entries: entries}
	bits := r.FramingBits
	for _, e := range entries {
		bits += e.Bits
		r.UncompressedBytes += e.Bytes
		if !e.Dir {
			r.Files++
		}
	}
	r.ArchiveBytes, r.TarBytes = sizes.Bytes(bits), 4096
	r.FramingBits += 8*r.ArchiveBytes - bits
	return r
}

func two() (head, base *sizes.Report) {
	head = report(
		sizes.Entry{Path: ".", Dir: true, Bits: 80}, sizes.Entry{Path: "arch/x86/a.h", Label: "//a", Bits: 80_000, Bytes: 40_000},
		sizes.Entry{Path: "include/linux/fs.h", Label: "//b", Bits: 40_007, Bytes: 20_000}, sizes.Entry{Path: "include/linux/new.h", Label: "//b", Bits: 8_000, Bytes: 3_000})
	base = report(
		sizes.Entry{Path: ".", Dir: true, Bits: 80}, sizes.Entry{Path: "arch/x86/a.h", Label: "//a", Bits: 80_000, Bytes: 40_000},
		sizes.Entry{Path: "gone/x.h", Bits: 800, Bytes: 30}, sizes.Entry{Path: "include/linux/fs.h", Label: "//b", Bits: 36_000, Bytes: 20_000})
	return head, base
}

var options = Options{Depth: 2, Top: 20}

func TestText(t *testing.T) {
	head, base := two()
	const want = `//:k.archive: release 6.1.0, arch x86, profile headers, format tgz, strip comments

                               bytes  rounded
archive file                  16,033  15.7 KiB
of it framing                     23      23 B
files together, uncompressed  63,000  61.5 KiB
tar                            4,096   4.0 KiB
files                              3

Largest directories:
 bytes  rounded  share  unpacked  files
10,000  9.8 KiB  62.4%    40,000      1  arch/x86
 6,001  5.9 KiB  37.4%    23,000      2  include/linux
    10     10 B   0.1%         0      0  *
`
	got := Text(head, nil, options)
	if !strings.HasPrefix(squeeze(got), squeeze(want)) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	for _, want := range []string{"Largest files:", "include/linux/new.h", "Largest sources:", "//b"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	got = Text(head, base, options)
	for _, want := range []string{"compared with //:k.archive", "+1,501 1.5 KiB 6,001 4,500 2 include/linux", "-100 -100 B 0 100 0 gone/*", "+1,000 1000 B 1,000 0 1 include/linux/new.h"} {
		if !strings.Contains(squeeze(got), want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if strings.Contains(got, "arch/x86") {
		t.Errorf("what has not changed is listed:\n%s", got)
	}
}

var blanks = regexp.MustCompile(` +`)

// squeeze makes one blank of many, and none of those before a line.
func squeeze(s string) string {
	return strings.ReplaceAll(blanks.ReplaceAllString(s, " "), "\n ", "\n")
}

func TestColourAndWidth(t *testing.T) {
	head, base := two()
	o := options
	o.Colour, o.Width = true, 80
	got := Text(head, base, o)
	if !strings.Contains(got, "\x1b[31m+1,501\x1b[0m") || !strings.Contains(got, "\x1b[32m-100\x1b[0m") {
		t.Errorf("no colours: %q", got)
	}
	head.Entries[3].Path = "include/linux/" + strings.Repeat("long", 30) + "/end.h"
	o.Depth = 9
	for _, line := range strings.Split(Text(head, nil, o), "\n")[9:] {
		if plain := regexp.MustCompile("\x1b\\[[0-9;]*m").ReplaceAllString(line, ""); len([]rune(plain)) > 84 {
			t.Errorf("a line of %d letters on a terminal of 80: %q", len(plain), plain)
		}
	}
}

func TestTop(t *testing.T) {
	head, _ := two()
	o := options
	o.Top = 1
	if got := squeeze(Text(head, nil, o)); !strings.Contains(got, "6,011 5.9 KiB 37.5% 23,000 2 (2 more)\n") {
		t.Error(got)
	}
}

// printable fails where a text has what a terminal obeys.
func printable(t *testing.T, what, s string) {
	t.Helper()
	for _, r := range s {
		if r != '\n' && (r < ' ' || r == 0x7f || r == 0x202e || r == 0xfffd) {
			t.Fatalf("%s has %q as it is", what, r)
		}
	}
}

func TestHostileNames(t *testing.T) {
	head := report(sizes.Entry{Path: hostile, Label: "//x:" + hostile, Bits: 9000, Bytes: 5}, sizes.Entry{Path: "include/" + hostile + "/x.h", Label: "//y--><b>", Bits: 7000, Bytes: 5})
	head.Archive, head.Release = "//:"+hostile+"-->", "\x1b]0;x\x07|<b>"
	base := report(sizes.Entry{Path: "gone/" + hostile, Bits: 8000, Bytes: 7})
	base.Archive, base.Release = head.Archive, head.Release
	for _, b := range []*sizes.Report{nil, base} {
		printable(t, "the text", Text(head, b, Options{Depth: 2, Top: 20}))
		md := Markdown(head, b, options)
		printable(t, "the Markdown", md)
		for _, line := range strings.Split(md, "\n") {
			if n := strings.Count(line, "|"); strings.HasPrefix(line, "| ") && n != 6 {
				t.Errorf("a row of %d bars: %s", n, line)
			}
		}
		if strings.Contains(md, "<script") || strings.Count(md, "-->") != 1 || strings.Contains(md, "<b>") {
			t.Errorf("HTML in Markdown:\n%s", md)
		}
		var page bytes.Buffer
		if err := HTML(&page, head, b); err != nil {
			t.Fatal(err)
		}
		printable(t, "the page", page.String())
		if n := strings.Count(page.String(), "<script"); n != 2 {
			t.Errorf("%d scripts in the page, want its data and its own", n)
		}
		if strings.Contains(page.String(), "<b>") && strings.Count(page.String(), "<b>") != strings.Count(pageJS, "<b>") {
			t.Error("HTML of a name in the page")
		}
	}
	md := TableMarkdown([]*sizes.Report{head})
	printable(t, "the table", md+Table([]*sizes.Report{head}, options))
	if strings.Count(md, "\n") != 3 || strings.Contains(md, "<b>") {
		t.Errorf("table:\n%s", md)
	}
}

func TestMarkdown(t *testing.T) {
	head, base := two()
	got := Markdown(head, base, options)
	for _, want := range []string{
		"<!-- kheaders size: //:k.archive -->\n### Size of `//:k.archive`: 16,033 B (15.7 KiB), +1,401 B (+9.57 %)\n",
		"**Directories that have changed**", "| +1,501 | 6,001 | 4,500 | 2 | `include/linux` |\n| -100 | 0 | 100 | 0 | `gone/*` |\n",
		"<details><summary>3 files that have changed</summary>", "<details><summary>2 directories that have not</summary>", "`arch/x86`",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if got := Markdown(head, head, options); got != "" {
		t.Errorf("nothing has changed, and it says\n%s", got)
	}
	// Another archive has another marker, whatever it is called.
	if Marker("//:a") == Marker("//:b") || !strings.HasSuffix(Marker("--><script>"), "&#45;&#45;&gt;&lt;script&gt; -->\n") {
		t.Errorf("%s%s", Marker("//:a"), Marker("--><script>"))
	}
}

// TestMarkdownIsCut has far more to tell than a comment may have.
func TestMarkdownIsCut(t *testing.T) {
	var entries []sizes.Entry
	for i := range 3000 {
		entries = append(entries, sizes.Entry{Path: fmt.Sprintf("d%05d/%s/x.h", i, strings.Repeat("long", 200)), Bits: int64(1000 + i), Bytes: 1})
	}
	base := report(sizes.Entry{Path: "x", Bits: 8, Bytes: 1})
	for _, b := range []*sizes.Report{nil, base} {
		got := Markdown(report(entries...), b, options)
		if len(got) > 60_000 || len(got) < 50_000 || !strings.Contains(got, " more\n") || strings.Count(got, "<details>") != strings.Count(got, "</details>") {
			t.Errorf("%d bytes, %d details, %d ends of them: …%s", len(got), strings.Count(got, "<details>"), strings.Count(got, "</details>"), got[len(got)-100:])
		}
	}
}

func TestTable(t *testing.T) {
	a, _ := two()
	b, _ := two()
	b.Release, b.Archive = "6.12.3", "//:newer"
	c, _ := two()
	c.Arch, c.Archive = "arm64", "//:arm64"
	got := squeeze(Table([]*sizes.Report{b, a, c}, options))
	want := `6.1.0 arm64 headers comments tgz 16,033 15.7 KiB 63,000 3 arch/x86 62.4% //:arm64
6.1.0 x86 headers comments tgz 16,033 15.7 KiB 63,000 3 arch/x86 62.4% //:k.archive
6.12.3 x86 headers comments tgz 16,033 15.7 KiB 63,000 3 arch/x86 62.4% //:newer
`
	if _, rows, _ := strings.Cut(got, "\n"); rows != want {
		t.Errorf("got\n%s\nwant\n%s", rows, want)
	}
	md := TableMarkdown([]*sizes.Report{a})
	if !strings.Contains(md, "| `6.1.0` | `x86` | `headers` | `comments` | `tgz` | 16,033 | 15.7 KiB | 63,000 | 3 | `arch/x86 62.4%` | `//:k.archive` |\n") {
		t.Error(md)
	}
}

func TestCompareReleases(t *testing.T) {
	in := []string{"", "5.10.0", "6.1.0-50", "6.1.176", "6.9", "6.12.3", "6.12.03a", "7.2"}
	for i := range in {
		for j := range in {
			if c := compareReleases(in[i], in[j]); (c < 0) != (i < j) || (c > 0) != (i > j) {
				t.Errorf("%q and %q compare as %d", in[i], in[j], c)
			}
		}
	}
}

// TestPageData adds up what is in the page.
func TestPageData(t *testing.T) {
	head, base := two()
	var page bytes.Buffer
	if err := HTML(&page, head, base); err != nil {
		t.Fatal(err)
	}
	data := regexp.MustCompile(`(?s)id="data">(.*?)</script>`).FindSubmatch(page.Bytes())
	var root []any
	if err := json.Unmarshal(data[1], &root); err != nil {
		t.Fatal(err)
	}
	var sum func(n []any) (is, was float64)
	sum = func(n []any) (is, was float64) {
		if kids, ok := n[1].([]any); ok {
			for _, k := range kids {
				i, w := sum(k.([]any))
				is, was = is+i, was+w
			}
		}
		return is + n[len(n)-3].(float64), was + n[len(n)-1].(float64)
	}
	if is, was := sum(root); int64(is) != 8*head.ArchiveBytes || int64(was) != 8*base.ArchiveBytes {
		t.Errorf("the page has %.0f and %.0f bits, the archives %d and %d", is, was, 8*head.ArchiveBytes, 8*base.ArchiveBytes)
	}
	for _, outside := range []string{"http:", "https:", "src=", "@import", "url("} {
		if strings.Contains(page.String(), outside) {
			t.Errorf("the page asks for something: %q", outside)
		}
	}
}
