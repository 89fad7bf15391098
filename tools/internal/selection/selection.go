// Package selection decides which files of a kernel tree go into an archive.
//
// What a profile holds is data: see profiles/*.table. A Selector is made once
// from the user's options; ForKernel then narrows it to one kernel version.
package selection

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/hosttools"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/kernel"
)

// Options says what to select. The zero value is not valid: Profile and Arch
// must be set.
type Options struct {
	// Profile is one of Profiles().
	Profile string
	// Arch is the kernel's name of the architecture's directory below arch/
	// (SRCARCH): "x86", "arm64", ...
	Arch string
	// Include holds globs (doublestar syntax) of files to add to the profile.
	Include []string
	// Exclude holds globs of files to leave out, whatever the profile and
	// Include say, and names of presets after a @: see Presets.
	Exclude []string
	// HostTools says what becomes of the profile's host tools; "" is Keep.
	HostTools hosttools.Mode
	// BTF takes what a module with BTF is built with.
	BTF bool
	// Rust takes what a module in Rust is built with.
	Rust bool
	// Extra holds literal paths of files to add; they win over everything and
	// must exist in the tree.
	Extra []string
}

// Selector is a validated selection for one architecture and any kernel
// version. It is safe for concurrent use.
type Selector struct {
	opts             Options
	prof             *profile
	rows             []*row            // of the profile, for this architecture
	programs         []*row            // of programs.table, for this architecture
	left             []*row            // of left.table, likewise
	asked            map[string][]*row // of the tables of askable, likewise
	include, exclude []pattern
	extra            map[string]bool
}

// Profiles returns the names of the known profiles, sorted.
func Profiles() []string { return slices.Clone(profileNames) }

// HeaderProfiles returns the names of those from which no module is built,
// sorted.
func HeaderProfiles() []string { return slices.Clone(headersAlone) }

// New validates o. An unknown profile or architecture, a malformed glob, and
// an absolute path or one with ".." are errors.
func New(o Options) (*Selector, error) {
	if !slices.Contains(profileNames, o.Profile) {
		return nil, fmt.Errorf("unknown profile %q: want one of %s", o.Profile, strings.Join(profileNames, ", "))
	}
	if !slices.Contains(kernel.Arches, o.Arch) {
		return nil, fmt.Errorf("unknown architecture %q: want the name of a directory below the kernel's arch/, one of %s", o.Arch, strings.Join(kernel.Arches, ", "))
	}
	presets, exclude := cutPresets(o.Exclude)
	prof, err := loadProfile(o.Profile, presets...)
	if err != nil {
		return nil, err
	}
	if prof.programs == nil && o.HostTools != "" && o.HostTools != hosttools.Keep {
		return nil, fmt.Errorf("profile %s has no host tools, so there is nothing that host tools mode %q could change: leave it out", o.Profile, o.HostTools)
	}
	s := &Selector{opts: o, prof: prof, asked: map[string][]*row{}, extra: map[string]bool{}}
	if err := s.checkAsked(); err != nil {
		return nil, err
	}
	for _, t := range []struct {
		from []*row
		into *[]*row
	}{{prof.programs, &s.programs}, {prof.left, &s.left}} {
		if *t.into, err = bindAll(t.from, o.Arch); err != nil {
			return nil, err
		}
	}
	for name, rows := range prof.asked {
		if s.asked[name], err = bindAll(rows, o.Arch); err != nil {
			return nil, err
		}
	}
	if s.rows, err = bindAll(s.withPrograms(), o.Arch); err != nil {
		return nil, err
	}
	for _, g := range []struct {
		name  string
		globs []string
		dst   *[]pattern
	}{{"include", o.Include, &s.include}, {"exclude", exclude, &s.exclude}} {
		for _, text := range g.globs {
			p, err := compileUser(text)
			if err != nil {
				return nil, fmt.Errorf("bad %s pattern: %w", g.name, err)
			}
			*g.dst = append(*g.dst, p)
		}
	}
	for _, path := range o.Extra {
		if err := checkPath(path); err != nil {
			return nil, fmt.Errorf("bad extra path: %w", err)
		}
		s.extra[path] = true
	}
	return s, nil
}

// bindAll binds the rows that are for an architecture.
func bindAll(rows []*row, arch string) ([]*row, error) {
	var out []*row
	for _, r := range rows {
		if !r.arch.holds(arch) {
			continue
		}
		b, err := r.bind(arch)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", r.origin, err)
		}
		out = append(out, b)
	}
	return out, nil
}

// MayContain reports whether a file below the directory dir could be selected
// for some kernel version. A walk need not enter a directory for which it is
// false, such as one with a name that tools give what they leave behind. The
// root is "" or ".".
func (s *Selector) MayContain(dir string) bool {
	if dir == "" || dir == "." {
		return true
	}
	dir = strings.TrimSuffix(dir, "/") + "/"
	for path := range s.extra {
		if strings.HasPrefix(path, dir) {
			return true
		}
	}
	if s.withheld(strings.TrimSuffix(dir, "/")) != nil || s.excludesBelow(dir) {
		return false
	}
	for i := len(s.rows) - 1; i >= 0; i-- {
		r := s.rows[i]
		if !r.drops() && r.match.mayContain(dir) {
			return true
		}
		// A whole directory left out for every kernel ends the search: only
		// later rows could bring its files back.
		if r.drops() && r.match.kind == below && len(r.kernels) == 0 && len(r.when) == 0 && strings.HasPrefix(dir, r.match.base) {
			break
		}
	}
	for i := range s.include {
		if s.include[i].mayContain(dir) {
			return true
		}
	}
	return false
}

// excludesBelow reports whether an exclude pattern holds for whatever is below a
// directory, which ends in a slash.
func (s *Selector) excludesBelow(dir string) bool {
	for i := range s.exclude {
		top, ok := strings.CutSuffix(s.exclude[i].text, "/**")
		if s.exclude[i].text == "**" {
			return true
		}
		for at := 0; ok && at < len(dir); at++ {
			if dir[at] == '/' && doublestar.MatchUnvalidated(top, dir[:at]) {
				return true
			}
		}
	}
	return false
}

// Excludes reports whether an exclude pattern holds for a link at a path, or for
// all below it, and no extra is of either.
func (s *Selector) Excludes(path string) bool {
	for extra := range s.extra {
		if extra == path || strings.HasPrefix(extra, path+"/") {
			return false
		}
	}
	return slices.ContainsFunc(s.exclude, func(p pattern) bool { return p.matches(path) }) || s.excludesBelow(path+"/")
}

// withheld returns the row by which only extra takes a file, which changes from
// build to build, was left behind by a tool, or is a secret; nil if none does.
// These rows end every profile.
func (s *Selector) withheld(path string) *row {
	lower := strings.ToLower(path)
	for i := len(s.rows) - 1; i >= 0 && s.rows[i].withheld(); i-- {
		name := path
		if s.rows[i].match.fold {
			name = lower
		}
		if s.rows[i].match.holds(name) {
			return s.rows[i]
		}
	}
	return nil
}

// MayMatch reports whether path could be selected for some kernel version:
// when it is false, Match is false for every version.
func (s *Selector) MayMatch(path string) bool {
	return s.extra[path] || s.mayTake(path) && s.withheld(path) == nil
}

// mayTake is MayMatch without the rows that only extra overrules, which most
// files need not be held against.
func (s *Selector) mayTake(path string) bool {
	for i := range s.exclude {
		if s.exclude[i].matches(path) {
			return false
		}
	}
	for _, r := range s.rows {
		if !r.drops() && r.match.matches(path) {
			return true
		}
	}
	for i := range s.include {
		if s.include[i].matches(path) {
			return true
		}
	}
	return false
}
