// Package headerset makes a set of headers from a kernel tree: the files that
// a profile, the user's globs and the roots take of it, what the host tools
// among them are, and whether the set is of use.
package headerset

import (
	"fmt"
	"sort"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/closure"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/hosttools"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/infile"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/kernel"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/selection"
)

// Options say what a set is to be.
type Options struct {
	// Name is what messages call the tree, Set what they call the set or what
	// is made from it, "" for nothing.
	Name, Set string
	// Arch is the architecture by any of its names, Release `uname -r` of the
	// kernel, which the tree must agree with; "" is what the tree says.
	Arch, Release string
	Profile       string
	// BTF, Rust, Include, Exclude and Extra are as in selection.Options.
	BTF, Rust               bool
	Include, Exclude, Extra []string
	// Roots and RootFiles, if there are any, narrow the profile's headers to
	// those that these can reach: headers of the tree and files outside.
	Roots     []string
	RootFiles []closure.File
	// HostTools is the mode by its name. HostMachine is the machine that the
	// host tools must be for, as uname -m says it; "any" is any without a
	// warning.
	HostTools, HostMachine string
	// Lenient makes the set from all files that were found. A wanted path that
	// cannot be a file, such as a link that leads nowhere, is left out, and
	// that is no error. For who wants to know about files, not to pack them.
	Lenient bool
	// Outputs are the files that will be replaced. One that is read as a root is
	// an error.
	Outputs infile.Outputs
	// Warn is told, in one line each, of what may make a set less useful; nil
	// for no one to be told.
	Warn func(text string)
}

// Recipe is what a set is made by, from any tree.
type Recipe struct {
	Options
	arch     string
	selector *selection.Selector
	mode     hosttools.Mode
	machine  string
	// unmade has what a set would take read of the tree, and no set made.
	unmade bool
}

// New checks the options.
func New(o Options) (*Recipe, error) {
	r := &Recipe{Options: o}
	var err error
	if r.arch, err = kernel.ParseArch(o.Arch); err != nil {
		return nil, err
	}
	if r.mode, err = hosttools.ParseMode(o.HostTools); err != nil {
		return nil, err
	}
	if r.machine, err = hosttools.ParseMachine(o.HostMachine); err != nil {
		return nil, err
	}
	r.selector, err = selection.New(selection.Options{
		Profile: o.Profile, Arch: r.arch, BTF: o.BTF, Rust: o.Rust, Include: o.Include, Exclude: o.Exclude, Extra: o.Extra, HostTools: r.mode,
	})
	return r, err
}

// NewBuildTree is the recipe for what building an external module needs of a
// tree, whatever machine its host tools are for. Of the options Name, Arch,
// Release and Warn count.
func NewBuildTree(o Options) (*Recipe, error) {
	return New(Options{
		Name: o.Name, Arch: o.Arch, Release: o.Release, Warn: o.Warn,
		Profile: "modules", HostTools: string(hosttools.Keep), HostMachine: hosttools.AnyMachine,
	})
}

// narrowed tells whether roots say which headers are taken.
func (r *Recipe) narrowed() bool { return len(r.Roots)+len(r.RootFiles) > 0 }

func (r *Recipe) warn(text string) {
	if r.Warn != nil {
		r.Warn(fmt.Sprintf("tree %s: %s", r.Name, text))
	}
}

// Set is what was selected of a tree.
type Set struct {
	// Arch is the SRCARCH, Release that of Options or else of the tree.
	Arch, Release string
	Rules         *selection.Rules
	// Files are sorted bytewise by path.
	Files []Selected
	// HostTools says what the host tools are; nil where the profile has none.
	HostTools *hosttools.Info
	// Named are the files that makefiles and scripts name, each with how they do:
	// a * stands for what only make knows, ** for all below.
	Named map[string]string

	recipe *Recipe
	// have tells which files the tree has; missing says what the set is of no
	// use without, each with the mend.
	have    func(path string) bool
	missing []string
	// warnings are of the roots.
	warnings []string
}

// Check tells whether the set is of use, and warns of what may make it less
// so.
func (s *Set) Check() error {
	r := s.recipe
	if len(s.missing) > 0 {
		return fmt.Errorf("tree %s: %s", r.Name, strings.Join(s.missing, "; "))
	}
	for _, w := range s.Rules.Warnings(s.have) {
		r.warn(w)
	}
	for _, w := range s.Rules.Incomplete(s.has) {
		r.warn(w)
	}
	if s.HostTools != nil {
		warning, err := s.HostTools.Check(r.machine)
		if err != nil {
			return fmt.Errorf("tree %s: %w", r.Name, err)
		}
		if warning != "" {
			r.warn(warning)
		}
	}
	if len(s.Files) == 0 {
		of := ""
		if r.Set != "" {
			of = " for " + r.Set
		}
		return fmt.Errorf("no file selected%s: tree %s has none that profile %q takes for arch %q after the excludes: check arch, exclude and strip_prefix", of, r.Name, r.Profile, s.Arch)
	}
	return CheckPaths(s.Files)
}

// has tells whether a file is in the set.
func (s *Set) has(path string) bool {
	i, found := sort.Find(len(s.Files), func(i int) int { return strings.Compare(path, s.Files[i].Path) })
	return found && s.Files[i].Path == path
}
