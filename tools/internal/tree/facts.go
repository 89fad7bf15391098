package tree

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"rules_kheaders/tools/internal/oserr"
)

// Facts is what a tree says of its kernel.
type Facts struct {
	// Release is `uname -r` of the kernel, such as "6.1.0-50-amd64"; ""
	// where the tree has no objtree that says so.
	Release string
	// Version is the release, or for a bare srctree VERSION.PATCHLEVEL of its
	// Makefile; "." where the tree does not say.
	Version string
}

// readFacts fills in t.Facts from include/generated/utsrelease.h, else
// include/config/kernel.release, else the top Makefile. The header comes first
// because what a kernel says by uname -r and what modules are checked against
// is its UTS_RELEASE; Debian's kernel.release of 5.10 and 6.1 says less.
func (t *Tree) readFacts() error {
	s, err := t.readSmall("include/generated/utsrelease.h")
	if err != nil {
		return err
	}
	if _, rest, ok := strings.Cut(s, "UTS_RELEASE \""); ok {
		t.Facts.Release, _, _ = strings.Cut(rest, "\"")
	}
	if t.Facts.Release == "" {
		s, err := t.readSmall("include/config/kernel.release")
		if err != nil {
			return err
		}
		t.Facts.Release = strings.TrimSpace(s)
	}
	t.Facts.Version = t.Facts.Release
	if t.Facts.Version == "" {
		s, err := t.readSmall("Makefile")
		if err != nil {
			return err
		}
		t.Facts.Version = makefileVersion(s)
	}
	return nil
}

// makefileVersion returns "VERSION.PATCHLEVEL" as the top Makefile sets them.
func makefileVersion(makefile string) string {
	set := map[string]string{}
	sc := bufio.NewScanner(strings.NewReader(makefile))
	for sc.Scan() && len(set) < 2 {
		name, value, ok := strings.Cut(sc.Text(), "=")
		name = strings.TrimSpace(name)
		if ok && (name == "VERSION" || name == "PATCHLEVEL") {
			set[name] = strings.TrimSpace(value)
		}
	}
	return set["VERSION"] + "." + set["PATCHLEVEL"]
}

// readSmall returns up to 64 KiB of a file, "" if the tree does not have it.
func (t *Tree) readSmall(path string) (string, error) {
	e := t.Get(path)
	if e == nil {
		return "", nil
	}
	r, err := e.Open()
	if err != nil {
		return "", err
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, 64<<10))
	if err != nil {
		return "", fmt.Errorf("read %q from %s: %w", path, e.Label, oserr.Reason(err))
	}
	return string(b), nil
}
