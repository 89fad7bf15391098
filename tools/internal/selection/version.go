package selection

import (
	"fmt"
	"strconv"
	"strings"

	"rules_kheaders/tools/internal/tree"
)

// Version is a kernel version as far as selection looks at it.
type Version struct{ Major, Minor int }

// String returns the version as "6.12".
func (v Version) String() string { return fmt.Sprintf("%d.%d", v.Major, v.Minor) }

// Compare returns -1, 0 or 1 as v is older than, the same as or newer than w.
func (v Version) Compare(w Version) int {
	a, b := v.Major, w.Major
	if a == b {
		a, b = v.Minor, w.Minor
	}
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// ParseRelease reads the version from the start of a kernel release, for
// instance 6.1 from "6.1.0-50-amd64".
func ParseRelease(release string) (Version, error) {
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

// span is a range of kernel versions: "*", or comparisons that must all hold,
// as in ">=5.12,<6.13".
type span []bound

type bound struct {
	op string
	v  Version
}

func parseSpan(text string) (span, error) {
	if text == "*" {
		return nil, nil
	}
	var s span
	for _, part := range strings.Split(text, ",") {
		num := strings.TrimLeft(part, "<>=")
		op := part[:len(part)-len(num)]
		switch op {
		case "<", "<=", ">", ">=", "=":
		default:
			return nil, fmt.Errorf("bad kernel range %q: want *, or comparisons such as >=5.12,<6.13", text)
		}
		v, err := ParseRelease(num)
		if err != nil || v.String() != num {
			return nil, fmt.Errorf("bad kernel range %q: %q is not a version such as 6.12", text, num)
		}
		s = append(s, bound{op, v})
	}
	return s, nil
}

func (s span) holds(v Version) bool {
	for _, b := range s {
		c := v.Compare(b.v)
		ok := false
		switch b.op {
		case "<":
			ok = c < 0
		case "<=":
			ok = c <= 0
		case ">":
			ok = c > 0
		case ">=":
			ok = c >= 0
		case "=":
			ok = c == 0
		}
		if !ok {
			return false
		}
	}
	return true
}

// archSet is "*", a list such as "x86,arm64", or "!" before a list for all
// other architectures.
type archSet struct {
	not   bool
	names []string
}

func parseArchSet(text string) (archSet, error) {
	if text == "*" {
		return archSet{not: true}, nil
	}
	var a archSet
	list, not := strings.CutPrefix(text, "!")
	a.not = not
	for _, name := range strings.Split(list, ",") {
		known := false
		for _, k := range tree.Arches {
			known = known || k == name
		}
		if !known {
			return a, fmt.Errorf("bad architectures %q: %q is not known", text, name)
		}
		a.names = append(a.names, name)
	}
	return a, nil
}

func (a archSet) holds(arch string) bool {
	for _, n := range a.names {
		if n == arch {
			return !a.not
		}
	}
	return a.not
}
