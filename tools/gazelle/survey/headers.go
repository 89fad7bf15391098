package survey

import (
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// HeaderDir is a directory with headers for modules, as the DDK has them: an
// `include` directory whose headers include the kernel's, or ddk_headers
// rules.
type HeaderDir struct {
	Place
	Dir string
	// Roots are the directories, absolute, that #include names files from.
	Roots []string
	// Rule is the name of what stands for the headers.
	Rule string
	// Generated is true if this run writes the rule.
	Generated bool
	// looked tells whether the headers were looked at, and kernel that they
	// include the kernel's.
	looked, kernel bool
}

// Found is a header in a header directory.
type Found struct {
	Dir  *HeaderDir
	Root string
}

// headers notes the headers of a directory that is neither in a kernel nor in
// an object tree. Those of another project that uses Kbuild count if a rule
// hands them out.
func (w *Workspace) headers(at Place, ents []fs.DirEntry, project bool) {
	dir := w.Dir(at.Rel)
	if at.Package != nil {
		found := false
		for _, r := range at.Package.Rules {
			if r.Kind != KindDDK {
				continue
			}
			found = true
			h := &HeaderDir{Place: at, Dir: dir, Rule: r.Name, looked: true, kernel: true}
			for _, include := range r.Includes {
				h.Roots = append(h.Roots, filepath.Join(dir, include))
			}
			if len(h.Roots) == 0 {
				h.Roots = []string{dir}
			}
			w.HeaderDirs[at.Rel+":"+r.Name] = h
		}
		if found {
			return
		}
	}
	if project || !slices.ContainsFunc(ents, func(e fs.DirEntry) bool { return e.Name() == "include" && e.IsDir() }) {
		return
	}
	h := &HeaderDir{Place: at, Dir: dir, Roots: []string{filepath.Join(dir, "include")}, Rule: GroupHeaders}
	switch {
	case w.ReadOnly(at) == "":
		h.Generated = true
	case w.Load(at.Rel).Has(GroupHeaders):
		h.looked, h.kernel = true, true
	default:
		return
	}
	w.HeaderDirs[at.Rel] = h
}

// ForKernel tells whether one of the first hundred headers of a directory
// includes one of the kernel's.
func (w *Workspace) ForKernel(h *HeaderDir) bool {
	if h.looked {
		return h.kernel
	}
	h.looked = true
	n := 0
	filepath.WalkDir(h.Roots[0], func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || !strings.HasSuffix(name, ".h") {
			return nil
		}
		for _, i := range w.Includes(name) {
			first, _, _ := strings.Cut(i.Name, "/")
			if h.kernel = i.Angle && slices.Contains([]string{"linux", "asm", "uapi"}, first); h.kernel {
				return fs.SkipAll
			}
		}
		if n++; n == 100 {
			return fs.SkipAll
		}
		return nil
	})
	return h.kernel
}

// headerIndex reads the names of all headers in header directories.
func (w *Workspace) headerIndex() map[string][]Found {
	if w.index != nil {
		return w.index
	}
	w.index, w.roots = map[string][]Found{}, map[string][]*HeaderDir{}
	for _, key := range slices.Sorted(maps.Keys(w.HeaderDirs)) {
		h := w.HeaderDirs[key]
		for _, root := range h.Roots {
			if !slices.Contains(w.roots[root], h) {
				w.roots[root] = append(w.roots[root], h)
				w.indexRoot(h, root)
			}
		}
	}
	return w.index
}

func (w *Workspace) indexRoot(h *HeaderDir, root string) {
	filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return nil
		}
		if d.IsDir() {
			if rel, _ := filepath.Rel(w.Root, name); w.isTree(rel) || d.Name() == ".git" {
				return fs.SkipDir
			}
			return nil
		}
		if rel, err := filepath.Rel(root, name); err == nil && strings.HasSuffix(name, ".h") && (d.Type().IsRegular() || IsFile(name)) {
			w.index[rel] = append(w.index[rel], Found{h, root})
		}
		return nil
	})
}

// OwnerOf returns the header directory that a file is in, nil if it is in
// none; the innermost counts.
func (w *Workspace) OwnerOf(file string) *HeaderDir {
	w.headerIndex()
	for dir := filepath.Dir(file); len(dir) >= len(w.Root); dir = filepath.Dir(dir) {
		for _, h := range w.roots[dir] {
			if w.ForKernel(h) {
				return h
			}
		}
		if dir == string(os.PathSeparator) {
			break
		}
	}
	return nil
}

// Providers returns the headers of that name which are nearest to a package:
// several if none is nearer than the others.
func (w *Workspace) Providers(rel, name string) []Found {
	var best []Found
	near := -1
	for _, f := range w.headerIndex()[path.Clean(name)] {
		n := shared(rel, f.Dir.Rel)
		if n < near || !w.ForKernel(f.Dir) {
			continue
		}
		if n > near {
			best, near = nil, n
		}
		// Rules that share a directory hand out the same file.
		if !slices.ContainsFunc(best, func(b Found) bool { return b.Root == f.Root }) {
			best = append(best, f)
		}
	}
	return best
}

// shared is how many directories two paths have in common at their beginning.
func shared(a, b string) int {
	n := 0
	x, y := strings.Split(path.Clean(a), "/"), strings.Split(path.Clean(b), "/")
	for n < len(x) && n < len(y) && x[n] == y[n] {
		n++
	}
	return n
}
