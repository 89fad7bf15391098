package tree

import (
	"archive/tar"
	"bytes"
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/codec"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/oserr"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/pkgfile"
)

// An index is a tar, compressed. Its first member lists all that was read, srctree
// and objtree apart, a line each; the others are files, in the order of that list.
const (
	indexName = "kheaders.index"
	indexHead = "kheaders index 1\n"
)

// indexFormat and indexLevel, as measured: of Debian's 6.1 an index has 10 MB of 55
// then, for half a second of one core. Level 1 takes as long for 12 MB; gzip is read
// in three times the time.
const (
	indexFormat = codec.TarZstd
	indexLevel  = 3
)

// halves are the two layers of a tree, and directories of an index.
var halves = []struct {
	generated bool
	name      string
}{{false, "srctree"}, {true, "objtree"}}

// WriteIndex writes the tree so that it can be read again, as the only input, and
// the inputs need not be there: every path and problem, and the bytes of the files
// that Load's filters want, and of those at the paths that also has. The tree is
// one that was loaded with Options.All.
func (t *Tree) WriteIndex(out io.Writer, also map[string]bool) error {
	if _, err := t.show(t.Entries); err != nil {
		return err
	}
	may, want := t.mayOpen(), anyOf(t.wants)
	var list bytes.Buffer
	list.WriteString(indexHead)
	for _, name := range t.srctrees() {
		fmt.Fprintf(&list, "in\t%q\n", name)
	}
	var files []*Entry
	var names []string
	for _, half := range halves {
		l := t.layers[half.generated]
		for _, e := range l.sorted() {
			has := "-"
			if also[e.Path] || may(e.Path) || e.alone() && want.MayMatch(e.Path) {
				has = "+"
				files, names = append(files, e), append(names, half.name+"/"+e.Path)
			}
			list.WriteString(half.name + "\t" + has + "\t" + strconv.FormatInt(e.Size, 10))
			writeQuoted(&list, e.Path, e.Label, e.Member)
		}
		for _, p := range l.problems {
			list.WriteString("problem\t" + half.name + "\t" + marks(p))
			writeQuoted(&list, p.Path, p.Err.Error())
		}
	}
	if err := t.keep(files); err != nil {
		return err
	}
	z, _, err := codec.NewWriter(out, indexFormat, indexLevel)
	if err != nil {
		return fmt.Errorf("write index: %w", err)
	}
	err = writeMembers(z, &list, files, names)
	if failed := z.Close(); err == nil && failed != nil {
		err = fmt.Errorf("write index: %w", failed)
	}
	return err
}

// keep reads packages again, once each, of which some of the files were not kept.
func (t *Tree) keep(files []*Entry) error {
	var packed []pkgfile.File
	for _, e := range files {
		if e.packed != nil {
			packed = append(packed, *e.packed)
		}
	}
	if len(packed) == 0 {
		return nil
	}
	if err := t.fs.Keep(packed); err != nil {
		return fmt.Errorf("tree %s: %w", t.options.Name, err)
	}
	return nil
}

// writeMembers writes the tar, of the list and of files by their names.
func writeMembers(out io.Writer, list *bytes.Buffer, files []*Entry, names []string) error {
	w := tar.NewWriter(out)
	if err := writeMember(w, indexName, int64(list.Len()), list); err != nil {
		return fmt.Errorf("write index: %w", err)
	}
	for i, e := range files {
		if err := writeEntry(w, names[i], e); err != nil {
			return err
		}
	}
	if err := w.Close(); err != nil {
		return fmt.Errorf("write index: %w", err)
	}
	return nil
}

func writeQuoted(list *bytes.Buffer, fields ...string) {
	for _, f := range fields {
		list.WriteByte('\t')
		list.Write(strconv.AppendQuote(list.AvailableBuffer(), f))
	}
	list.WriteByte('\n')
}

// marks are the flags of a problem, a letter each.
func marks(p problem) string {
	var b []byte
	for _, m := range p.marks() {
		if *m.set {
			b = append(b, m.letter)
		} else {
			b = append(b, '-')
		}
	}
	return string(b)
}

// mark is a flag of a problem in an index.
type mark struct {
	set    *bool
	letter byte
}

func (p *problem) marks() []mark {
	return []mark{{&p.File, 'f'}, {&p.Dir, 'd'}, {&p.Link, 'l'}, {&p.alone, 'a'}, {&p.twice, 't'}, {&p.unread, 'u'}}
}

// sorted returns the entries by path.
func (l *layer) sorted() []*Entry {
	out := make([]*Entry, 0, len(l.entries))
	for _, e := range l.entries {
		out = append(out, e)
	}
	slices.SortFunc(out, func(a, b *Entry) int { return bytes.Compare([]byte(a.Path), []byte(b.Path)) })
	return out
}

func writeMember(w *tar.Writer, name string, size int64, r io.Reader) error {
	// A GNU header carries any bytes, a PAX one UTF-8 alone.
	if err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: 0o644, Size: size, Format: tar.FormatGNU}); err != nil {
		return err
	}
	_, err := io.CopyN(w, r, size)
	return err
}

func writeEntry(w *tar.Writer, name string, e *Entry) error {
	r, err := e.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	switch err := writeMember(w, name, e.Size, r); {
	case err == io.EOF && e.Size > 0:
		return fmt.Errorf("read %q from %s: it shrank while it was read: build again", e.Path, e.Label)
	case err != nil && err != io.EOF:
		return fmt.Errorf("copy %q from %s: %w", e.Path, e.Label, oserr.Reason(err))
	}
	if n, _ := r.Read(make([]byte, 1)); n != 0 {
		return fmt.Errorf("read %q from %s: it grew while it was read: build again", e.Path, e.Label)
	}
	return nil
}
