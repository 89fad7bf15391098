package tree

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/kernel"
)

// Role says what an input is.
type Role string

// The roles.
const (
	// Src is a file or directory of the srctree.
	Src Role = "src"
	// Gen is a file or directory of the objtree; it wins over the srctree.
	Gen Role = "gen"
	// Archive is a .deb or tar that holds a srctree, an objtree or both.
	Archive Role = "archive"
	// Index is what WriteIndex wrote of a whole tree: the only input.
	Index Role = "index"
)

// Input is one thing that a tree is made of.
type Input struct {
	Role Role
	// Label is what messages and the manifest call it.
	Label string
	// Dest is a file's path in the tree. A directory is the root of a tree.
	Dest string
	// Path is where it is on this machine.
	Path string
}

// ParseInput reads "ROLE<TAB>LABEL<TAB>DEST<TAB>PATH", the form in which
// build rules hand over inputs.
func ParseInput(s string) (Input, error) {
	f := strings.Split(s, "\t")
	if len(f) != 4 {
		return Input{}, fmt.Errorf("input %q: want ROLE, LABEL, DEST and PATH with tabs between them", s)
	}
	in := Input{Role(f[0]), f[1], f[2], f[3]}
	switch in.Role {
	case Src, Gen, Archive, Index:
		return in, nil
	}
	return Input{}, fmt.Errorf("input %q: unknown role %q: use src, gen, archive or index", s, f[0])
}

// factDirs are the directories above them.
var factDirs = func() map[string]bool {
	dirs := map[string]bool{}
	for file := range factFiles {
		for dir := path.Dir(file); dir != "."; dir = path.Dir(dir) {
			dirs[dir] = true
		}
	}
	return dirs
}()

// Filter tells which files and directories are wanted.
type Filter interface {
	// MayContain tells whether anything below the directory can be wanted.
	MayContain(dir string) bool
	// MayMatch tells whether the file can be wanted.
	MayMatch(path string) bool
	// Excludes tells whether a link at the path is left out, whatever it leads to.
	Excludes(path string) bool
}

// factFiles are read whatever is selected: they say which kernel it is.
var factFiles = map[string]bool{
	kernel.Makefile:       true,
	kernel.KernelRelease:  true,
	kernel.UTSRelease:     true,
	kernel.AutoConf:       true,
	kernel.AutoConfHeader: true,
	kernel.VersionHeader:  true,
}

// withFacts adds factFiles to a filter.
type withFacts struct{ Filter }

func (w withFacts) MayContain(dir string) bool {
	return factDirs[dir] || w.Filter.MayContain(dir)
}

func (w withFacts) MayMatch(path string) bool { return factFiles[path] || w.Filter.MayMatch(path) }

func (w withFacts) Excludes(path string) bool {
	return !factFiles[path] && !factDirs[path] && w.Filter.Excludes(path)
}

// anyOf wants what one of its filters wants.
type anyOf []Filter

func (a anyOf) MayContain(dir string) bool {
	return slices.ContainsFunc(a, func(f Filter) bool { return f.MayContain(dir) })
}

func (a anyOf) MayMatch(path string) bool {
	return slices.ContainsFunc(a, func(f Filter) bool { return f.MayMatch(path) })
}

func (a anyOf) Excludes(path string) bool {
	return !slices.ContainsFunc(a, func(f Filter) bool { return !f.Excludes(path) })
}

// everything is what Options.All adds, and Whole shows.
type everything struct{}

// MayContain leaves out what is no part of a tree: git's own files, and the
// links to other trees that an objtree has.
func (everything) MayContain(dir string) bool {
	return dir != ".git" && dir != "source" && dir != "build"
}

func (everything) MayMatch(string) bool { return true }

func (everything) Excludes(string) bool { return false }

// keepSuffix tells whether a package's member may be wanted before it is known
// where in the package the tree lies: any of its parents may be the root.
func keepSuffix(want Filter) func(string) bool {
	return func(name string) bool {
		for {
			if want.MayMatch(name) {
				return true
			}
			i := strings.IndexByte(name, '/')
			if i < 0 {
				return false
			}
			name = name[i+1:]
		}
	}
}
