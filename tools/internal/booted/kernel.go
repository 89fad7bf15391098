package booted

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/pkgfile"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/tmpfile"
)

// images takes the kernel's image of a package's directory /boot: vmlinuz-RELEASE,
// or vmlinux-RELEASE on architectures that have none that is compressed.
type images struct{}

// MayContain is of pkgfile.Filter.
func (images) MayContain(string) bool { return false }

// Excludes is of pkgfile.Filter.
func (images) Excludes(string) bool { return false }

// MayMatch is of pkgfile.Filter.
func (images) MayMatch(name string) bool {
	return strings.HasPrefix(name, "vmlinuz-") || strings.HasPrefix(name, "vmlinux-")
}

// kernelOf opens the image of a kernel, in a package or not.
func kernelOf(name string) (*os.File, error) {
	if !strings.HasSuffix(name, ".deb") {
		f, err := os.Open(name)
		if err != nil {
			return nil, fmt.Errorf("read kernel: %w", err)
		}
		return f, nil
	}
	f, err := unpacked(name)
	if err != nil {
		return nil, fmt.Errorf("read kernel of %q: %w", name, err)
	}
	return f, nil
}

func unpacked(name string) (*os.File, error) {
	fs, err := pkgfile.Open([]pkgfile.Package{{Path: name, Label: name}}, func(name string) bool { return images{}.MayMatch(path.Base(name)) }, pkgfile.Limits{})
	if err != nil {
		return nil, err
	}
	defer fs.Close()
	files, _, err := fs.Walk("boot", images{})
	if err != nil {
		return nil, err
	}
	if len(files) != 1 {
		return nil, fmt.Errorf("it has %d files vmlinuz-* or vmlinux-* in /boot, not one: name the kernel's own package, or the image itself", len(files))
	}
	in, err := files[0].Open()
	if err != nil {
		return nil, err
	}
	defer in.Close()
	out, err := tmpfile.Unnamed("")
	if err != nil {
		return nil, err
	}
	if _, err := io.Copy(out, in); err != nil {
		return nil, errors.Join(err, out.Close())
	}
	return out, nil
}
