package baseline

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/quote"
)

// top is what a new file begins with.
const top = `# What parts of archives take, rounded up. A test writes its own rows: bazel run TEST -- --update
layout %d

`

// fields are those of a head, in the order of the file. What is written anew by
// different people has lines of others between.
func (s *Section) fields() []struct {
	name  string
	value *string
} {
	return []struct {
		name  string
		value *string
	}{
		{"archive", &s.Archive}, {"arch", &s.Arch}, {"codec", &s.Codec}, {"format", &s.Format}, {"method", &s.Method},
		{"release", &s.Release}, {"profile", &s.Profile}, {"strip", &s.Strip},
	}
}

// written is a value as the file has it.
func written(value string) string { return cmp.Or(quote.Field(value), "unknown") }

// text is a section as it stands in the file, with the comments of was. An empty
// line after each row keeps what two changes add and change apart.
func (s *Section) text(was comments) string {
	var b strings.Builder
	fmt.Fprintln(&b, s.Test)
	put := func(lines []string) {
		for _, l := range lines {
			b.WriteString(l)
		}
	}
	put(was.head)
	// What is said of a row that is gone is kept above those that are there.
	for _, name := range slices.Sorted(maps.Keys(was.rows)) {
		if _, ok := s.Row(name); !ok {
			put(was.rows[name])
		}
	}
	for _, f := range s.fields() {
		fmt.Fprintf(&b, "  %s %s\n", f.name, written(*f.value))
	}
	b.WriteString("\n")
	for _, r := range s.Rows {
		put(was.rows[r.Name])
		fmt.Fprintf(&b, "  %s\n    %d KiB\n\n", r.Name, r.Bytes>>10)
	}
	return b.String()
}

// Write is the file's text. Its lines end as the first ones do.
func (f *File) Write() []byte {
	var b bytes.Buffer
	b.WriteString(cmp.Or(f.top, fmt.Sprintf(top, Layout)))
	for _, p := range f.sections {
		b.WriteString(p.lead)
		b.WriteString(p.text)
	}
	b.WriteString(f.tail)
	if out := b.Bytes(); strings.Contains(f.top, "\r\n") {
		return bytes.ReplaceAll(bytes.ReplaceAll(out, []byte("\r\n"), []byte("\n")), []byte("\n"), []byte("\r\n"))
	}
	return b.Bytes()
}
