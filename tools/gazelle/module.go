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

	"rules_kheaders/tools/internal/kernel"
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
	// unknown says where headers are included that are nowhere, or in several
	// places.
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
		known, err := kernel.ParseArch(w.arch)
		if _, generated := s.trees[w.pkg]; !generated && err == nil && known == arch {
			out = append(out, &kernelTarget{label: label.New("", w.pkg, w.name)})
		}
	}
	return out
}

// needs reads the module's sources, as Kbuild would find what they include:
// beside them, by the module's -I, in the kernel. A header directory that
// neither names counts for what the kernel does not have.
func (s *survey) needs(m *module, t *kernelTree, arch string) needs {
	key := needsKey{m, t, arch}
	if n, ok := s.lookup.needs[key]; ok {
		return n
	}
	var n needs
	seen := map[string]bool{}
	queue := m.made.sources(&s.lookup, m.dir)
	for len(queue) > 0 {
		file := queue[0]
		queue = queue[1:]
		if seen[file] {
			continue
		}
		seen[file] = true
		for _, i := range s.includes(file) {
			if !i.angle && s.has(filepath.Dir(file), i.name) {
				queue = append(queue, filepath.Join(filepath.Dir(file), i.name))
				continue
			}
			if at := slices.IndexFunc(m.made.local, func(dir string) bool { return s.has(dir, i.name) }); at >= 0 {
				local := filepath.Join(m.made.local[at], i.name)
				if h := s.ownerOf(local); h == nil {
					queue = append(queue, local)
				} else {
					n.labels = append(n.labels, h.label)
					if i.angle && t != nil && s.hasHeader(t, arch, i.name) {
						n.headers = append(n.headers, i.name)
					}
				}
				continue
			}
			n.fromElsewhere(s, m, t, arch, file, i)
		}
	}
	for _, list := range []*[]string{&n.headers, &n.labels, &n.extra} {
		slices.Sort(*list)
		*list = slices.Clip(slices.Compact(*list))
	}
	s.lookup.needs[key] = n
	return n
}

// kernelsOwn are directories of include/ that no other header directory is
// taken for while the kernel cannot be looked at.
var kernelsOwn = []string{"linux", "asm", "asm-generic", "uapi", "generated", "net"}

// fromElsewhere takes an #include for a header of the kernel, or for one of a
// header directory.
func (n *needs) fromElsewhere(s *survey, m *module, t *kernelTree, arch, file string, i include) {
	first, _, _ := strings.Cut(i.name, "/")
	if t != nil && s.hasHeader(t, arch, i.name) || t == nil && i.angle && slices.Contains(kernelsOwn, first) {
		n.headers = append(n.headers, i.name)
		return
	}
	if t != nil {
		for _, d := range m.made.inTree {
			if s.has(filepath.Join(t.dir, d), i.name) {
				n.extra = append(n.extra, path.Join(d, i.name))
				return
			}
		}
	}
	rel, _ := filepath.Rel(s.root, file)
	if providers := s.providers(m.rel, i.name); len(providers) > 0 {
		n.labels = append(n.labels, providers[0].dir.label)
		if len(providers) > 1 {
			var names []string
			for _, p := range providers {
				names = append(names, p.dir.label)
			}
			n.unknown = append(n.unknown, fmt.Sprintf("%s:%d: %s is in %s, and none is nearer than the others; %s is taken: choose by -I in the module's makefile", rel, i.line, i.name, strings.Join(names, " and in "), names[0]))
		}
		return
	}
	if t == nil {
		if i.angle {
			n.headers = append(n.headers, i.name)
		}
	} else if !i.guarded {
		n.unknown = append(n.unknown, fmt.Sprintf("%s:%d: %s is neither here nor in //%s for %s; left out of roots", rel, i.line, i.name, t.rel, arch))
	}
}
