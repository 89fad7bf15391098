package baseline

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strconv"
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

// text is a section as it stands in the file. An empty line after each row keeps
// what two changes add and change apart.
func (s *Section) text() string {
	var b strings.Builder
	fmt.Fprintln(&b, s.Test)
	for _, f := range s.fields() {
		fmt.Fprintf(&b, "  %s %s\n", f.name, written(*f.value))
	}
	b.WriteString("\n")
	for _, r := range s.Rows {
		fmt.Fprintf(&b, "  %s\n    %d KiB\n\n", r.Name, r.Bytes>>10)
	}
	return b.String()
}

// Write is the file's text. Its lines end as the first ones do.
func (f *File) Write() []byte {
	var b bytes.Buffer
	b.WriteString(cmp.Or(f.top, fmt.Sprintf(top, Layout)))
	for _, p := range f.sections {
		b.WriteString(p.text)
	}
	if out := b.Bytes(); strings.Contains(f.top, "\r\n") {
		return bytes.ReplaceAll(bytes.ReplaceAll(out, []byte("\r\n"), []byte("\n")), []byte("\n"), []byte("\r\n"))
	}
	return b.Bytes()
}

// Read reads a file. Of nothing it makes a file without sections; of another layout
// an error that is ErrLayout.
func Read(data []byte) (*File, error) {
	f := &File{}
	if len(bytes.TrimSpace(data)) == 0 {
		return f, nil
	}
	if !bytes.HasSuffix(data, []byte("\n")) {
		data = append(slices.Clip(data), '\n')
	}
	p := parser{file: f}
	for n, line := range strings.SplitAfter(string(data), "\n") {
		if err := p.line(strings.TrimRight(line, "\r\n"), line); err != nil {
			return nil, fmt.Errorf("line %d: %w", n+1, err)
		}
	}
	if !p.layout {
		f.top += fmt.Sprintf("layout %d\n\n", Layout)
	}
	if err := p.end(); err != nil {
		return nil, err
	}
	return f, nil
}

// parser reads a file line by line.
type parser struct {
	file   *File
	layout bool // has been read
	head   bool // of a section is being read
	row    string
}

func (p *parser) line(line, whole string) error {
	if len(p.file.sections) > 0 && line == "" {
		p.head = false
		return p.add(whole, p.whole())
	}
	switch {
	case strings.HasPrefix(line, "<<<<<<<"), strings.HasPrefix(line, "======="), strings.HasPrefix(line, ">>>>>>>"):
		return fmt.Errorf("%q is of a merge that is not finished: take either side, by git checkout --ours or --theirs", line)
	case !p.layout:
		p.file.top += whole
		if line == "" || line[0] == '#' {
			return nil
		}
		p.layout = true
		number, ok := strings.CutPrefix(line, "layout ")
		if n, err := strconv.Atoi(number); !ok || err != nil {
			return fmt.Errorf("%.60q is not %q: no baseline of sizes", line, fmt.Sprintf("layout %d", Layout))
		} else if n != Layout {
			return fmt.Errorf("%w: it is of layout %d, and this program has %d", ErrLayout, n, Layout)
		}
		return nil
	case len(p.file.sections) == 0 && (line == "" || line[0] == '#'):
		p.file.top += whole
		return nil
	case line[0] == '#':
		return p.add(whole, nil)
	case line[0] != ' ':
		if err := p.end(); err != nil {
			return err
		}
		if !strings.HasPrefix(line, "//") && !strings.HasPrefix(line, "@") {
			return fmt.Errorf("%.60q is no label of a test", line)
		}
		p.file.sections = append(p.file.sections, part{Section: &Section{Test: line}})
		p.head = true
		return p.add(whole, nil)
	case len(p.file.sections) == 0:
		return fmt.Errorf("%.60q is of no test", line)
	}
	return p.add(whole, p.indented(line))
}

// add adds a line to the last section's text.
func (p *parser) add(whole string, err error) error {
	p.last().text += whole
	return err
}

func (p *parser) last() *part { return &p.file.sections[len(p.file.sections)-1] }

// indented reads a line of a head or of a row.
func (p *parser) indented(line string) error {
	if value, ok := strings.CutPrefix(line, "    "); ok {
		digits, ok := strings.CutSuffix(value, " KiB")
		n, err := strconv.ParseUint(digits, 10, 40)
		if !ok || err != nil || p.row == "" {
			return fmt.Errorf("%.60q is no size in whole KiB below the name of what has it", value)
		}
		p.last().Rows = append(p.last().Rows, Row{p.row, int64(n) << 10})
		p.row = ""
		return nil
	}
	name, ok := strings.CutPrefix(line, "  ")
	if !ok {
		return fmt.Errorf("%.60q is no line of a baseline", line)
	}
	if !p.head {
		p.row, name = name, p.row
		if name != "" {
			return fmt.Errorf("%.60q has no size", name)
		}
		return nil
	}
	name, value, _ := strings.Cut(name, " ")
	for _, f := range p.last().fields() {
		if f.name != name {
			continue
		}
		*f.value = value
		if strings.HasPrefix(value, `"`) {
			var err error
			if *f.value, err = strconv.Unquote(value); err != nil {
				return fmt.Errorf("%.60q cannot be read", value)
			}
		} else if value == "unknown" {
			*f.value = ""
		}
		return nil
	}
	return fmt.Errorf("%.60q is nothing that the head of a test has", name)
}

// whole returns an error for a name without a value.
func (p *parser) whole() error {
	if p.row != "" {
		return fmt.Errorf("%.60q has no size", p.row)
	}
	return nil
}

// end ends a section: it has each row once, in any order.
func (p *parser) end() error {
	if err := p.whole(); err != nil || len(p.file.sections) == 0 {
		return err
	}
	s := p.last()
	slices.SortFunc(s.Rows, func(a, b Row) int { return strings.Compare(a.Name, b.Name) })
	for i := 1; i < len(s.Rows); i++ {
		if s.Rows[i].Name == s.Rows[i-1].Name {
			return fmt.Errorf("%s has two rows of %.60q", s.Test, s.Rows[i].Name)
		}
	}
	for _, o := range p.file.sections[:len(p.file.sections)-1] {
		if o.Test == s.Test && o.Arch == s.Arch {
			return fmt.Errorf("%s is there twice for %s", s.Test, written(s.Arch))
		}
	}
	return nil
}
