package tree

import (
	"bufio"
	"io"
	"strings"
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
