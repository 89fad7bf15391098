package markdown

import (
	"slices"
	"strings"
	"testing"
)

const sample = "# Title: `a_b`, again\n\nProse [a link](other.md#there) and ![image](x.png), `code`.\n\n" +
	"1. step:\n\n   ```sh\n   echo one\n   ```\n\n    indented in a list\n\n" +
	"```starlark\nkheaders(\n    name = \"x\",\n)\n```\n\n## Again\n\n## Again\n\nText.\n\n    make M=$PWD\n\n" +
	"<a id=\"by-hand\"></a>\n\n| a | b |\n| --- | --- |\n| cell [in](table.md) | `no` |\n"

func TestParse(t *testing.T) {
	p := Parse("docs/./page.md", []byte(sample))
	if p.Path != "docs/page.md" {
		t.Errorf("path %q", p.Path)
	}
	var anchors []string
	for _, h := range p.Headings {
		anchors = append(anchors, h.Anchor)
	}
	if want := []string{"title-a_b-again", "again", "again-1"}; !slices.Equal(anchors, want) {
		t.Errorf("anchors %q, want %q", anchors, want)
	}
	if !p.HasAnchor("by-hand") || p.HasAnchor("elsewhere") {
		t.Error("the anchor in HTML is not known, or one that is not there is")
	}
	want := []Link{{"other.md#there", 3}, {"x.png", 3}, {"table.md", 31}}
	if !slices.Equal(p.Links, want) {
		t.Errorf("links %v, want %v", p.Links, want)
	}
	var prose strings.Builder
	for _, s := range p.Prose {
		prose.WriteString(s.Text)
	}
	for word, in := range map[string]bool{"Prose": true, "cell": true, "indented": true, "code.": false, "make": false, "echo": false} {
		if strings.Contains(prose.String(), word) != in {
			t.Errorf("%q is prose: %v, want %v: %q", word, !in, in, prose.String())
		}
	}
}

func TestBlocks(t *testing.T) {
	p := Parse("page.md", []byte(sample))
	want := []Block{
		{"sh", "echo one\n", 8, true},
		{"starlark", "kheaders(\n    name = \"x\",\n)\n", 14, true},
		{"", "make M=$PWD\n", 25, false},
	}
	if !slices.Equal(p.Blocks, want) {
		t.Errorf("blocks %+v, want %+v", p.Blocks, want)
	}
	if first := (&Block{Text: "\n   # a\nb\n"}).First(); first != "# a" {
		t.Errorf("first line %q", first)
	}
}
