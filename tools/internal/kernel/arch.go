package kernel

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Arches are the directories below arch/ of kernels 5.10 to 7.2, sorted.
var Arches = []string{
	"alpha", "arc", "arm", "arm64", "c6x", "csky", "h8300", "hexagon", "ia64", "loongarch", "m68k", "microblaze", "mips", "nds32",
	"nios2", "openrisc", "parisc", "powerpc", "riscv", "s390", "sh", "sparc", "um", "x86", "xtensa",
}

// archNames are other names for them: what `uname -m`, Debian, make's ARCH
// (SUBARCH in the kernel's scripts/subarch.include), Go or Bazel's @platforms say.
var archNames = map[string]string{
	"arceb": "arc", "archs": "arc",
	"armbe": "arm", "armeb": "arm", "armel": "arm", "armhf": "arm", "sa110": "arm",
	"loong64":      "loongarch",
	"microblazeel": "microblaze",
	"mipsel":       "mips", "mipsle": "mips", "mipsn32": "mips", "mipsn32el": "mips", "mipsr6": "mips", "mipsr6el": "mips",
	"or1k":      "openrisc",
	"parisc64":  "parisc",
	"powerpcel": "powerpc", "powerpcle": "powerpc", "powerpcspe": "powerpc", "ppc": "powerpc", "ppc32": "powerpc", "ppcle": "powerpc",
	"s390x":   "s390",
	"superh":  "sh",
	"sparc32": "sparc",
	"uml":     "um",
	"amd64":   "x86", "i386": "x86", "i486": "x86", "i586": "x86", "i686": "x86", "i786": "x86", "x32": "x86", "x86-64": "x86", "x86_32": "x86",
	"xtensaeb": "xtensa",
}

// archFamilies are what names begin with that go on with a version, a byte order or
// an ABI: "armv7hl", "mips64el". None of them begins another word.
var archFamilies = map[string]string{
	"aarch64":   "arm64",
	"alphaev":   "alpha",
	"arm64":     "arm64",
	"armv":      "arm",
	"hppa":      "parisc",
	"loongarch": "loongarch",
	"mips32":    "mips",
	"mips64":    "mips",
	"mipsisa":   "mips",
	"powerpc64": "powerpc",
	"ppc64":     "powerpc",
	"riscv32":   "riscv",
	"riscv64":   "riscv",
	"sh2":       "sh",
	"sh3":       "sh",
	"sh4":       "sh",
	"sparc64":   "sparc",
	"sparcv":    "sparc",
	"sun4":      "sparc",
	"x86_64":    "x86",
}

// familyChars are what may follow.
const familyChars = "abcdefghijklmnopqrstuvwxyz0123456789_.-"

// ParseArch returns the SRCARCH, the directory below arch/, for an
// architecture by any of its names. An unknown one is an error that lists the
// known.
func ParseArch(s string) (string, error) {
	if slices.Contains(Arches, s) {
		return s, nil
	}
	if a := archNames[s]; a != "" {
		return a, nil
	}
	for start, a := range archFamilies {
		if rest, ok := strings.CutPrefix(s, start); ok && strings.Trim(rest, familyChars) == "" {
			return a, nil
		}
	}
	if s == "" {
		return "", fmt.Errorf("no architecture given: name one of %s", strings.Join(Arches, ", "))
	}
	return "", fmt.Errorf("unknown architecture %q: use one of %s", s, strings.Join(Arches, ", "))
}

// SplitArch splits a path of a tree that is below the directory of an
// architecture: "arch/x86/include/asm/a.h" into "x86" and "include/asm/a.h".
func SplitArch(path string) (arch, below string, ok bool) {
	rest, ok := strings.CutPrefix(path, "arch/")
	if !ok {
		return "", "", false
	}
	return strings.Cut(rest, "/")
}

// ArchesSeen gathers from the paths of files which architecture they are for.
type ArchesSeen struct{ all, generated map[string]bool }

// Add takes note of a file.
func (s *ArchesSeen) Add(path string) {
	arch, below, ok := SplitArch(path)
	if !ok {
		return
	}
	if s.all == nil {
		s.all, s.generated = map[string]bool{}, map[string]bool{}
	}
	s.all[arch] = true
	if strings.HasPrefix(below, "include/generated/") {
		s.generated[arch] = true
	}
}

// Generated tells whether there are headers of the objtree for an SRCARCH.
func (s *ArchesSeen) Generated(arch string) bool {
	return slices.ContainsFunc(HeaderArches(arch), func(a string) bool { return s.generated[a] })
}

// List returns the architectures with headers of the objtree, which only the
// kernel's own has, or where none has such all that have files, sorted. Those
// that user-mode Linux has headers of are not named beside it.
func (s *ArchesSeen) List() []string {
	from := s.generated
	if len(from) == 0 {
		from = s.all
	}
	list := slices.Sorted(maps.Keys(from))
	if um := HeaderArches("um"); slices.Equal(list, um) {
		return um[:1]
	}
	return list
}
