package gazelle

import (
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bazelbuild/bazel-gazelle/label"
	"github.com/bazelbuild/bazel-gazelle/rule"
)

// headerDir is a directory with headers for modules, as the DDK has them: an
// `include` directory whose headers include the kernel's, or ddk_headers
// rules.
type headerDir struct {
	place
	dir string
	// roots are the directories, absolute, that #include names files from.
	roots []string
	// label is what stands for the headers.
	label string
	// claim is nil if the rule is not generated.
	claim *claim
}

// header notes the headers of a directory that is neither in a kernel nor in
// an object tree.
func (s *survey) header(at place, f *rule.File, ents []fs.DirEntry) {
	dir := filepath.Join(s.root, at.rel)
	if f != nil {
		var found bool
		for _, r := range f.Rules {
			if r.Kind() != "ddk_headers" {
				continue
			}
			found = true
			h := &headerDir{place: at, dir: dir, label: label.New("", at.rel, r.Name()).String()}
			for _, include := range r.AttrStrings("includes") {
				h.roots = append(h.roots, filepath.Join(dir, include))
			}
			if len(h.roots) == 0 {
				h.roots = []string{dir}
			}
			s.headers[at.rel+":"+r.Name()] = h
		}
		if found {
			return
		}
	}
	include := filepath.Join(dir, "include")
	if !s.writable(at) || !slices.ContainsFunc(ents, func(e fs.DirEntry) bool { return e.Name() == "include" && e.IsDir() }) || !forKernel(include) {
		return
	}
	s.headers[at.rel] = &headerDir{
		place: at, dir: dir, roots: []string{include},
		label: label.New("", at.rel, headersGroup).String(),
		claim: newClaim(dir, []string{headerPattern}, nil, s.buildNames),
	}
}

// forKernel tells whether one of the first hundred headers below a directory
// includes one of the kernel's.
func forKernel(dir string) bool {
	n, found := 0, false
	filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || !strings.HasSuffix(name, ".h") {
			return nil
		}
		for _, i := range includesOf(name) {
			first, _, _ := strings.Cut(i.name, "/")
			if found = i.angle && slices.Contains([]string{"linux", "asm", "uapi"}, first); found {
				return fs.SkipAll
			}
		}
		if n++; n == 100 {
			return fs.SkipAll
		}
		return nil
	})
	return found
}

// provider returns the header directory that a name in an #include is found
// in, nil if there is none; the nearest to the package rel comes first.
func (s *survey) provider(rel, name string) *headerDir {
	var best *headerDir
	for _, key := range sortedKeys(s.headers) {
		h := s.headers[key]
		for _, root := range h.roots {
			if (best == nil || shared(rel, h.rel) > shared(rel, best.rel)) && isFile(filepath.Join(root, name)) {
				best = h
			}
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
