package bazelfile

import (
	"bytes"
	"regexp"
	"slices"
	"strings"

	"github.com/bazelbuild/buildtools/build"
)

// raisedComment is a line that says of a value what it was before it was raised: which
// value, and what it was.
var raisedComment = regexp.MustCompile(`^[ \t]*# Raised (.+?) from ([^ "]+): `)

// Raised is a BUILD file in which values were raised before.
type Raised struct{ f *file }

// ParseRaised parses a BUILD file for what was raised there; it is nil where none was,
// as the text alone tells.
func ParseRaised(name string, data []byte) (*Raised, error) {
	if !bytes.Contains(data, []byte("# Raised ")) {
		return nil, nil
	}
	f, err := parse(name, data, build.ParseBuild)
	if err != nil {
		return nil, err
	}
	return &Raised{f}, nil
}

// From returns what a value was before it was raised, the first time if that was
// several times, as the comments right above it say; "" where there are none, or where
// the value does not stand there.
func (w *Raised) From(r Raise) string {
	for _, call := range w.f.callsOf(r.Call) {
		if at, value, _ := w.f.valueOf(call, &r); value != nil {
			was, _ := w.f.raisedFrom(at, &r)
			return was
		}
	}
	return ""
}

// BringBack is EditValues, once, for values that go back to what From says: without the
// comments on how they were raised.
func (w *Raised) BringBack(back []Raise) ([]byte, error) {
	f := w.f
	return f.editValues(back, func(at build.Expr, r *Raise) {
		_, lines := f.raisedFrom(at, r)
		for _, l := range lines {
			f.edits = append(f.edits, l)
			f.replacing(strings.TrimSpace(string(f.data[l.start:l.end])))
		}
	})
}

// raisedFrom is From for what comments on a node go above, and the edits that take
// the value's comments out. Those of other values stand among them where a line has
// several.
func (f *file) raisedFrom(at build.Expr, r *Raise) (was string, lines []edit) {
	subjects := f.subjects(at, r)
	begin, _ := f.line(at)
	for begin > 0 {
		end := begin
		begin = bytes.LastIndexByte(f.data[:end-1], '\n') + 1
		m := raisedComment.FindSubmatch(f.data[begin:end])
		if m == nil {
			break
		}
		if slices.Contains(subjects, string(m[1])) {
			was, lines = string(m[2]), append(lines, edit{begin, end, ""})
		}
	}
	return was, lines
}

// subjects are what comments may call a value: the first is how one is written. The
// call's name is in it only where the line has that argument, or entry, of another call.
func (f *file) subjects(at build.Expr, r *Raise) []string {
	begin, end := f.line(at)
	same := regexp.MustCompile(`\b` + regexp.QuoteMeta(r.Attr) + `\s*=`)
	if r.Key != "" {
		same = regexp.MustCompile(regexp.QuoteMeta(r.Key))
	}
	if len(same.FindAllIndex(f.data[begin:end], 2)) > 1 {
		return []string{r.named()}
	}
	return []string{r.what(), r.named()}
}
