package baseline

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Read reads a file. Of nothing it makes a file without sections; of another layout
// an error that is ErrLayout, of what is left of a merge one that is ErrMerge.
func Read(data []byte) (*File, error) {
	f := &File{}
	if len(bytes.TrimSpace(data)) == 0 {
		return f, nil
	}
	if !bytes.HasSuffix(data, []byte("\n")) {
		data = append(slices.Clip(data), '\n')
	}
	p := parser{file: f, data: string(data), note: none, seen: map[key]bool{}}
	n := 0
	for whole := range strings.Lines(p.data) {
		n++
		if err := p.line(strings.TrimRight(whole, "\r\n")); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		p.at += len(whole)
	}
	if err := p.end(p.at); err != nil {
		return nil, err
	}
	switch {
	case len(f.sections) == 0:
		f.top = p.data
	case p.note != none:
		f.tail = p.data[p.note:]
	}
	if !p.layout {
		f.top += fmt.Sprintf("layout %d\n\n", Layout)
	}
	return f, nil
}

// none is where no comment is.
const none = -1

// key is what one section of a file alone has.
type key struct{ test, arch string }

// parser reads a file line by line. Texts are parts of data, by where they begin, so
// that a line is not copied with all before it.
type parser struct {
	file *File
	data string
	// at is where the line begins that is read, section where the text of the last
	// section does, note where comments do that belong to what follows them.
	at, section, note int
	layout            bool // has been read
	head              bool // of a section is being read
	blank             bool // is the line before
	row               string
	seen              map[key]bool
}

func (p *parser) line(line string) error {
	after := p.blank
	p.blank = line == ""
	if len(p.file.sections) > 0 && line == "" {
		p.head = false
		return p.whole()
	}
	switch {
	case strings.HasPrefix(line, "<<<<<<<"), strings.HasPrefix(line, "======="), strings.HasPrefix(line, ">>>>>>>"):
		return fmt.Errorf("%q is of %w: take either side, by git checkout --ours or --theirs", line, ErrMerge)
	case !p.layout:
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
	case line == "":
		return nil
	case line[0] == '#':
		// Right below the layout it is of the whole file.
		if p.note == none && (len(p.file.sections) > 0 || after) {
			p.note = p.at
		}
		return nil
	case line[0] != ' ':
		return p.label(line)
	case len(p.file.sections) == 0:
		return fmt.Errorf("%.60q is of no test", line)
	}
	return p.indented(line)
}

// label begins a section, to which the comments above it belong.
func (p *parser) label(line string) error {
	begin := p.at
	if p.note != none {
		begin = p.note
	}
	if err := p.end(p.at); err != nil {
		return err
	}
	if !strings.HasPrefix(line, "//") && !strings.HasPrefix(line, "@") {
		return fmt.Errorf("%.60q is no label of a test", line)
	}
	if len(p.file.sections) == 0 {
		p.file.top = p.data[:begin]
	}
	p.file.sections = append(p.file.sections, part{Section: &Section{Test: line}, lead: p.data[begin:p.at]})
	p.section, p.note, p.head = p.at, none, true
	return nil
}

func (p *parser) last() *part { return &p.file.sections[len(p.file.sections)-1] }

// noted returns the comments above the line that is read, without empty lines.
func (p *parser) noted() string {
	if p.note == none {
		return ""
	}
	var b strings.Builder
	for line := range strings.Lines(p.data[p.note:p.at]) {
		if line[0] == '#' {
			b.WriteString(line)
		}
	}
	p.note = none
	return b.String()
}

// indented reads a line of a head or of a row.
func (p *parser) indented(line string) error {
	if value, ok := strings.CutPrefix(line, "    "); ok {
		digits, ok := strings.CutSuffix(value, " KiB")
		n, err := strconv.ParseUint(digits, 10, 40)
		if !ok || err != nil || p.row == "" {
			return fmt.Errorf("%.60q is no size in whole KiB below the name of what has it", value)
		}
		p.last().ofRow(p.row, p.noted())
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
		p.last().ofRow(p.row, p.noted())
		return nil
	}
	if lines := p.noted(); lines != "" {
		p.last().head = append(p.last().head, lines)
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

// end ends the section before a place: it has each row once, in any order. Comments
// at its end are not its own.
func (p *parser) end(at int) error {
	if err := p.whole(); err != nil || len(p.file.sections) == 0 {
		return err
	}
	if p.note != none {
		at = p.note
	}
	s := p.last()
	s.text = p.data[p.section:at]
	slices.SortFunc(s.Rows, func(a, b Row) int { return strings.Compare(a.Name, b.Name) })
	for i := 1; i < len(s.Rows); i++ {
		if s.Rows[i].Name == s.Rows[i-1].Name {
			return fmt.Errorf("%s has two rows of %.60q", s.Test, s.Rows[i].Name)
		}
	}
	k := key{s.Test, s.Arch}
	if p.seen[k] {
		return fmt.Errorf("%s is there twice for %s", s.Test, written(s.Arch))
	}
	p.seen[k] = true
	return nil
}
