package gazelle

import (
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bazelbuild/bazel-gazelle/config"
	"github.com/bazelbuild/bazel-gazelle/label"
	"github.com/bazelbuild/bazel-gazelle/resolve"

	"rules_kheaders/tools/internal/tree"
)

// module is the directory of external modules.
type module struct {
	place
	dir  string
	made *makefile
}

// needs is what the sources of a module want from elsewhere.
type needs struct {
	// headers are names of kernel headers, labels stand for header
	// directories, extra are files of the kernel's tree outside of its include
	// directories.
	headers, labels, extra []string
	// unknown says where headers are included that are nowhere.
	unknown []string
}

// kernelTarget is the kernel_tree that a module is for.
type kernelTarget struct {
	label label.Label
	tree  *kernelTree // nil if its files are not in this workspace
}

// target returns the kernel_tree for a module and an architecture: that of a
// `gazelle:resolve kheaders tree/ARCH LABEL`, or the only one of the
// workspace. An error says that there are several.
func (s *survey) target(c *config.Config, arch string) (*kernelTarget, error) {
	spec := resolve.ImportSpec{Lang: langName, Imp: "tree/" + arch}
	all := s.targets(arch)
	if l, ok := resolve.FindRuleWithOverride(c, spec, langName); ok {
		for _, t := range all {
			if t.label.Pkg == l.Pkg && t.label.Name == l.Name && l.Repo == "" {
				return t, nil
			}
		}
		return &kernelTarget{label: l}, nil
	}
	switch len(all) {
	case 0:
		return nil, nil
	case 1:
		return all[0], nil
	}
	var names []string
	for _, t := range all {
		names = append(names, t.label.String())
	}
	return nil, fmt.Errorf("%s are all kernel_tree targets for %s; choose by a directive: # gazelle:resolve kheaders tree/%s %s", strings.Join(names, ", "), arch, arch, names[0])
}

// targets returns the workspace's kernel_tree targets for an architecture, the
// generated ones and those written by hand.
func (s *survey) targets(arch string) []*kernelTarget {
	var out []*kernelTarget
	for _, rel := range sortedKeys(s.trees) {
		if t := s.trees[rel]; slices.Contains(t.arches, arch) {
			out = append(out, &kernelTarget{label.New("", rel, t.treeName(arch)), t})
		}
	}
	for _, w := range s.written {
		known, err := tree.ParseArch(w.arch)
		if _, generated := s.trees[w.pkg]; !generated && err == nil && known == arch {
			out = append(out, &kernelTarget{label: label.New("", w.pkg, w.name)})
		}
	}
	return out
}

// needs reads the module's sources.
func (s *survey) needs(m *module, t *kernelTree, arch string) needs {
	var n needs
	seen := map[string]bool{}
	queue := m.made.sources(m.dir)
	for len(queue) > 0 {
		file := queue[0]
		queue = queue[1:]
		if seen[file] {
			continue
		}
		seen[file] = true
		for _, i := range includesOf(file) {
			if h := s.provider(m.rel, i.name); h != nil && (i.angle || !isFile(filepath.Join(filepath.Dir(file), i.name))) {
				if l := h.label; !slices.Contains(n.labels, l) {
					n.labels = append(n.labels, l)
				}
				continue
			}
			if local := m.find(file, i); local != "" {
				queue = append(queue, local)
				continue
			}
			n.fromKernel(s, m, t, arch, file, i)
		}
	}
	slices.Sort(n.headers)
	slices.Sort(n.labels)
	slices.Sort(n.extra)
	return n
}

// find returns the module's own file that an #include names.
func (m *module) find(from string, i include) string {
	dirs := m.made.local
	if !i.angle {
		dirs = append([]string{filepath.Dir(from)}, dirs...)
	}
	for _, d := range dirs {
		if f := filepath.Join(d, i.name); isFile(f) {
			return f
		}
	}
	return ""
}

func (n *needs) fromKernel(s *survey, m *module, t *kernelTree, arch, file string, i include) {
	if t == nil {
		if i.angle && !slices.Contains(n.headers, i.name) {
			n.headers = append(n.headers, i.name)
		}
		return
	}
	if s.hasHeader(t, arch, i.name) {
		if !slices.Contains(n.headers, i.name) {
			n.headers = append(n.headers, i.name)
		}
		return
	}
	for _, d := range m.made.inTree {
		if f := path.Join(d, i.name); isFile(filepath.Join(t.dir, f)) {
			if !slices.Contains(n.extra, f) {
				n.extra = append(n.extra, f)
			}
			return
		}
	}
	if !i.guarded {
		rel, _ := filepath.Rel(s.root, file)
		n.unknown = append(n.unknown, fmt.Sprintf("%s:%d: %s is neither here nor in //%s for %s; left out of roots", rel, i.line, i.name, t.rel, arch))
	}
}

// hasHeader tells whether a kernel has a header for an architecture, in the
// places that Kbuild looks at.
func (s *survey) hasHeader(t *kernelTree, arch, name string) bool {
	tops := []string{t.dir}
	for _, o := range s.objtreesOf(t, arch) {
		tops = append(tops, o.dir)
	}
	for _, top := range tops {
		for _, d := range []string{"arch/" + arch + "/include", "include"} {
			for _, below := range []string{"", "uapi", "generated", "generated/uapi"} {
				if isFile(filepath.Join(top, d, below, name)) {
					return true
				}
			}
		}
	}
	// Where an architecture has no header of its own Kbuild makes one of the generic.
	generic, ok := strings.CutPrefix(name, "asm/")
	return ok && (isFile(filepath.Join(t.dir, "include/asm-generic", generic)) || isFile(filepath.Join(t.dir, "include/uapi/asm-generic", generic)))
}
