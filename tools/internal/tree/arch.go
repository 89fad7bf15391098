package tree

import (
	"fmt"
	"slices"
	"strings"
)

// Arches are the directories below arch/ of kernels 5.10 to 7.2, sorted.
var Arches = []string{
	"alpha", "arc", "arm", "arm64", "c6x", "csky", "h8300", "hexagon", "ia64", "loongarch", "m68k", "microblaze", "mips", "nds32",
	"nios2", "openrisc", "parisc", "powerpc", "riscv", "s390", "sh", "sparc", "um", "x86", "xtensa",
}

// archNames are other names for them: what `uname -m`, Debian or the kernel's
// ARCH variable say (SUBARCH in the kernel's scripts/subarch.include).
var archNames = map[string]string{
	"x86_64": "x86", "amd64": "x86", "i386": "x86", "i686": "x86",
	"aarch64": "arm64", "armhf": "arm", "armv7l": "arm",
	"ppc64": "powerpc", "ppc64le": "powerpc", "ppc64el": "powerpc",
	"riscv64": "riscv", "s390x": "s390", "mips64": "mips", "mips64el": "mips", "sparc64": "sparc", "loong64": "loongarch", "loongarch64": "loongarch",
}

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
	if s == "" {
		return "", fmt.Errorf("no architecture given: name one of %s", strings.Join(Arches, ", "))
	}
	return "", fmt.Errorf("unknown architecture %q: use one of %s", s, strings.Join(Arches, ", "))
}
