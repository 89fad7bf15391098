package survey

import (
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/makefile"
)

// Makefile is what an external module's Kbuild or Makefile says.
type Makefile struct {
	*makefile.Makefile
	// Local are directories, absolute, and InTree are directories of the
	// kernel's tree that #include names files from.
	Local, InTree []string
	// Forced are the files that -include names.
	Forced []Forced
}

// Forced is a file that -include names: absolute, below the kernel's tree, or
// as #include would name it.
type Forced struct {
	Path   string
	InTree bool
	At     makefile.Place
}

// inherited is what a makefile hands to those of the directories that it leads
// to.
type inherited struct {
	top   string
	flags []makefile.Flag
}

// maxMakefile is more than any makefile has, in bytes.
const maxMakefile = 16 << 20

// readMakefile returns what the Kbuild file of a directory, or else its
// Makefile, says; nil if it is none of external modules.
func (w *Workspace) readMakefile(dir string) *Makefile {
	from := w.inherits[dir]
	read := makefile.Read(makefile.Options{Dir: dir, Top: from.top, Root: w.Root, Open: openText})
	if read == nil {
		return nil
	}
	m := &Makefile{Makefile: read}
	below := inherited{from.top, slices.Clone(from.flags)}
	if below.top == "" {
		below.top = dir
	}
	seen := map[string]bool{}
	for _, f := range slices.Concat(from.flags, read.Flags) {
		m.flag(dir, w.Root, f, seen)
	}
	for _, f := range read.Flags {
		if f.Below {
			if !f.InTree && !filepath.IsAbs(f.Path) {
				f.Path = filepath.Join(dir, f.Path)
			}
			below.flags = append(below.flags, f)
		}
	}
	for _, sub := range read.Subdirs {
		w.inherits[filepath.Join(dir, sub)] = below
	}
	return m
}

// flag takes in a flag of the compiler; seen has the directories that are there
// already.
func (m *Makefile) flag(dir, root string, f makefile.Flag, seen map[string]bool) {
	add := func(list *[]string, path string) {
		key := fmt.Sprint(list == &m.InTree, path)
		if !seen[key] {
			*list = append(*list, path)
		}
		seen[key] = true
	}
	switch {
	case f.Forced:
		m.Forced = append(m.Forced, Forced{f.Path, f.InTree, f.At})
	case f.InTree:
		add(&m.InTree, f.Path)
	case filepath.IsAbs(f.Path):
		if f.Path == root || strings.HasPrefix(f.Path, root+"/") {
			add(&m.Local, f.Path)
		}
	case IsDir(filepath.Join(dir, f.Path)):
		add(&m.Local, filepath.Join(dir, f.Path))
	default:
		add(&m.InTree, f.Path)
	}
}

// openText reads a regular file; another would keep the run waiting.
func openText(name string) ([]byte, error) {
	if !IsFile(name) {
		return nil, fmt.Errorf("there is no such file")
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxMakefile+1))
	if err == nil && len(b) > maxMakefile {
		err = fmt.Errorf("it is larger than any makefile")
	}
	return b, err
}

// Sources returns the C and assembler files of the modules; all of the
// directory where the makefile does not name them all.
func (m *Makefile) Sources(f *Files, dir string) []string {
	var out []string
	for _, o := range m.Objects {
		for _, ext := range sourceEndings {
			if f.Has(dir, o.Path+ext) {
				out = append(out, filepath.Join(dir, o.Path+ext))
			}
		}
	}
	if len(out) == 0 && len(m.Subdirs) == 0 || m.Computed {
		for _, below := range append([]string{"."}, m.Dirs...) {
			for name := range f.listing(filepath.Join(dir, below)) {
				if strings.HasSuffix(name, ".c") || strings.HasSuffix(name, ".S") {
					out = append(out, filepath.Join(dir, below, name))
				}
			}
		}
	}
	out = slices.DeleteFunc(out, func(n string) bool { return strings.HasSuffix(n, ".mod.c") })
	slices.Sort(out)
	return slices.Compact(out)
}

// sourceEndings are those of what is read.
var sourceEndings = []string{".c", ".S"}

// maker returns the rule by which an object comes, or what it is made from.
func (m *Makefile) maker(o makefile.Object, has func(file string) bool) (file string, at makefile.Place, ok bool) {
	for _, ext := range slices.Concat(sourceEndings, shipped) {
		if at, ok := m.Made(o.Path+ext, has); ok {
			return o.Path + ext, at, true
		}
	}
	return "", makefile.Place{}, false
}

// shipped are endings of what an object is made from without the compiler of C.
var shipped = []string{".o_shipped", ".o", ".c_shipped", ".S_shipped", ".s", ".rs", ".cc", ".cpp", ".l", ".y", ".asn1", ".dts"}

// Problems tells, with file and line, what of the makefile is not understood,
// and which of its objects have no source.
func (m *Makefile) Problems(f *Files, root, dir string) []string {
	var out []string
	tell := func(at makefile.Place, what string) {
		rel, err := filepath.Rel(root, at.File)
		if err != nil {
			rel = at.File
		}
		out = append(out, fmt.Sprintf("%s:%d: %s", rel, at.Line, what))
	}
	for _, u := range m.Unclear {
		tell(u.Place, u.What)
	}
	for _, o := range m.Objects {
		has := func(ext string) bool {
			return f.Has(dir, strings.TrimSuffix(o.Path, path.Ext(o.Path))+ext) || f.Has(dir, o.Path+ext)
		}
		if !o.Certain || o.Parts || slices.ContainsFunc(sourceEndings, func(ext string) bool { return f.Has(dir, o.Path+ext) }) || slices.ContainsFunc(shipped, has) {
			continue
		}
		if file, at, ok := m.maker(o, func(file string) bool { return f.Has(dir, file) }); ok {
			tell(at, fmt.Sprintf("%s is made by this rule: what it includes is not known", file))
		} else {
			tell(o.At, fmt.Sprintf("%s.o has no source here: what it includes is not known", o.Path))
		}
	}
	return out
}
