package gazelle

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// lookup remembers what a run has read: each directory and each source file is
// read once, however many modules ask for it.
type lookup struct {
	listings map[string]map[string]bool
	sources  map[string][]include
	kernels  map[kernelKey]*kernelHeaders
	needs    map[needsKey]needs
	// index has the header directories by the names that #include finds in
	// them; nil until someone asks.
	index map[string][]found
	// roots are the directories that header directories are searched by.
	roots map[string][]*headerDir
}

type kernelKey struct{ rel, arch string }

type needsKey struct {
	module *module
	tree   *kernelTree
	arch   string
}

// found is a header in a header directory.
type found struct {
	dir  *headerDir
	root string
}

// kernelHeaders is where a kernel has headers for an architecture.
type kernelHeaders struct {
	dirs, generic []string
	known         map[string]bool
}

func newLookup() lookup {
	return lookup{
		listings: map[string]map[string]bool{}, sources: map[string][]include{},
		kernels: map[kernelKey]*kernelHeaders{}, needs: map[needsKey]needs{},
	}
}

// has tells whether there is a regular file of that name, which may have
// directories, below dir.
func (l *lookup) has(dir, name string) bool {
	name = filepath.Join(dir, name)
	return l.listing(filepath.Dir(name))[filepath.Base(name)]
}

// listing returns the regular files of a directory, and links to such.
func (l *lookup) listing(dir string) map[string]bool {
	if files, ok := l.listings[dir]; ok {
		return files
	}
	files := map[string]bool{}
	for _, e := range readDir(dir) {
		if e.Type().IsRegular() || e.Type()&fs.ModeSymlink != 0 && isFile(filepath.Join(dir, e.Name())) {
			files[e.Name()] = true
		}
	}
	l.listings[dir] = files
	return files
}

// includes returns the #include lines of a file.
func (l *lookup) includes(name string) []include {
	out, ok := l.sources[name]
	if !ok {
		out = includesOf(name)
		l.sources[name] = out
	}
	return out
}

// hasHeader tells whether a kernel has a header for an architecture, in the
// places that Kbuild looks at.
func (s *survey) hasHeader(t *kernelTree, arch, name string) bool {
	k := s.kernelHeaders(t, arch)
	has, ok := k.known[name]
	if !ok {
		in := func(name string) func(string) bool { return func(dir string) bool { return s.has(dir, name) } }
		has = slices.ContainsFunc(k.dirs, in(name))
		// Where an architecture has no header of its own Kbuild makes one of the generic.
		if generic, ok := strings.CutPrefix(name, "asm/"); ok && !has {
			has = slices.ContainsFunc(k.generic, in(generic))
		}
		k.known[name] = has
	}
	return has
}

func (s *survey) kernelHeaders(t *kernelTree, arch string) *kernelHeaders {
	key := kernelKey{t.rel, arch}
	if k := s.lookup.kernels[key]; k != nil {
		return k
	}
	k := &kernelHeaders{known: map[string]bool{}}
	tops := []string{t.dir}
	for _, o := range s.objtreesOf(t, arch) {
		tops = append(tops, o.dir)
	}
	for _, top := range tops {
		for _, d := range []string{"arch/" + arch + "/include", "include"} {
			for _, below := range []string{"", "uapi", "generated", "generated/uapi"} {
				if dir := filepath.Join(top, d, below); isDir(dir) {
					k.dirs = append(k.dirs, dir)
				}
			}
		}
	}
	k.generic = []string{filepath.Join(t.dir, "include/asm-generic"), filepath.Join(t.dir, "include/uapi/asm-generic")}
	s.lookup.kernels[key] = k
	return k
}

// headerIndex reads the names of all headers in header directories.
func (s *survey) headerIndex() map[string][]found {
	if s.index != nil {
		return s.index
	}
	s.index, s.roots = map[string][]found{}, map[string][]*headerDir{}
	for _, key := range sortedKeys(s.headers) {
		h := s.headers[key]
		for _, root := range h.roots {
			if !slices.Contains(s.roots[root], h) {
				s.roots[root] = append(s.roots[root], h)
				s.indexRoot(h, root)
			}
		}
	}
	return s.index
}

func (s *survey) indexRoot(h *headerDir, root string) {
	filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return nil
		}
		if d.IsDir() {
			rel, _ := filepath.Rel(s.root, name)
			if slices.Contains(s.kernels, rel) || s.objtrees[rel] != nil || d.Name() == ".git" {
				return fs.SkipDir
			}
			return nil
		}
		if rel, err := filepath.Rel(root, name); err == nil && strings.HasSuffix(name, ".h") && (d.Type().IsRegular() || isFile(name)) {
			s.index[rel] = append(s.index[rel], found{h, root})
		}
		return nil
	})
}

// ownerOf returns the header directory that a file is in, nil if it is in
// none; the innermost counts.
func (s *survey) ownerOf(file string) *headerDir {
	s.headerIndex()
	for dir := filepath.Dir(file); len(dir) >= len(s.root); dir = filepath.Dir(dir) {
		for _, h := range s.roots[dir] {
			if s.forKernel(h) {
				return h
			}
		}
		if dir == string(os.PathSeparator) {
			break
		}
	}
	return nil
}

// providers returns the headers of that name which are nearest to a package:
// several if none is nearer than the others.
func (s *survey) providers(rel, name string) []found {
	var best []found
	near := -1
	for _, f := range s.headerIndex()[path.Clean(name)] {
		n := shared(rel, f.dir.rel)
		if n < near || !s.forKernel(f.dir) {
			continue
		}
		if n > near {
			best, near = nil, n
		}
		// Rules that share a directory hand out the same file.
		if !slices.ContainsFunc(best, func(b found) bool { return b.root == f.root }) {
			best = append(best, f)
		}
	}
	return best
}
