package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/codec"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/diff"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/imagescan"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/infile"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/manifest"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/oserr"
)

// read reads one of the two sides, the second beside the first.
func (d *diffOptions) read(i int, path string, base *diff.Tree) (*diff.Tree, error) {
	about := diff.About{Name: d.names[i]}
	if about.Name == "" {
		about.Name = path
	}
	if t, err := readManifest(path, about); t != nil || err != nil {
		return t, err
	}
	m, err := openImage(path, *d.limits)
	if err != nil {
		return nil, err
	}
	defer m.Close()
	a, err := m.Choose(d.indexes[i])
	if err != nil {
		flag := [2]string{"--base-index", "--head-index"}[i]
		return nil, fmt.Errorf("%s", strings.Replace(err.Error(), "--index", flag, 1))
	}
	about.Release, about.Arch, about.Profile = a.Release, a.Arch, a.Profile
	about.Format, about.SHA256, about.ArchiveBytes = a.Format, a.SHA256, a.ArchiveBytes
	t, err := readArchive(a, about, base)
	if err != nil {
		return nil, fmt.Errorf("%q: %w", path, err)
	}
	return t, nil
}

// readManifest reads a manifest; it returns nil for what is none.
func readManifest(path string, about diff.About) (*diff.Tree, error) {
	f, _, err := infile.Open(path)
	if err != nil {
		return nil, nil // which may be a device with an image
	}
	defer f.Close()
	if !manifest.Written(f) {
		return nil, nil
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, fmt.Errorf("read manifest %q: %w", path, oserr.Reason(err))
	}
	t, err := diff.ReadManifest(f, about)
	if err != nil {
		return nil, fmt.Errorf("%q: %w", path, err)
	}
	return t, nil
}

// readArchive reads an archive that was found, if it is still the one that was
// checked.
func readArchive(a *imagescan.Archive, about diff.About, base *diff.Tree) (*diff.Tree, error) {
	r, stop, err := a.Open()
	if err != nil {
		return nil, err
	}
	defer stop()
	in := newChecked(r, a)
	z, _, end, err := codec.NewReader(in)
	if err != nil {
		return nil, err
	}
	defer end()
	t, err := diff.ReadTar(z, about, base)
	if err != nil {
		return nil, err
	}
	if _, err := io.Copy(io.Discard, z); err != nil {
		return nil, err
	}
	return t, in.check()
}
