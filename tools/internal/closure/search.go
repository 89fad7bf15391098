package closure

import (
	"path"
	"slices"
	"sort"
	"strings"

	"rules_kheaders/tools/internal/cinclude"
)

// Dirs returns the directories in which the kernel's own sources look for
// headers, in their order (LINUXINCLUDE of the kernel's top Makefile), for an
// architecture by its directory below arch/.
func Dirs(arch string) []string {
	a := "arch/" + arch + "/include"
	dirs := []string{
		a, a + "/generated", "include",
		a + "/uapi", a + "/generated/uapi", "include/uapi", "include/generated/uapi",
	}
	if arch == "um" { // HEADER_ARCH of arch/um/Makefile
		dirs = append(dirs, "arch/um/include/shared", "arch/um/include/shared/skas", "arch/x86/um/shared", "arch/x86/um", "arch/x86/include", "arch/x86/include/generated", "arch/x86/include/uapi", "arch/x86/include/generated/uapi")
	}
	return dirs
}

// boards are directories that some architectures' Makefiles add to the search
// by -I, most of them of single boards and machines, one for each
// configuration. We look in all. From arch/*/Makefile and what these include,
// as Linux 6.1 has them.
var boards = map[string][]string{
	"arm":     {"arch/arm/mach-*/include", "arch/arm/plat-*/include"},
	"csky":    {"arch/csky/abiv*/inc"},
	"m68k":    {"arch/m68k/include/asm"},
	"mips":    {"arch/mips/include/asm/mach-*", "arch/mips/include/asm/mach-*/*"},
	"powerpc": {"arch/powerpc"},
	"sh":      {"arch/sh/include/cpu-*", "arch/sh/include/mach-*"},
	"xtensa":  {"arch/xtensa/platforms/*/include", "arch/xtensa/variants/*/include"},
}

// Search finds headers in a set of files by the names in #include directives.
type Search struct {
	have func(string) bool
	dirs []string
	// fixed is the number of dirs whose place in the search is known: those
	// behind them are boards'.
	fixed int
}

// NewSearch returns a Search over the files that have reports. paths are their
// paths, needed where an architecture has directories of boards; nil: there
// are none.
func NewSearch(arch string, paths []string, have func(string) bool) *Search {
	s := &Search{have: have, dirs: Dirs(arch)}
	s.fixed = len(s.dirs)
	seen := map[string]bool{}
	for _, glob := range boards[arch] {
		n := strings.Count(glob, "/") + 1
		for _, p := range paths {
			parts := strings.SplitN(p, "/", n+1)
			if len(parts) <= n {
				continue
			}
			dir := strings.Join(parts[:n], "/")
			if ok, _ := path.Match(glob, dir); ok && !seen[dir] {
				seen[dir] = true
				s.dirs = append(s.dirs, dir)
			}
		}
	}
	sort.Strings(s.dirs[len(Dirs(arch)):])
	return s
}

// Find returns the files that an #include in the file from may mean, in the
// order in which a compiler would look for them. A quoted name that is found
// beside the includer means that file alone. Of others every candidate is
// returned: which one a compiler takes depends on the order of its -I flags,
// which is not the same in Kbuild, in bcc and in user space, and #include_next
// goes on to the others. from is "" for a file outside of the tree.
func (s *Search) Find(from, name string, kind cinclude.Kind) []string {
	if strings.HasPrefix(name, "/") || name == "" {
		return nil
	}
	if kind == cinclude.Quoted && from != "" {
		if p := path.Join(path.Dir(from), name); s.have(p) {
			return []string{p}
		}
	}
	return s.in(name)
}

// findOrGeneric does the same for trees without the objtree's wrappers, where
// <asm/x.h> only includes <asm-generic/x.h>.
func (s *Search) findOrGeneric(from, name string, kind cinclude.Kind) []string {
	found := s.Find(from, name, kind)
	if rest, ok := strings.CutPrefix(name, "asm/"); ok && len(found) == 0 {
		found = s.in("asm-generic/" + rest)
	}
	return found
}

// candidates returns the paths at which Find looks, those below the tree's top
// alone.
func (s *Search) candidates(from, name string, kind cinclude.Kind) []string {
	if strings.HasPrefix(name, "/") || name == "" {
		return nil
	}
	var all []string
	if kind == cinclude.Quoted && from != "" {
		p := path.Join(path.Dir(from), name)
		if s.have(p) {
			return nil
		}
		all = append(all, p)
	}
	if strings.HasPrefix(name, "../") || strings.Contains(name, "/../") {
		for _, d := range s.dirs {
			all = append(all, path.Join(d, name))
		}
	}
	return slices.DeleteFunc(all, func(p string) bool { return p == ".." || strings.HasPrefix(p, "../") })
}

func (s *Search) in(name string) []string {
	var found []string
	for _, d := range s.dirs {
		if p := path.Join(d, name); s.have(p) {
			found = append(found, p)
		}
	}
	return found
}
