package plan

import (
	"path/filepath"
	"slices"

	"github.com/rules-kheaders/rules_kheaders/tools/gazelle/survey"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/kernel"
)

// headerPattern finds the headers of a directory for modules.
const headerPattern = "include/**/*.h"

// settleHeaders leaves those header directories to be written that a module of
// the workspace uses, that are packages already, or that a directive asks for.
// A BUILD file more would take files from the globs around it.
func (p *Plan) settleHeaders() {
	used := map[string]bool{}
	note := func(m *survey.Module, t *kernelTree, arch string) {
		for _, l := range p.needs(m, t, arch).labels {
			used[l] = true
		}
	}
	if len(p.ws.HeaderDirs) > 0 {
		for _, m := range p.ws.Modules {
			for _, t := range p.trees {
				for _, arch := range p.archesOf(t) {
					note(m, t, arch)
				}
			}
			if p.ws.TreeChosen || len(p.ws.TreeRules) > 0 {
				note(m, nil, "")
			}
		}
	}
	for key, h := range p.ws.HeaderDirs {
		if !h.Generated {
			p.headers[key] = &headers{HeaderDir: h}
			continue
		}
		requested := h.Settings.On || survey.BuildFileIn(h.Dir, p.ws.BuildNames) != ""
		if used[p.labelOf(h)] || requested && p.ws.ForKernel(h) {
			p.headers[key] = &headers{h, survey.NewClaim(h.Dir, []string{headerPattern}, nil, p.ws.BuildNames)}
		}
	}
}

type kernelKey struct{ rel, arch string }

// kernelHeaders is where a kernel has headers for an architecture.
type kernelHeaders struct {
	dirs  []string
	known map[string]bool
}

// hasHeader tells whether a kernel has a header for an architecture, in the
// places that Kbuild looks at.
func (p *Plan) hasHeader(t *kernelTree, arch, name string) bool {
	k := p.headersOf(t, arch)
	has, ok := k.known[name]
	if !ok {
		in := func(name string) func(string) bool { return func(dir string) bool { return p.ws.Has(dir, name) } }
		has = slices.ContainsFunc(k.dirs, in(name))
		if generic := kernel.Generic(name); generic != "" && !has {
			has = slices.ContainsFunc(k.dirs, in(generic))
		}
		k.known[name] = has
	}
	return has
}

func (p *Plan) headersOf(t *kernelTree, arch string) *kernelHeaders {
	key := kernelKey{t.Rel, arch}
	if k := p.kernelHeaders[key]; k != nil {
		return k
	}
	k := &kernelHeaders{known: map[string]bool{}}
	tops := []string{t.Dir}
	for _, o := range p.objTreesOf(t, arch) {
		tops = append(tops, o.Dir)
	}
	for _, top := range tops {
		for _, d := range kernel.NewSearchPath(arch, kernel.SubdirsBelow(top)).Dirs {
			if dir := filepath.Join(top, d); survey.IsDir(dir) {
				k.dirs = append(k.dirs, dir)
			}
		}
	}
	p.kernelHeaders[key] = k
	return k
}
