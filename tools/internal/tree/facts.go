package tree

import (
	"fmt"
	"io"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/kernel"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/oserr"
)

// Facts is what a tree says of its kernel.
type Facts struct {
	// Release is `uname -r` of the kernel, such as "6.1.0-50-amd64"; ""
	// where the tree has no objtree that says so.
	Release string
	// Version is that of the release, or for a bare srctree that of its
	// Makefile; zero where the tree does not say.
	Version kernel.Version
}

// readFacts fills in t.Facts.
func (t *Tree) readFacts() error {
	var failed error
	read := func(file string) string {
		s, err := t.readSmall(file)
		if err != nil && failed == nil {
			failed = err
		}
		return s
	}
	t.Facts.Release = kernel.Release(read)
	version := t.Facts.Release
	if version == "" {
		if m, ok := kernel.ParseMakefile(read(kernel.Makefile)); ok {
			version = m.String()
		}
	}
	t.Facts.Version, _ = kernel.ParseVersion(version)
	return failed
}

// readSmall returns up to 64 KiB of a file, "" if the tree does not have it.
func (t *Tree) readSmall(path string) (string, error) {
	if e := t.Get(path); e != nil {
		return readSmall(e)
	}
	return "", nil
}

// readSmall returns up to 64 KiB of a file.
func readSmall(e *Entry) (string, error) {
	r, err := e.Open()
	if err != nil {
		return "", err
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, 64<<10))
	if err != nil {
		return "", fmt.Errorf("read %q from %s: %w", e.Path, e.Label, oserr.Reason(err))
	}
	return string(b), nil
}
