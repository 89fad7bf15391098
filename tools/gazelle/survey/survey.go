// Package survey reads what lies in a workspace: the source trees of kernels,
// object trees, external modules and headers for modules, and what their
// makefiles and BUILD files say. It knows nothing of Gazelle, and decides
// nothing.
package survey

import (
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/bazelfile"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/kernel"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/locate"
)

// Workspace is what there is in a workspace.
type Workspace struct {
	*Files
	// Root is its directory, BuildNames are the names of BUILD files.
	Root       string
	BuildNames []string
	// Kernels are all source trees of kernels, ObjTrees all object trees, in the
	// order of the walk.
	Kernels  []*Kernel
	ObjTrees []*ObjTree
	// HeaderDirs are by directory, or DIRECTORY:RULE for a ddk_headers.
	HeaderDirs map[string]*HeaderDir
	// Modules are by directory.
	Modules map[string]*Module
	// Projects are other projects that use Kbuild.
	Projects []*Project
	// TreeRules are the kernel_tree rules of all BUILD files.
	TreeRules []TreeRule
	// BTF is true if a set of some BUILD file is to have what makes BTF, Rust if
	// one is to have what modules in Rust are built with, ToolSources if one is to
	// have the sources of the host tools.
	BTF, Rust, ToolSources bool
	// TreeChosen: a directive somewhere names the kernel_tree for modules.
	TreeChosen bool

	buildFiles BuildFiles
	ignores    *bazelfile.Ignores
	// index has the headers of header directories by the names that #include
	// finds them by; nil until someone asks.
	index map[string][]Found
	// inherits is what makefiles hand to those of other directories.
	inherits map[string]inherited
	// roots are the directories that header directories are searched by.
	roots map[string][]*HeaderDir
}

// Kernel is a kernel's source tree.
type Kernel struct {
	Place
	Dir string
	// Version is that of the Makefile, whose parts Makefile has.
	Version  string
	Makefile kernel.MakefileVersion
	// Has are the directories of arch/, InPlace those of them that it was built
	// for where it is.
	Has, InPlace []string
	// ReadOnly says why this run does not write its BUILD file.
	ReadOnly string
}

// ObjTree is a directory that a kernel was built in with O=.
type ObjTree struct {
	Rel, Dir string
	Arches   []string
	Release  string
	// Header is the text of the header that says the version, "" if there is
	// none.
	Header string
	// Source is absolute, "" if it is not known.
	Source string
	// ReadOnly says why this run does not write its BUILD file.
	ReadOnly string
	// HasGroup is true if it has the filegroup already.
	HasGroup bool
}

// Module is the directory of external modules.
type Module struct {
	Place
	Dir      string
	Makefile *Makefile
}

// Project is another project that uses Kbuild. Own are directories in it whose
// obj-$(…) is taken for the project's own, and might be a module's elsewhere.
type Project struct {
	Rel string
	Own []string
}

// TreeRule is a kernel_tree in some BUILD file.
type TreeRule struct{ Pkg, Name, Arch string }

// New looks at the workspace below root. It walks every directory once, except
// that of the sources of a kernel only those parts are read that its targets
// can name.
func New(root string, buildNames []string, buildFiles BuildFiles) *Workspace {
	w := &Workspace{
		Files: NewFiles(), Root: root, BuildNames: buildNames, buildFiles: buildFiles,
		ignores:    bazelfile.ReadIgnores(func(name string) string { return head(filepath.Join(root, name)) }),
		HeaderDirs: map[string]*HeaderDir{}, Modules: map[string]*Module{}, inherits: map[string]inherited{},
	}
	w.walk("", nil)
	return w
}

// walk looks at a directory and those below it. In another project that uses
// Kbuild obj-$(…) are that project's own, and so are the headers, but where a
// directive in it asks for them.
func (w *Workspace) walk(rel string, project *Project) {
	at := w.enter(rel)
	if w.excludedBy(at) != "" {
		return
	}
	for _, t := range at.Package.Trees() {
		w.TreeRules = append(w.TreeRules, TreeRule{rel, t.Name, t.Arch})
	}
	dir := w.Dir(rel)
	if version, ok := kernelVersion(dir); ok {
		w.kernel(at, version)
		return
	}
	if project == nil && (locate.IsProject(dir) || isProjectsOutput(dir)) {
		project = &Project{Rel: rel}
		w.Projects = append(w.Projects, project)
	}
	if project != nil && at.Settings.On && (project.Rel == "" || at.Settings.OnAt == project.Rel || strings.HasPrefix(at.Settings.OnAt, project.Rel+"/")) {
		project = nil
	}
	if arches := BuiltArches(dir); len(arches) > 0 && project == nil {
		w.objTree(at, arches)
		return
	}
	ents := readDir(dir)
	w.headers(at, ents, project != nil)
	if m := w.readMakefile(dir); m != nil && w.ReadOnly(at) == "" {
		if m.Listed || project == nil {
			w.Modules[rel] = &Module{Place: at, Dir: dir, Makefile: m}
		} else {
			project.Own = append(project.Own, rel)
		}
	}
	for _, e := range ents {
		if e.IsDir() && e.Name() != ".git" {
			w.walk(path.Join(rel, e.Name()), project)
		}
	}
}

// enter returns what directives say of a directory that the walk comes to.
func (w *Workspace) enter(rel string) Place {
	at := w.Place(rel)
	w.TreeChosen = w.TreeChosen || at.ChoosesTree
	w.BTF = w.BTF || at.Package.Find(func(r *Rule) bool { return r.BTF }) != nil
	w.Rust = w.Rust || at.Package.Find(func(r *Rule) bool { return r.Rust }) != nil
	w.ToolSources = w.ToolSources || at.Package.Find(func(r *Rule) bool { return r.ToolSources }) != nil
	return at
}

func (w *Workspace) kernel(at Place, version kernel.MakefileVersion) {
	dir := w.Dir(at.Rel)
	w.Kernels = append(w.Kernels, &Kernel{
		Place: at, Dir: dir, Version: version.String(), Makefile: version, Has: archDirs(dir), InPlace: BuiltArches(dir), ReadOnly: w.ReadOnly(at),
	})
	// make O=build is the usual name; its directory need not be next to the sources.
	for _, e := range readDir(dir) {
		if !e.IsDir() || slices.Contains([]string{".git", "arch", "include"}, e.Name()) {
			continue
		}
		child := path.Join(at.Rel, e.Name())
		if w.objTreeInside(child) {
			continue
		}
		for _, e := range readDir(w.Dir(child)) {
			if e.IsDir() {
				w.objTreeInside(path.Join(child, e.Name()))
			}
		}
	}
}

func (w *Workspace) objTreeInside(rel string) bool {
	arches := BuiltArches(w.Dir(rel))
	if len(arches) > 0 {
		w.objTree(w.enter(rel), arches)
	}
	return len(arches) > 0
}

func (w *Workspace) objTree(at Place, arches []string) {
	o := w.readObjTree(at.Rel, arches)
	if o.ReadOnly = w.ReadOnly(at); o.ReadOnly != "" {
		o.HasGroup = w.Load(at.Rel).Has(GroupObjtree)
	}
	w.ObjTrees = append(w.ObjTrees, o)
}

func (w *Workspace) readObjTree(rel string, arches []string) *ObjTree {
	dir := w.Dir(rel)
	return &ObjTree{Rel: rel, Dir: dir, Arches: arches, Release: BuiltRelease(dir), Header: head(filepath.Join(dir, kernel.VersionHeader)), Source: sourceOf(dir)}
}

// Adopt takes in the object tree of a directory that the survey did not go to,
// if its BUILD file has the filegroup.
func (w *Workspace) Adopt(rel string) {
	if arches := BuiltArches(w.Dir(rel)); len(arches) > 0 && w.Load(rel).Has(GroupObjtree) {
		o := w.readObjTree(rel, arches)
		o.ReadOnly, o.HasGroup = "excluded", true
		w.ObjTrees = append(w.ObjTrees, o)
	}
}

// isTree tells whether a directory is the top of a kernel, or of an object tree
// that labels lead to.
func (w *Workspace) isTree(rel string) bool {
	return slices.ContainsFunc(w.Kernels, func(k *Kernel) bool { return k.Rel == rel }) ||
		slices.ContainsFunc(w.ObjTrees, func(o *ObjTree) bool { return o.Rel == rel && (o.ReadOnly == "" || o.HasGroup) })
}
