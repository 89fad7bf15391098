package tree

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/codec"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/oserr"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/pkgfile"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/tmpfile"
)

// index is a tree that WriteIndex wrote.
type index struct {
	// file is the tar.
	file *os.File
	// srctrees are the names of the directories that the srctree was in.
	srctrees []string
	halves   map[string]*indexed
}

// indexed is a layer as it was.
type indexed struct {
	entries  []*Entry
	problems []problem
}

// readIndex adds what an index has to the layers.
func (t *Tree) readIndex(in Input, want Filter, layers map[bool]*layer) error {
	if len(t.options.Inputs) > 1 {
		return fmt.Errorf("tree %s has other inputs besides the index %s: an index is a whole tree", t.options.Name, in.Label)
	}
	if t.index == nil {
		var err error
		if t.index, err = openIndex(in.Path, t.options.Limits); err != nil {
			return fmt.Errorf("read the index of %s: %w", in.Label, err)
		}
	}
	v := newView(want)
	for _, half := range halves {
		from, into := t.index.halves[half.name], layers[half.generated]
		for _, e := range v.of(from.entries) {
			n := *e
			into.add(&n)
		}
		for _, p := range from.problems {
			if p.alone || v.reaches(p.Path) {
				into.problems = append(into.problems, p)
			}
		}
	}
	return nil
}

var errNoIndex = errors.New("it is none, or not all of one: build it again")

func openIndex(path string, l pkgfile.Limits) (*index, error) {
	f, err := unpackIndex(path, l.MaxBytes)
	if err != nil {
		return nil, err
	}
	x := &index{file: f, halves: map[string]*indexed{}}
	for _, half := range halves {
		x.halves[half.name] = &indexed{}
	}
	if err := x.read(); err != nil {
		f.Close()
		return nil, err
	}
	return x, nil
}

// unpackIndex returns the tar of an index, in a file without a name. It has no more
// bytes than what is packed can be, and max, where that is not 0.
func unpackIndex(path string, max int64) (*os.File, error) {
	in, err := os.Open(path)
	if err != nil {
		return nil, oserr.Reason(err)
	}
	defer in.Close()
	packed, err := in.Stat()
	if err != nil {
		return nil, oserr.Reason(err)
	}
	data, stop, err := indexReader(in)
	if err != nil {
		return nil, oserr.Reason(err)
	}
	defer stop()
	out, err := tmpfile.Scratch()
	if err != nil {
		return nil, err
	}
	if max = codec.Plausible(packed.Size(), max); max > 0 {
		data = io.LimitReader(data, max+1)
	}
	n, err := io.Copy(out, data)
	if max > 0 && n > max {
		err = errNoIndex
	}
	if err == nil {
		_, err = out.Seek(0, io.SeekStart)
	}
	if err == nil {
		return out, nil
	}
	out.Close()
	if full := tmpfile.Full(out, err); full != nil {
		return nil, full
	}
	if failed := (*os.PathError)(nil); errors.As(err, &failed) {
		return nil, failed.Err
	}
	return nil, errNoIndex
}

// indexReader decompresses the tar of an index. stop frees what it holds.
func indexReader(r io.Reader) (data io.Reader, stop func(), err error) {
	data, compression, stop, err := codec.NewReader(r)
	if err != nil {
		return nil, nil, err
	}
	if codec.FormatOf(compression) != indexFormat {
		stop()
		return nil, nil, errNoIndex
	}
	return data, stop, nil
}

func (x *index) read() error {
	r := tar.NewReader(x.file)
	if h, err := r.Next(); err != nil || h.Name != indexName {
		return errNoIndex
	}
	list, err := io.ReadAll(r)
	if err != nil {
		return errNoIndex
	}
	list, ok := bytes.CutPrefix(list, []byte(indexHead))
	if !ok {
		return errNoIndex
	}
	for line := range strings.Lines(string(list)) {
		kind, rest, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		if !ok {
			return errNoIndex
		}
		switch kind {
		case "in":
			name, err := strconv.Unquote(rest)
			if err != nil {
				return errNoIndex
			}
			x.srctrees = append(x.srctrees, name)
		case "problem":
			err = x.readProblem(rest)
		default:
			err = x.readEntry(r, kind, rest)
		}
		if err != nil {
			return err
		}
	}
	if _, err := r.Next(); err != io.EOF {
		return errNoIndex
	}
	return nil
}

// readEntry reads a line about a file, and where in the tar its bytes are.
func (x *index) readEntry(r *tar.Reader, half, line string) error {
	has, rest, _ := strings.Cut(line, "\t")
	number, rest, _ := strings.Cut(rest, "\t")
	size, err := strconv.ParseInt(number, 10, 64)
	f := unquote(rest)
	l := x.halves[half]
	if err != nil || l == nil || len(f) != 3 {
		return errNoIndex
	}
	e := &Entry{Path: f[0], Size: size, Label: f[1], Member: f[2]}
	l.entries = append(l.entries, e)
	if has != "+" {
		e.open = func() (io.ReadCloser, error) {
			return nil, errors.New("the index of the tree has the files that profiles take, and this is none of them: make the set from the tree itself")
		}
		return nil
	}
	if h, err := r.Next(); err != nil || h.Name != half+"/"+e.Path || h.Size != size {
		return errNoIndex
	}
	// The reader takes no byte of the file ahead.
	at, err := x.file.Seek(0, io.SeekCurrent)
	if err != nil {
		return oserr.Reason(err)
	}
	e.open = func() (io.ReadCloser, error) { return io.NopCloser(io.NewSectionReader(x.file, at, size)), nil }
	return nil
}

func (x *index) readProblem(line string) error {
	half, rest, _ := strings.Cut(line, "\t")
	letters, rest, _ := strings.Cut(rest, "\t")
	f := unquote(rest)
	l := x.halves[half]
	if l == nil || len(f) != 2 {
		return errNoIndex
	}
	p := problem{Problem: pkgfile.Problem{Path: f[0], Err: errors.New(f[1])}}
	for _, m := range p.marks() {
		*m.set = strings.IndexByte(letters, m.letter) >= 0
	}
	l.problems = append(l.problems, p)
	return nil
}

// unquote returns the fields of a line, nil where one is not quoted.
func unquote(line string) []string {
	var out []string
	for _, quoted := range strings.Split(line, "\t") {
		s, err := strconv.Unquote(quoted)
		if err != nil {
			return nil
		}
		out = append(out, s)
	}
	return out
}

// WrittenIndex tells whether r is what WriteIndex wrote.
func WrittenIndex(r io.Reader) bool {
	data, stop, err := indexReader(r)
	if err != nil {
		return false
	}
	defer stop()
	t := tar.NewReader(data)
	h, err := t.Next()
	if err != nil || h.Name != indexName {
		return false
	}
	head := make([]byte, len(indexHead))
	_, err = io.ReadFull(t, head)
	return err == nil && string(head) == indexHead
}
