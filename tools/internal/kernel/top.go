package kernel

import (
	"regexp"
	"strconv"
	"strings"
)

var (
	// composedRE matches what is made of VERSION and PATCHLEVEL.
	composedRE = regexp.MustCompile(`(?m)^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)[ \t]*[:?]?=[ \t]*["']?\$[({]VERSION[)}].*\$[({]PATCHLEVEL[)}]`)
	allRE      = regexp.MustCompile(`(?m)^all:[ \t]*([^\s;#].*)$`)
)

// ParseTopMakefile reads the text of a kernel's top Makefile as ParseMakefile
// does. ok is false as well for other projects that took Kbuild over, and the
// names of its variables with it: they count their versions by years, or from
// 1, call the whole of it something else than KERNELVERSION, as U-Boot does, or
// build other things than vmlinux, as barebox and busybox do.
func ParseTopMakefile(text string) (v MakefileVersion, ok bool) {
	if v, ok = ParseMakefile(text); !ok {
		return v, false
	}
	major, err := strconv.Atoi(v.Version)
	if err != nil || major < 2 || major >= 1000 || len(v.Patchlevel) > 1 && v.Patchlevel[0] == '0' {
		return v, false
	}
	composed := composedRE.FindAllStringSubmatch(text, -1)
	ours := len(composed) == 0
	for _, c := range composed {
		ours = ours || c[1] == "KERNELVERSION"
	}
	if !ours {
		return v, false
	}
	builds := allRE.FindAllStringSubmatch(text, -1)
	vmlinux := len(composed) == 0 || len(builds) == 0
	for _, b := range builds {
		vmlinux = vmlinux || strings.Contains(b[1], "vmlinux")
	}
	return v, vmlinux
}
