package kernel

import (
	"path"
	"slices"
	"strings"
)

// SearchPath is where the kernel's own sources look for headers: directories
// of a tree, in the order of LINUXINCLUDE of the top Makefile.
type SearchPath struct {
	Dirs []string
	// Fixed is how many of Dirs have a known place in the search. Those behind
	// them are boards' or a vendor's, and come before or after the others as the
	// makefiles like.
	Fixed int
}

// NewSearchPath returns the search path for an SRCARCH, in a tree whose
// directories subdirs tells: the names of those in one directory, in any
// order, none for one that is not there. Dirs has directories of boards that
// are there, and those that the tree's makefiles add; these and the others are
// there or not.
func NewSearchPath(arch string, subdirs func(dir string) []string, added ...string) SearchPath {
	s := SearchPath{Dirs: includeDirs(arch)}
	if arch == "um" { // HEADER_ARCH of arch/um/Makefile
		s.Dirs = append(s.Dirs, "arch/um/include/shared", "arch/um/include/shared/skas", "arch/x86/um/shared", "arch/x86/um",
			"arch/x86/include", "arch/x86/include/generated", "arch/x86/include/uapi", "arch/x86/include/generated/uapi")
	}
	s.Fixed = len(s.Dirs)
	for _, glob := range boards[arch] {
		for _, dir := range match(glob, subdirs) {
			if !slices.Contains(s.Dirs[s.Fixed:], dir) {
				s.Dirs = append(s.Dirs, dir)
			}
		}
	}
	slices.Sort(s.Dirs[s.Fixed:])
	has := map[string]bool{}
	for _, dir := range s.Dirs {
		has[dir] = true
	}
	for _, dir := range added {
		if !has[dir] {
			has[dir] = true
			s.Dirs = append(s.Dirs, dir)
		}
	}
	return s
}

func includeDirs(arch string) []string {
	a := "arch/" + arch + "/include"
	return []string{
		a, a + "/generated", "include",
		a + "/uapi", a + "/generated/uapi", "include/uapi", "include/generated/uapi",
	}
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

// match returns the directories that a glob matches.
func match(glob string, subdirs func(string) []string) []string {
	dirs := []string{""}
	for _, elem := range strings.Split(glob, "/") {
		var next []string
		for _, dir := range dirs {
			for _, name := range subdirs(dir) {
				if ok, _ := path.Match(elem, name); ok { // the globs are valid
					next = append(next, path.Join(dir, name))
				}
			}
		}
		dirs = next
	}
	return dirs
}

// HeaderArches are the SRCARCHes whose directories below arch/ a kernel's
// headers are in: its own first.
func HeaderArches(arch string) []string {
	if arch == "um" {
		return []string{"um", "x86"}
	}
	return []string{arch}
}

// Generic returns the name of the header that stands in for <asm/x.h> where an
// architecture has none of its own: Kbuild makes a wrapper that includes it.
// It is "" for other names.
func Generic(name string) string {
	if rest, ok := strings.CutPrefix(name, "asm/"); ok {
		return "asm-generic/" + rest
	}
	return ""
}
