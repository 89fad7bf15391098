package survey

import (
	"io/fs"
	"os"
	"path/filepath"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/infile"
)

// Files remembers what a run has read: each directory and each source file is
// read once, however many modules ask for it.
type Files struct {
	listings map[string]map[string]bool
	sources  map[string][]Include
}

// NewFiles returns a Files that has read nothing.
func NewFiles() *Files {
	return &Files{listings: map[string]map[string]bool{}, sources: map[string][]Include{}}
}

// Has tells whether there is a regular file of that name, which may have
// directories, below dir.
func (f *Files) Has(dir, name string) bool {
	name = filepath.Join(dir, name)
	return f.listing(filepath.Dir(name))[filepath.Base(name)]
}

// listing returns the regular files of a directory, and links to such.
func (f *Files) listing(dir string) map[string]bool {
	if files, ok := f.listings[dir]; ok {
		return files
	}
	files := map[string]bool{}
	for _, e := range readDir(dir) {
		if e.Type().IsRegular() || e.Type()&fs.ModeSymlink != 0 && IsFile(filepath.Join(dir, e.Name())) {
			files[e.Name()] = true
		}
	}
	f.listings[dir] = files
	return files
}

// Includes returns the #include lines of a file.
func (f *Files) Includes(name string) []Include {
	out, ok := f.sources[name]
	if !ok {
		out = includesOf(name)
		f.sources[name] = out
	}
	return out
}

// head returns the first 64 KiB of a file, "" when it cannot be read.
func head(name string) string {
	f, _, err := infile.Open(name)
	if err != nil {
		return ""
	}
	defer f.Close()
	b := make([]byte, 64<<10)
	n, _ := f.Read(b)
	return string(b[:n])
}

// IsFile tells whether there is a regular file of that name, or a link to one.
func IsFile(name string) bool {
	st, err := os.Stat(name)
	return err == nil && st.Mode().IsRegular()
}

// IsDir tells whether there is a directory of that name, or a link to one.
func IsDir(name string) bool {
	st, err := os.Stat(name)
	return err == nil && st.IsDir()
}

// Exists tells whether there is anything of that name.
func Exists(name string) bool {
	_, err := os.Lstat(name)
	return err == nil
}

func readDir(dir string) []fs.DirEntry {
	ents, _ := os.ReadDir(dir)
	return ents
}

// Absolute returns where a name leads that is relative to a directory, with
// links followed as far as it is there.
func Absolute(dir, name string) string {
	if !filepath.IsAbs(name) {
		name = filepath.Join(dir, name)
	}
	if real, err := filepath.EvalSymlinks(name); err == nil {
		return real
	}
	return filepath.Clean(name)
}

// BuildFileIn returns the path of a directory's BUILD file, "" without one.
func BuildFileIn(dir string, buildNames []string) string {
	for _, n := range buildNames {
		if p := filepath.Join(dir, n); IsFile(p) {
			return p
		}
	}
	return ""
}
