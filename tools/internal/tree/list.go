package tree

import (
	"bufio"
	"io"
	"path"
	"strings"

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
// order, more than one, and some of them in directories.
func WrittenList(r io.Reader) bool {
	last, deep, lines := "", false, 0
	b := bufio.NewReaderSize(r, tarread.MaxName+1)
	for ; ; lines++ {
		line, err := b.ReadSlice('\n')
		if err == io.EOF && len(line) == 0 {
			return lines > 1 && deep
		}
		p, ended := strings.CutSuffix(string(line), "\n")
		if !ended || p <= last || tarread.CheckName(p) != nil || path.Clean(p) != p || path.IsAbs(p) {
			return false
		}
		last, deep = p, deep || strings.Contains(p, "/")
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
