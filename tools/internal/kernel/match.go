package kernel

import (
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// VersionHeader has the version of the kernel that an objtree was built from,
// as numbers for C.
const VersionHeader = "include/generated/uapi/linux/version.h"

// defineLine is a macro of VersionHeader that is a number.
var defineLine = regexp.MustCompile(`(?m)^#define (LINUX_VERSION_[A-Z]+) (\d+)\s*$`)

// maxSublevel is the largest that LINUX_VERSION_CODE has room for: it stands
// for any above.
const maxSublevel = 255

// SameVersion tells whether a top Makefile and the text of a VersionHeader are
// of one kernel, by VERSION, PATCHLEVEL and SUBLEVEL. built is what the header
// says, as "6.1.176". Where either says nothing they are.
func SameVersion(m MakefileVersion, header string) (built string, same bool) {
	macros := map[string]int{}
	for _, d := range defineLine.FindAllStringSubmatch(header, -1) {
		if n, err := strconv.Atoi(d[2]); err == nil {
			macros[d[1]] = n
		}
	}
	code, ok := macros["LINUX_VERSION_CODE"]
	if !ok {
		return "", true
	}
	parts := []int{code >> 16, code >> 8 & 0xff, code & 0xff}
	// Kernels from 5.12 on say all of it.
	sublevel, exact := macros["LINUX_VERSION_SUBLEVEL"]
	if exact {
		parts[2] = sublevel
	}
	var of []string
	same = true
	for i, text := range []string{m.Version, m.Patchlevel, m.Sublevel} {
		n, err := strconv.Atoi(text)
		if err != nil && text != "" {
			return "", true
		}
		if i == 2 && !exact {
			n = min(n, maxSublevel)
		}
		same = same && n == parts[i]
		of = append(of, strconv.Itoa(parts[i]))
	}
	return strings.Join(of, "."), same
}

// releaseVersion is how a release begins: with a version, whose SUBLEVEL is the first
// group, with the name of a release candidate, and with the number that a
// distribution counts its kernels by.
var releaseVersion = regexp.MustCompile(`^\d+\.\d+(?:\.(\d+))?(-rc\d+)?(?:$|(-\d)|[^\d.])`)

// candidate is a release candidate as EXTRAVERSION says it.
var candidate = regexp.MustCompile(`^-rc\d+`)

// SameRelease tells whether a top Makefile and a release are of one kernel, as far
// as that is certain. A distribution's release may have 0 in the place of SUBLEVEL,
// and a number of its own after that, in the place of EXTRAVERSION. sublevels tells
// whether SUBLEVEL counts.
func SameRelease(m MakefileVersion, release string, sublevels bool) bool {
	is, err1 := ParseVersion(release)
	want, err2 := ParseVersion(m.String())
	if err1 != nil || err2 != nil {
		return true
	}
	if is != want {
		return false
	}
	r := releaseVersion.FindStringSubmatch(release)
	if r == nil {
		return true
	}
	sublevel, err1 := strconv.Atoi(r[1])
	of, err2 := strconv.Atoi(m.Sublevel)
	if sublevels && err1 == nil && err2 == nil && sublevel != 0 && sublevel != of {
		return false
	}
	switch rc := candidate.FindString(m.Extraversion); {
	case rc == r[2] || strings.Contains(m.Extraversion, "$"):
		return true
	case rc == "": // a name of somebody's own, unless it can be one of Linus's
		return m.Extraversion != "" || of != 0
	default:
		return r[2] == "" && r[3] != ""
	}
}

// includeLine is what the top Makefile of an objtree consists of.
var includeLine = regexp.MustCompile(`(?m)^[ \t]*include[ \t]+(\S.*)/Makefile[ \t]*$`)

// IncludedSrctree returns the directory of the srctree that the text of an
// objtree's top Makefile includes, a path of the machine that built it; "" where
// it includes none.
func IncludedSrctree(makefile string) string {
	if m := includeLine.FindStringSubmatch(makefile); m != nil {
		return m[1]
	}
	return ""
}

// archOption is the option that only kernels of an architecture have.
var archOption = map[string]string{
	"alpha": "ALPHA", "arc": "ARC", "arm": "ARM", "arm64": "ARM64", "c6x": "C6X", "csky": "CSKY", "h8300": "H8300", "hexagon": "HEXAGON", "ia64": "IA64",
	"loongarch": "LOONGARCH", "m68k": "M68K", "microblaze": "MICROBLAZE", "mips": "MIPS", "nds32": "NDS32", "nios2": "NIOS2", "openrisc": "OPENRISC",
	"parisc": "PARISC", "powerpc": "PPC", "riscv": "RISCV", "s390": "S390", "sh": "SUPERH", "sparc": "SPARC", "um": "UML",
	"x86": "X86", "xtensa": "XTENSA",
}

// Arches returns the architectures that a configuration is for, sorted: one, or
// none where it does not say.
func (c Config) Arches() []string {
	var out []string
	for arch, option := range archOption {
		if c["CONFIG_"+option] == "y" {
			out = append(out, arch)
		}
	}
	slices.Sort(out)
	return out
}

// Generated tells whether a path is one of a header or of the configuration that
// only a build makes.
func Generated(p string) bool {
	if _, below, ok := SplitArch(p); ok {
		return strings.HasPrefix(below, "include/generated/")
	}
	return strings.HasPrefix(p, "include/generated/") || strings.HasPrefix(p, "include/config/")
}

// built are files that only a build makes, outside of what Generated knows. Host
// tools are not among them: which these are the profiles say.
var built = []string{
	"Module.symvers", "vmlinux",
	"scripts/module.lds", "arch/*/module.lds", // the latter is Debian's
	"scripts/target.json", "rust/target.json", "rust/*.rmeta", "rust/kernel/generated_arch_*_asm.rs", "rust/helpers/helpers_module.bc",
}

// Built tells whether a path is one that only a build makes, and neither a header
// nor a host tool.
func Built(p string) bool {
	return slices.ContainsFunc(built, func(glob string) bool {
		ok, _ := path.Match(glob, p) // the globs are valid
		return ok
	})
}
