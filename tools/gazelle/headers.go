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
	// looked tells whether the headers were looked at, and kernel that they
	// include the kernel's.
	looked, kernel bool
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
			h := &headerDir{place: at, dir: dir, label: label.New("", at.rel, r.Name()).String(), looked: true, kernel: true}
			for _, include := range append(r.AttrStrings("linux_includes"), r.AttrStrings("includes")...) {
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
	if !slices.ContainsFunc(ents, func(e fs.DirEntry) bool { return e.Name() == "include" && e.IsDir() }) {
		return
	}
	h := &headerDir{place: at, dir: dir, roots: []string{filepath.Join(dir, "include")}, label: label.New("", at.rel, headersGroup).String()}
	switch {
	case s.writable(at):
		h.claim = &claim{}
	case s.hasRule(at.rel, headersGroup):
		h.looked, h.kernel = true, true
	default:
		return
	}
	s.headers[at.rel] = h
}

// forKernel tells whether one of the first hundred headers of a directory
// includes one of the kernel's.
func (s *survey) forKernel(h *headerDir) bool {
	if h.looked {
		return h.kernel
	}
	h.looked = true
	n := 0
	filepath.WalkDir(h.roots[0], func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || !strings.HasSuffix(name, ".h") {
			return nil
		}
		for _, i := range s.includes(name) {
			first, _, _ := strings.Cut(i.name, "/")
			if h.kernel = i.angle && slices.Contains([]string{"linux", "asm", "uapi"}, first); h.kernel {
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

// settleHeaders leaves those header directories to be written that a module of
// the workspace uses, that are packages already, or that a directive asks for.
// A BUILD file more would take files from the globs around it.
func (s *survey) settleHeaders() {
	used := map[string]bool{}
	note := func(m *module, t *kernelTree, arch string) {
		for _, l := range s.needs(m, t, arch).labels {
			used[l] = true
		}
	}
	if len(s.headers) > 0 {
		for _, m := range s.modules {
			for _, t := range s.trees {
				for _, arch := range s.archesOf(t) {
					note(m, t, arch)
				}
			}
			if s.elsewhere || len(s.written) > 0 {
				note(m, nil, "")
			}
		}
	}
	for _, key := range sortedKeys(s.headers) {
		h := s.headers[key]
		if h.claim == nil {
			continue
		}
		asked := h.settings.on || buildFileIn(h.dir, s.buildNames) != ""
		if !used[h.label] && !(asked && s.forKernel(h)) {
			delete(s.headers, key)
			continue
		}
		h.claim = newClaim(h.dir, []string{headerPattern}, nil, s.buildNames)
	}
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
