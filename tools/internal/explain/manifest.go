package explain

import (
	"io"
	"sort"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/manifest"
)

// rowSource answers from a manifest.
type rowSource struct {
	rows  map[string]manifest.Row
	paths []string
}

// FromManifest reads the manifest of a set or an archive. It knows only what
// is in.
func FromManifest(r io.Reader) (Source, error) {
	s := &rowSource{rows: map[string]manifest.Row{}}
	if err := manifest.ReadRows(r, func(row manifest.Row) {
		s.rows[row.Path] = row
		s.paths = append(s.paths, row.Path)
	}); err != nil {
		return nil, err
	}
	sort.Strings(s.paths)
	return s, nil
}

func (s *rowSource) Paths() []string { return s.paths }

func (s *rowSource) Arch() string { return "" }

func (s *rowSource) Known(path string) Answer {
	r := s.rows[path]
	return Answer{Path: path, In: true, Rule: r.Rule, Why: r.Reason, Origin: r.Origin, Size: r.Size, Stored: r.Stored, Note: r.Note}
}

func (s *rowSource) Unknown(path string) Answer {
	return Answer{
		Path: path, Stored: -1, Why: "it is not in the manifest",
		Hints: []string{"a manifest cannot say why: give the tree and the set's flags in its place, or run the kheaders_explain target"},
	}
}
