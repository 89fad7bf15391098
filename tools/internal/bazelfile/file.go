// Package bazelfile adds a kernel and its kheaders target to the MODULE.bazel
// and BUILD.bazel of a user's workspace, and changes values there. Whatever else
// is in these files stays as it is, to the byte; a statement that gets an
// addition is formatted anew.
package bazelfile

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/bazelbuild/buildtools/build"
)

// file is a BUILD or MODULE.bazel file that is being edited.
type file struct {
	*build.File
	name string
	// data has LF at the ends of its lines, and only with mixed the CRLF of
	// some; with crlf all those of the file on disk have CRLF.
	data        []byte
	crlf, mixed bool
	edits       []edit
	// replaced counts the strings that edits put others in place of.
	replaced map[string]int
	// byName are the calls that callsOf has looked up.
	byName map[string][]*build.Rule
	// rules is the repository of rules_kheaders, as in @rules_kheaders//.
	rules string
	// loader reads the .bzl files that it loads.
	loader loader
}

// edit replaces the bytes from start to end.
type edit struct {
	start, end int
	text       string
}

// byteOrderMark is what some editors put before a text in UTF-8.
var byteOrderMark = []byte("\xef\xbb\xbf")

// parse reads a file. An error says file, line and column.
func parse(name string, data []byte, parser func(string, []byte) (*build.File, error)) (*file, error) {
	if bytes.HasPrefix(data, byteOrderMark) {
		return nil, fmt.Errorf("%s:1:1: begins with a byte order mark, which Bazel takes for a mistake: remove it by `sed -i '1s/^\\xef\\xbb\\xbf//' %s`", name, name)
	}
	lf, crlf := bytes.Count(data, []byte("\n")), bytes.Count(data, []byte("\r\n"))
	f := &file{name: name, data: data, crlf: crlf > 0 && crlf == lf, mixed: crlf > 0 && crlf < lf}
	if f.crlf {
		f.data = bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
	}
	var err error
	if f.File, err = parser(name, f.data); err != nil {
		return nil, fmt.Errorf("%s: correct it first", strings.ReplaceAll(strings.TrimSpace(err.Error()), "\n", " "))
	}
	return f, nil
}

// at says where a node is, for messages.
func (f *file) at(x build.Expr) string {
	start, _ := x.Span()
	return fmt.Sprintf("%s:%d", f.name, start.Line)
}

// start returns where a statement with its comments begins.
func start(s build.Expr) int {
	pos, _ := s.Span()
	for _, c := range s.Comment().Before {
		if c.Start.Byte < pos.Byte {
			pos = c.Start
		}
	}
	return pos.Byte
}

// end returns where the last line of a statement ends, with the line break if
// it has one.
func (f *file) end(s build.Expr) int {
	_, pos := s.Span()
	return f.lineEnd(pos.Byte)
}

// below returns where the lines of a statement end, and those of the comments
// that belong to it.
func (f *file) below(s build.Expr) int {
	if after := s.Comment().After; len(after) > 0 {
		return f.lineEnd(after[len(after)-1].Start.Byte)
	}
	return f.end(s)
}

func (f *file) lineEnd(at int) int {
	if n := bytes.IndexByte(f.data[at:], '\n'); n >= 0 {
		return at + n + 1
	}
	return len(f.data)
}

// top is where the first statement is, or goes: behind comments and a
// docstring for the whole file.
func (f *file) top() int {
	at := 0
	for _, s := range f.Stmt {
		switch s.(type) {
		case *build.CommentBlock, *build.StringExpr:
			at = f.below(s)
			continue
		}
		return start(s)
	}
	return at
}

// insert puts text, which is whole lines, at a place between lines. With blank
// there are to be empty lines around it.
func (f *file) insert(at int, text string, blank bool) {
	before, after := f.data[:at], f.data[at:]
	if len(before) > 0 && before[len(before)-1] != '\n' && !f.insertedAt(at) {
		text = "\n" + text
	}
	if blank {
		if len(bytes.TrimSpace(before)) > 0 && !bytes.HasSuffix(before, []byte("\n\n")) || f.insertedAt(at) {
			text = "\n" + text
		}
		if len(after) > 0 && after[0] != '\n' {
			text += "\n"
		}
	}
	f.edits = append(f.edits, edit{at, at, text})
}

func (f *file) insertedAt(at int) bool {
	return slices.ContainsFunc(f.edits, func(e edit) bool { return e.end == at })
}

// reprint writes a statement that was changed in place of what it was, as
// buildifier does.
func (f *file) reprint(s build.Expr) error {
	_, last := s.Span()
	end := f.end(s)
	// What follows on the line is at most a comment, which belongs to it.
	if rest := bytes.TrimSpace(f.data[last.Byte:end]); len(rest) > 0 && rest[0] != '#' {
		return fmt.Errorf("%s: another statement follows on the same line: give it a line of its own", f.at(s))
	}
	c := s.Comment()
	after := c.After // beyond the end
	c.After = nil
	text := build.Format(&build.File{Type: f.Type, Stmt: []build.Expr{s}})
	c.After = after
	f.edits = append(f.edits, edit{start(s), end, string(text)})
	return nil
}

// format writes a new statement as buildifier does.
func format(t build.FileType, stmts ...build.Expr) string {
	return string(build.FormatWithoutRewriting(&build.File{Type: t, Stmt: stmts}))
}

// result applies the edits, makes sure that nothing was lost, and gives the
// lines the ends that those of the file have.
func (f *file) result(parser func(string, []byte) (*build.File, error)) ([]byte, error) {
	if f.mixed && len(f.edits) > 0 {
		return nil, fmt.Errorf("%s: some lines end in CRLF and some in LF: give all the same, LF by `sed -i 's/\\r$//' %s`, and run this again", f.name, f.name)
	}
	// What is put before a statement goes before what replaces it.
	slices.SortStableFunc(f.edits, func(a, b edit) int { return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(a.end, b.end)) })
	var out []byte
	at := 0
	for _, e := range f.edits {
		if e.start < at {
			return nil, fmt.Errorf("%s:%d: two changes meet in one place: make them by hand", f.name, 1+bytes.Count(f.data[:e.start], []byte("\n")))
		}
		out = append(append(out, f.data[at:e.start]...), e.text...)
		at = e.end
	}
	out = append(out, f.data[at:]...)
	if _, err := parser(f.name, out); err != nil {
		return nil, fmt.Errorf("%s: cannot be added to: %w", f.name, err)
	}
	before := written(f.data)
	for what, n := range f.replaced {
		before[what] -= n
	}
	if lost := missing(before, written(out)); lost != "" {
		return nil, fmt.Errorf("%s: cannot be added to without losing %s: format it by buildifier first", f.name, lost)
	}
	if f.crlf {
		out = bytes.ReplaceAll(out, []byte("\n"), []byte("\r\n"))
	}
	return out, nil
}

// written counts the comments and strings of a file, which are all that a user
// wrote but names, numbers and signs.
func written(data []byte) map[string]int {
	all := map[string]int{}
	for i := 0; i < len(data); {
		n := 1
		switch c := data[i]; c {
		case '#':
			if n = bytes.IndexByte(data[i:], '\n'); n < 0 {
				n = len(data) - i
			}
			all[strings.TrimSpace(string(data[i:i+n]))]++
		case '"', '\'':
			quote := []byte{c}
			if bytes.HasPrefix(data[i:], []byte{c, c, c}) {
				quote = []byte{c, c, c}
			}
			n = len(quote)
			for i+n < len(data) && !bytes.HasPrefix(data[i+n:], quote) {
				if data[i+n] == '\\' {
					n++
				}
				n++
			}
			all[string(data[min(i+len(quote), len(data)):min(i+n, len(data))])]++
			n += len(quote)
		}
		i += n
	}
	return all
}

// missing returns something that is fewer times in after than in before.
func missing(before, after map[string]int) string {
	for what, n := range before {
		if after[what] < n {
			return fmt.Sprintf("%q", what)
		}
	}
	return ""
}
