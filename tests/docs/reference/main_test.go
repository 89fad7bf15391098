package main

import (
	"slices"
	"testing"
)

func TestEntriesOf(t *testing.T) {
	const page = "<a id=\"kheaders\"></a>\n\n## kheaders\n\n<pre>\nkheaders(<a href=\"#kheaders-name\">name</a>)\n</pre>\n\nMakes all.\nOf it. And more.\n\n**ATTRIBUTES**\n\n" +
		"| <a id=\"kheaders-name\"></a>name |  A name. |\n\n<a id=\"kheaders.lock\"></a>\n\n### lock\n\nA file: `x`.\n\n<a id=\"none\"></a>\n\n## none\n\n**ATTRIBUTES**\n"
	want := []entry{{"kheaders", "Makes all"}, {"kheaders.lock", "A file: `x`"}, {"none", ""}}
	if got := entriesOf(page); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestListed(t *testing.T) {
	got := listed("Usage\n\n  select   files\n  size     more\n\nText\n\n  formats  x\n")
	if len(got) != 2 || !slices.Equal(got[0], []string{"select", "size"}) || !slices.Equal(got[1], []string{"formats"}) {
		t.Errorf("%q", got)
	}
}
