package plan

import (
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tests/docs/markdown"
)

const table = `
# A comment: FIRST => ACTION.
== page.md
$ touch x
kheaders( => write BUILD.bazel
max_ => into BUILD.bazel my_kernel
~ /usr/src/linux => $MINI
bazel build => full run
== other.md full
# Another comment.
# insmod => shown needs root
`

const page = "```starlark\nkheaders(\n)\n```\n\n```starlark\nmax_bytes = 1,\n```\n\n```sh\nbazel build //:x\n```\n"

func TestParse(t *testing.T) {
	sections, err := Parse(table)
	if err != nil || len(sections) != 2 {
		t.Fatalf("%d sections, %v", len(sections), err)
	}
	if len(sections[1].Steps) != 1 || sections[1].Steps[0].First != "# insmod" {
		t.Errorf("%+v", sections[1].Steps)
	}
	if !sections[1].Full || sections[0].Full {
		t.Error("full is not that of the second page")
	}
	s := Of(sections, "page.md")
	if len(s.Steps) != 5 || s.Steps[3].Old != "/usr/src/linux" || s.Steps[3].New != "$MINI" || !s.Steps[4].Full || s.Steps[2].Full || s.Steps[0].Setup != "touch x" || s.Steps[2].Args[1] != "my_kernel" {
		t.Errorf("%+v", s.Steps)
	}
	blocks, err := s.Match(markdown.Parse("page.md", []byte(page)))
	if err != nil || len(blocks) != 5 || blocks[0] != nil || blocks[4].Lang != "sh" {
		t.Errorf("%v, %v", blocks, err)
	}
}

func TestParseErrors(t *testing.T) {
	for text, want := range map[string]string{
		"a => run":                    "line 1: it belongs to no page",
		"== p\n== p":                  "line 2: page p has a section already",
		"== p\nblock":                 "write FIRST => ACTION",
		"== p\nblock => burn":         "write FIRST => ACTION",
		"== p\nblock => write":        "write has 0 arguments, want 1",
		"== p\nblock => shown":        "shown has 0 arguments, want 1",
		"== p\nblock => fails 0":      "exit status other than 0",
		"== p\nblock => run too much": "run has 2 arguments, want 0",
	} {
		if _, err := Parse(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

func TestMatchErrors(t *testing.T) {
	p := markdown.Parse("page.md", []byte(page))
	for text, want := range map[string]string{
		"":                                       `page.md:2: no test runs the block that begins with "kheaders("`,
		"kheaders( => write f":                   `page.md:7: no test runs the block that begins with "max_bytes = 1,"`,
		"genrule( => write f":                    `begins with "kheaders(", and line 2 of the table is about "genrule("`,
		"k => run\nm => run\nb => run\nx => run": "has no further block",
	} {
		sections, err := Parse("== page.md\n" + text)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Of(sections, "page.md").Match(p); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}
