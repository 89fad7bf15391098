package plan

import (
	"fmt"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bazelbuild/bazel-gazelle/label"

	"github.com/rules-kheaders/rules_kheaders/tools/gazelle/survey"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/kernel"
)

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

type needsKey struct {
	module *survey.Module
	tree   *kernelTree
	arch   string
}

// kernelTarget is the kernel_tree that a module is for.
type kernelTarget struct {
	label label.Label
	tree  *kernelTree // nil if its files are not in this workspace
}

// target returns the kernel_tree for a module and an architecture: that of a
// `gazelle:resolve kheaders tree/ARCH LABEL`, or the only one of the
// workspace. An error says that there are several.
func (a *answer) target(arch string) (*kernelTarget, error) {
	all := a.targets(arch)
	if l, ok := a.Override("tree/" + arch); ok {
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
func (p *Plan) targets(arch string) []*kernelTarget {
	var out []*kernelTarget
	for _, rel := range slices.Sorted(maps.Keys(p.trees)) {
		if t := p.trees[rel]; slices.Contains(t.arches, arch) {
			out = append(out, &kernelTarget{label.New("", rel, t.treeName(arch)), t})
		}
	}
	for _, r := range p.ws.TreeRules {
		known, err := kernel.ParseArch(r.Arch)
		if p.trees[r.Pkg] == nil && err == nil && known == arch {
			out = append(out, &kernelTarget{label: label.New("", r.Pkg, r.Name)})
		}
	}
	return out
}

// needs reads the module's sources, as Kbuild would find what they include:
// beside them, by the module's -I, in the kernel. A header directory that
// neither names counts for what the kernel does not have.
func (p *Plan) needs(m *survey.Module, t *kernelTree, arch string) needs {
	key := needsKey{m, t, arch}
	if n, ok := p.needsOf[key]; ok {
		return n
	}
	var n needs
	queue := m.Makefile.Sources(p.ws.Files, m.Dir)
	for _, f := range m.Makefile.Forced {
		queue = append(queue, n.forced(p, m, t, arch, f)...)
	}
	seen := map[string]bool{}
	for len(queue) > 0 {
		file := queue[0]
		queue = queue[1:]
		if seen[file] {
			continue
		}
		seen[file] = true
		for _, i := range p.ws.Includes(file) {
			if !i.Angle && p.ws.Has(filepath.Dir(file), i.Name) {
				queue = append(queue, filepath.Join(filepath.Dir(file), i.Name))
				continue
			}
			queue = append(queue, n.include(p, m, t, arch, file, i)...)
		}
	}
	for _, list := range []*[]string{&n.headers, &n.labels, &n.extra} {
		slices.Sort(*list)
		*list = slices.Clip(slices.Compact(*list))
	}
	p.needsOf[key] = n
	return n
}

// include finds what a file includes by the module's -I or elsewhere, and
// returns it if it is a source of the module as well.
func (n *needs) include(p *Plan, m *survey.Module, t *kernelTree, arch, file string, i survey.Include) []string {
	at := slices.IndexFunc(m.Makefile.Local, func(dir string) bool { return p.ws.Has(dir, i.Name) })
	if at < 0 {
		n.fromElsewhere(p, m, t, arch, file, i)
		return nil
	}
	local := filepath.Join(m.Makefile.Local[at], i.Name)
	h := p.ws.OwnerOf(local)
	if h == nil {
		return []string{local}
	}
	n.labels = append(n.labels, p.labelOf(h))
	if i.Angle && t != nil && p.hasHeader(t, arch, i.Name) {
		n.headers = append(n.headers, i.Name)
	}
	return nil
}

// forced finds what -include names, and returns it if it is a source of the
// module.
func (n *needs) forced(p *Plan, m *survey.Module, t *kernelTree, arch string, f survey.Forced) []string {
	i := survey.Include{Name: f.Path, Line: f.At.Line}
	switch {
	case f.InTree:
		if t == nil {
			return nil
		}
		for _, dir := range p.headersOf(t, arch).dirs {
			if name, ok := strings.CutPrefix(filepath.Join(t.Dir, f.Path), dir+"/"); ok && p.hasHeader(t, arch, name) {
				n.headers = append(n.headers, name)
				return nil
			}
		}
		if p.ws.Has(t.Dir, f.Path) {
			n.extra = append(n.extra, f.Path)
			return nil
		}
	case filepath.IsAbs(f.Path):
		if p.ws.Has("/", f.Path) {
			if h := p.ws.OwnerOf(f.Path); h != nil {
				n.labels = append(n.labels, p.labelOf(h))
			}
			return []string{f.Path}
		}
		if rel, err := filepath.Rel(p.ws.Root, f.Path); err == nil {
			i.Name = rel
		}
		rel, _ := filepath.Rel(p.ws.Root, f.At.File)
		n.unknown = append(n.unknown, fmt.Sprintf("%s:%d: %s, which -include names, is not there; left out of roots", rel, i.Line, i.Name))
		return nil
	case p.ws.Has(m.Dir, f.Path):
		return []string{filepath.Join(m.Dir, f.Path)}
	}
	return n.include(p, m, t, arch, f.At.File, i)
}

// labelOf returns what stands for a header directory.
func (p *Plan) labelOf(h *survey.HeaderDir) string {
	l, ok := p.labels[h]
	if !ok {
		l = label.New("", h.Rel, h.Rule).String()
		p.labels[h] = l
	}
	return l
}

// kernelsOwn are directories of include/ that no other header directory is
// taken for while the kernel cannot be looked at.
var kernelsOwn = []string{"linux", "asm", "asm-generic", "uapi", "generated", "net"}

// fromElsewhere takes an #include for a header of the kernel, or for one of a
// header directory.
func (n *needs) fromElsewhere(p *Plan, m *survey.Module, t *kernelTree, arch, file string, i survey.Include) {
	first, _, _ := strings.Cut(i.Name, "/")
	if t != nil && p.hasHeader(t, arch, i.Name) || t == nil && i.Angle && slices.Contains(kernelsOwn, first) {
		n.headers = append(n.headers, i.Name)
		return
	}
	if t != nil {
		for _, d := range m.Makefile.InTree {
			if p.ws.Has(filepath.Join(t.Dir, d), i.Name) {
				n.extra = append(n.extra, path.Join(d, i.Name))
				return
			}
		}
	}
	rel, _ := filepath.Rel(p.ws.Root, file)
	if providers := p.ws.Providers(m.Rel, i.Name); len(providers) > 0 {
		first := p.labelOf(providers[0].Dir)
		n.labels = append(n.labels, first)
		if len(providers) > 1 {
			var names []string
			for _, f := range providers {
				names = append(names, p.labelOf(f.Dir))
			}
			n.unknown = append(n.unknown, fmt.Sprintf("%s:%d: %s is in %s, and none is nearer than the others; %s is taken: choose by -I in the module's makefile", rel, i.Line, i.Name, strings.Join(names, " and in "), first))
		}
		return
	}
	if t == nil {
		if i.Angle {
			n.headers = append(n.headers, i.Name)
		}
	} else if !i.Guarded {
		n.unknown = append(n.unknown, fmt.Sprintf("%s:%d: %s is neither here nor in //%s for %s; left out of roots", rel, i.Line, i.Name, t.Rel, arch))
	}
}
