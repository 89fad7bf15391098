package headerset

import (
	"fmt"
	"io"
	"path"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/hosttools"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/manifest"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/oserr"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/tree"
)

// Selected is a file of the tree, what selected it, and why in words: Rule
// and Reason of its row in the manifest.
type Selected struct {
	*tree.Entry
	Rule, Reason string
	// Verbatim keeps the file as it is, whatever is stripped otherwise.
	Verbatim bool
	// StripSymbols takes the symbols out of a host tool.
	StripSymbols bool
}

// CheckPaths tells whether the files can be unpacked beside each other: none
// may have the path of a directory that another one needs.
func CheckPaths(files []Selected) error {
	dirs := map[string]*Selected{}
	for i := range files {
		for d := path.Dir(files[i].Path); d != "." && dirs[d] == nil; d = path.Dir(d) {
			dirs[d] = &files[i]
		}
	}
	for i := range files {
		if below := dirs[files[i].Path]; below != nil {
			return fmt.Errorf("%q from %s is a file, %q from %s needs it to be a directory: exclude one", files[i].Path, files[i].Label, below.Path, below.Label)
		}
	}
	return nil
}

// Executable tells whether the file is one to be executed.
func (s *Selected) Executable() (bool, error) {
	r, err := s.Open()
	if err != nil {
		return false, err
	}
	defer r.Close()
	head, err := io.ReadAll(io.LimitReader(r, hosttools.ExecutableHead))
	if err != nil {
		return false, fmt.Errorf("read %q from %s: %w", s.Path, s.Label, oserr.Reason(err))
	}
	return hosttools.Executable(head), nil
}

// WriteManifest writes a row for each file of the set.
func (s *Set) WriteManifest(w io.Writer) error {
	rows := manifest.NewWriter(w)
	for _, f := range s.Files {
		exec, err := f.Executable()
		if err != nil {
			return err
		}
		rows.Write(manifest.Row{
			Path: f.Path, Exec: exec, Size: f.Size, Stored: -1, Rule: f.Rule, Reason: f.Reason, Origin: f.Origin(),
		})
	}
	return rows.Flush()
}
