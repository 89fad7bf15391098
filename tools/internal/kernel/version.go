package kernel

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

// Version is a kernel's version as far as its files depend on it. The zero
// Version means that it is not known.
type Version struct{ Major, Minor int }

// String returns the version as "6.12".
func (v Version) String() string { return fmt.Sprintf("%d.%d", v.Major, v.Minor) }

// Compare returns -1, 0 or 1 as v is older than, the same as or newer than w.
func (v Version) Compare(w Version) int {
	return cmp.Or(cmp.Compare(v.Major, w.Major), cmp.Compare(v.Minor, w.Minor))
}

// ParseVersion reads the version from the start of a kernel release, for
// instance 6.1 from "6.1.0-50-amd64".
func ParseVersion(release string) (Version, error) {
	parts := strings.SplitN(release, ".", 3)
	if len(parts) >= 2 {
		minor := parts[1]
		if i := strings.IndexFunc(minor, func(r rune) bool { return r < '0' || r > '9' }); i >= 0 {
			minor = minor[:i]
		}
		major, err1 := strconv.ParseUint(parts[0], 10, 16)
		min, err2 := strconv.ParseUint(minor, 10, 16)
		if err1 == nil && err2 == nil {
			return Version{int(major), int(min)}, nil
		}
	}
	return Version{}, fmt.Errorf("read kernel release %q: it does not begin with a version such as 6.12", release)
}

// MakefileVersion is what a kernel's top Makefile says of its version, each
// part as it stands there; "" where it sets none.
type MakefileVersion struct{ Version, Patchlevel, Sublevel, Extraversion string }

// ParseMakefile reads the text of a top Makefile, or its first lines. ok is
// false for another's Makefile, that does not set VERSION and PATCHLEVEL to
// numbers.
func ParseMakefile(text string) (v MakefileVersion, ok bool) {
	parts := map[string]*string{"VERSION": &v.Version, "PATCHLEVEL": &v.Patchlevel, "SUBLEVEL": &v.Sublevel, "EXTRAVERSION": &v.Extraversion}
	for line := range strings.Lines(text) {
		name, value, found := strings.Cut(line, "=")
		name = strings.TrimSpace(name)
		if part := parts[name]; found && part != nil {
			*part = strings.TrimSpace(value)
			delete(parts, name) // the first one counts
		}
	}
	return v, isNumber(v.Version) && isNumber(v.Patchlevel)
}

func isNumber(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// String returns the version as make kernelversion says it, such as
// "6.1.176" or "6.2.0-rc3".
func (v MakefileVersion) String() string {
	s := v.Version + "." + v.Patchlevel
	if v.Sublevel != "" {
		s += "." + v.Sublevel
	}
	return s + v.Extraversion
}
