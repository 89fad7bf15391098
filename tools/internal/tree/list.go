package tree

import (
	"bufio"
	"io"
	"path"
	"path/filepath"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/kernel"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/tarread"
)

// WriteList writes the paths of the tree's files, one a line. A path with a
// line break is left out: no #include can name it.
func (t *Tree) WriteList(out io.Writer) error {
	w := bufio.NewWriter(out)
	for _, e := range t.Entries {
		if !strings.Contains(e.Path, "\n") {
			w.WriteString(e.Path)
			w.WriteByte('\n')
		}
	}
	return w.Flush()
}

// WrittenList tells whether r is a list as WriteList writes it: paths in bytewise
// order, of which one has no blanks, as a sentence would have, and is in a
// directory or has the name of a header or of one of Kbuild's files.
func WrittenList(r io.Reader) bool {
	last, source := "", false
	b := bufio.NewReaderSize(r, tarread.MaxName+1)
	for {
		line, err := b.ReadSlice('\n')
		if err == io.EOF && len(line) == 0 {
			return source
		}
		p, ended := strings.CutSuffix(string(line), "\n")
		if !ended || p <= last || tarread.CheckName(p) != nil || path.Clean(p) != p || !filepath.IsLocal(p) {
			return false
		}
		last = p
		source = source || !strings.ContainsAny(p, " \t") && (strings.Contains(p, "/") || path.Ext(p) == ".h" || p == kernel.Makefile || p == "Kbuild" || p == "Kconfig")
	}
}

// ParseList returns the paths of a list as WriteList writes it; they may begin
// with "./", as find writes them.
func ParseList(text string) []string {
	var paths []string
	for line := range strings.Lines(text) {
		if p := strings.TrimPrefix(strings.TrimSuffix(line, "\n"), "./"); p != "" {
			paths = append(paths, p)
		}
	}
	return paths
}
