package manifest

import (
	"bufio"
	"fmt"
	"io"
	"strconv"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/quote"
)

// Row says what is known of one file.
type Row struct {
	// Path is the file's path in the archive.
	Path string
	// Exec tells whether the file is a program, which gets mode 0755.
	Exec bool
	// Size is the file's size in the tree, Stored its size in the archive.
	// Stored is negative where nothing was stored (a set has no archive).
	Size, Stored int64
	// Rule is what selected the file: a profile's table and line, "include",
	// "extra" or another way into the set; Reason says why in words.
	Rule, Reason string
	// Origin is the label, and for a package or tar its member, that the
	// file came from.
	Origin string
	// Note is a remark, such as why a file was not stripped.
	Note string
}

// RowsVersion is the version of the manifest's layout, which its first line
// says. It goes up when a column is added, goes or changes its meaning.
const RowsVersion = 2

const (
	magic  = "#kheaders manifest "
	header = "#path\tmode\tsize\tstored\trule\treason\torigin\tnote"
)

// A Writer writes rows as tab-separated text, one file a line, in the order
// it is given them, after two lines that begin with "#": the layout's version
// and the names of the columns. Names that hold a control character, a tab, a quote, a
// backslash or bytes that are not UTF-8 are written as Go string literals.
type Writer struct{ w *bufio.Writer }

// NewWriter writes the first two lines and returns a Writer.
func NewWriter(w io.Writer) *Writer {
	m := &Writer{bufio.NewWriter(w)}
	fmt.Fprintf(m.w, "%s%d\n%s\n", magic, RowsVersion, header)
	return m
}

// Write adds one row.
func (m *Writer) Write(r Row) {
	mode, stored := "0644", "-"
	if r.Exec {
		mode = "0755"
	}
	if r.Stored >= 0 {
		stored = strconv.FormatInt(r.Stored, 10)
	}
	fmt.Fprintf(m.w, "%s\t%s\t%d\t%s\t%s\t%s\t%s\t%s\n",
		quote.Field(r.Path), mode, r.Size, stored, quote.Field(r.Rule), quote.Field(r.Reason), quote.Field(r.Origin), quote.Field(r.Note))
}

// Flush writes what is buffered and returns the first error met so far.
func (m *Writer) Flush() error {
	if err := m.w.Flush(); err != nil {
		return fmt.Errorf("write manifest: %w", err)
	}
	return nil
}
