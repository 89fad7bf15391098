package survey

import "slices"

// The rules that Gazelle writes.
const (
	KindTree    = "kernel_tree"
	KindMacro   = "kheaders"
	KindSet     = "kheaders_set"
	KindArchive = "kheaders_archive"
	KindGroup   = "filegroup"
)

// Kinds are all of these.
var Kinds = []string{KindTree, KindMacro, KindSet, KindArchive, KindGroup}

// KindDDK is a rule of Kleaf's that hands out headers for modules.
const KindDDK = "ddk_headers"

// The filegroups by which a package hands out an object tree, files of the
// package around it, and headers for modules.
const (
	GroupObjtree = "objtree"
	GroupNested  = "kheaders_files"
	GroupHeaders = "kheaders_headers"
)

// BuildFiles reads BUILD files. Directories are relative to the workspace, ""
// is its top.
type BuildFiles interface {
	// Place returns what the directives of a directory and those above it say.
	Place(rel string) Place
	// Load returns what a directory's BUILD file has, whatever that is; nil if
	// there is none that can be read.
	Load(rel string) *Package
}

// Package is what a BUILD file has.
type Package struct {
	Rules []Rule
	// Exported are the files that exports_files names.
	Exported []string
	// DefaultVisibility is true if the package sets one.
	DefaultVisibility bool
}

// Rule is a rule of a BUILD file; of its attributes there is what a plan looks
// at.
type Rule struct {
	// Kind is as it stands there, Stands are the kinds that it stands for: its
	// own, or what a user has mapped it from.
	Kind, Name string
	Stands     []string
	// Keep is true if the rule is marked with # keep.
	Keep            bool
	Arch, Tree, Set string
	Extra, Include  []string
	// Globs are the patterns of all globs among srcs.
	Globs []string
	// Generated are the labels of generated; what is no label as it is written.
	Generated []string
	Archives  bool
	// Module is the value of module as it is written, such as True.
	Module string
	// BTF is true for a set whose modules are to have BTF, Rust for one whose
	// modules may be in Rust, ToolSources for one that takes the sources of the
	// host tools in place of these.
	BTF, Rust, ToolSources bool
	// Includes are the directories of a ddk_headers that #include names files
	// from.
	Includes []string
}

// Is tells whether a rule is of a kind, whatever its user calls that.
func (r *Rule) Is(kind string) bool { return slices.Contains(r.Stands, kind) }

// Trees returns the kernel_tree rules that have an architecture.
func (p *Package) Trees() []*Rule {
	var out []*Rule
	if p != nil {
		for i := range p.Rules {
			if r := &p.Rules[i]; r.Is(KindTree) && r.Arch != "" {
				out = append(out, r)
			}
		}
	}
	return out
}

// Find returns the first rule that f is true for, nil without one.
func (p *Package) Find(f func(*Rule) bool) *Rule {
	if p != nil {
		for i := range p.Rules {
			if f(&p.Rules[i]) {
				return &p.Rules[i]
			}
		}
	}
	return nil
}

// Has tells whether there is a rule of that name.
func (p *Package) Has(name string) bool {
	return p.Find(func(r *Rule) bool { return r.Name == name }) != nil
}
