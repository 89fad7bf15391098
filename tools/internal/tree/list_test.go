package tree

import (
	"bytes"
	"strings"
	"testing"
)

func TestWrittenList(t *testing.T) {
	var b bytes.Buffer
	tree := &Tree{Entries: []*Entry{{Path: "Makefile"}, {Path: "arch/x86/Makefile"}, {Path: "include/linux/a\nb.h"}, {Path: "include/linux/a.h"}}}
	if err := tree.WriteList(&b); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, text string
		want       bool
	}{
		{"as written", b.String(), true},
		{"one file", "include/linux/a.h\n", true},
		{"one file at the top", "a.h\n", true},
		{"a makefile alone", "Makefile\n", true},
		{"nothing", "", false},
		{"a release", "6.12.1-rt5\n", false},
		{"a sentence", "see include/linux/a.h\n", false},
		{"a manifest", "#kheaders manifest 1\ninclude/linux/a.h\t0644\n", false},
		{"a name with a blank", "a/a.h\na/b c.h\n", true},
		{"above", "../a.h\n", false},
		{"words", "one\ntwo\n", false},
		{"an end without a line break", "include/linux/a.h", false},
		{"not in order", "b/b.h\na/a.h\n", false},
		{"twice", "a/a.h\na/a.h\n", false},
		{"absolute", "/usr/include/a.h\n", false},
		{"not clean", "a//a.h\n", false},
		{"an empty line", "\na/a.h\n", false},
	} {
		if got := WrittenList(strings.NewReader(c.text)); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}
