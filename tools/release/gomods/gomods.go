// Package gomods tells which Go modules the packages of a program are from, by
// go.mod and go.sum.
package gomods

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
)

// Module is a Go module at the version that is built.
type Module struct {
	Path, Version string
	// Sum is the checksum in go.sum: "h1:…".
	Sum string
	// Packages are those that are linked, sorted.
	Packages []string
}

// Mods is what go.mod and go.sum say.
type Mods struct {
	// Path is the main module's.
	Path string
	// Toolchain is the Go that builds it, such as "go1.26.8".
	Toolchain string

	modules map[string]Module
}

// Parse reads the contents of go.mod and go.sum.
func Parse(mod, sum []byte) (*Mods, error) {
	f, err := modfile.Parse("go.mod", mod, nil)
	if err != nil {
		return nil, fmt.Errorf("read go.mod: %w", err)
	}
	if f.Module == nil || f.Toolchain == nil {
		return nil, fmt.Errorf("go.mod has no module or no toolchain line: a release names both")
	}
	if len(f.Replace) > 0 {
		return nil, fmt.Errorf("go.mod replaces %s: a release is of what it requires", f.Replace[0].Old.Path)
	}
	sums := map[string]string{}
	for _, line := range strings.Split(string(sum), "\n") {
		if w := strings.Fields(line); len(w) == 3 {
			sums[w[0]+"@"+w[1]] = w[2]
		}
	}
	m := &Mods{Path: f.Module.Mod.Path, Toolchain: f.Toolchain.Name, modules: map[string]Module{}}
	for _, r := range f.Require {
		m.modules[r.Mod.Path] = Module{Path: r.Mod.Path, Version: r.Mod.Version, Sum: sums[r.Mod.String()]}
	}
	return m, nil
}

// Linked returns the modules that packages are from, without the main one,
// sorted by path. A package of none of go.mod's modules is an error.
func (m *Mods) Linked(packages []string) ([]Module, error) {
	linked := map[string]*Module{}
	for _, p := range packages {
		if Within(p, m.Path) {
			continue
		}
		best := ""
		for path := range m.modules {
			if Within(p, path) && len(path) > len(best) {
				best = path
			}
		}
		if best == "" {
			return nil, fmt.Errorf("package %q is linked and of no module in go.mod: run go mod tidy", p)
		}
		if linked[best] == nil {
			module := m.modules[best]
			if module.Sum == "" {
				return nil, fmt.Errorf("go.sum has no checksum of %s %s: run go mod tidy", best, module.Version)
			}
			linked[best] = &module
		}
		linked[best].Packages = append(linked[best].Packages, p)
	}
	var all []Module
	for _, module := range linked {
		slices.Sort(module.Packages)
		module.Packages = slices.Compact(module.Packages)
		all = append(all, *module)
	}
	slices.SortFunc(all, func(a, b Module) int { return strings.Compare(a.Path, b.Path) })
	return all, nil
}

// Within tells whether a package's or directory's path is that of a module, or
// below it.
func Within(p, path string) bool {
	return p == path || strings.HasPrefix(p, path+"/")
}
