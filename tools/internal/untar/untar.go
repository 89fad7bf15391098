// Package untar unpacks a tar into an empty directory, and nowhere else.
package untar

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/oserr"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/outfile"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/tarread"
)

// Options restrict what is unpacked. The zero value allows any amount.
type Options struct {
	// MaxBytes is the largest sum of the sizes of all files, MaxFiles the
	// largest number of files, directories and links; 0 is no limit.
	MaxBytes, MaxFiles int64
	// NoHardLinks makes a hard link an error.
	NoHardLinks bool
	// WholeTar makes a tar without its end an error, and one with anything but
	// zeros behind that.
	WholeTar bool
	// Check, if not nil, is asked by Into at the end: with an error nothing
	// is unpacked.
	Check func() error
}

// Tar unpacks an uncompressed tar into dir, which must be empty or not there
// yet.
//
// A sparse file, names that are absolute or have a "..", links that lead out of dir, entries
// below a symbolic link, names that occur twice, and anything that is neither
// file, directory nor link are errors. Files are made 0755 when their owner may
// execute them and 0644 otherwise, directories below dir 0755, whatever the umask;
// owners and times are not restored. After an error dir has a part of the files.
func Tar(r io.Reader, dir string, o Options) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("unpack into %q: %w", dir, oserr.Reason(err))
	}
	found, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("unpack into %q: %w", dir, oserr.Reason(err))
	}
	if len(found) > 0 {
		return fmt.Errorf("unpack into %q: it is not empty: name an empty or a new directory", dir)
	}
	// What goes through root cannot leave the directory, even by a link
	// that the checks below should have missed.
	root, err := os.OpenRoot(dir)
	if err != nil {
		return fmt.Errorf("unpack into %q: %w", dir, oserr.Reason(err))
	}
	defer root.Close()
	return In(r, root, o)
}

// In is Tar for a directory that is open, and empty.
func In(r io.Reader, root *os.Root, o Options) error {
	u := unpacker{Options: o, root: root, dirs: map[string]bool{".": true}, links: map[string]string{}}
	in := tarread.NewReader(r)
	for {
		h, err := in.Next()
		// Who made the tar says whether its end may be missing.
		if !o.WholeTar && (err == io.EOF || err == tarread.ErrNoEnd) {
			return nil
		}
		if err == io.EOF {
			return tarread.Rest(r)
		}
		if err == tarread.ErrNoEnd {
			return fmt.Errorf("unpack: the tar has no end: %w", io.ErrUnexpectedEOF)
		}
		if err != nil {
			return fmt.Errorf("unpack: read tar: %w", err)
		}
		outfile.Pause()
		if err := u.entry(h, in); err != nil {
			// The system's errors have the name as it is, which may
			// hold what a terminal obeys.
			return fmt.Errorf("unpack %q: %w", h.Name, oserr.Reason(err))
		}
	}
}

type unpacker struct {
	Options
	bytes, files int64 // unpacked so far

	root  *os.Root
	dirs  map[string]bool   // made already
	links map[string]string // symbolic links, and where they lead
}

// count counts one more file, directory or link.
func (u *unpacker) count() error {
	if u.files++; u.MaxFiles > 0 && u.files > u.MaxFiles {
		return fmt.Errorf("there are more than %d files and directories: if they are to be trusted, raise --max-files", u.MaxFiles)
	}
	return nil
}

func (u *unpacker) entry(h *tar.Header, body io.Reader) error {
	if h.Typeflag == tar.TypeXGlobalHeader {
		return nil
	}
	if tarread.Sparse(h) {
		return errors.New("it is a sparse file: archives of kernel headers have none")
	}
	name, err := localName(h.Name)
	if err != nil {
		return err
	}
	if h.Typeflag == tar.TypeDir {
		return u.mkdir(name)
	}
	if name == "." {
		return errors.New("only a directory can be the root")
	}
	if err := u.mkdir(path.Dir(name)); err != nil {
		return err
	}
	if err := u.count(); err != nil {
		return err
	}
	switch h.Typeflag {
	case tar.TypeReg:
		if u.bytes += h.Size; u.MaxBytes > 0 && u.bytes > u.MaxBytes {
			return fmt.Errorf("the files have more than %d bytes: if they are to be trusted, raise --max-bytes", u.MaxBytes)
		}
		return u.file(name, h.FileInfo().Mode(), body)
	case tar.TypeSymlink:
		if leadsOut(name, h.Linkname) {
			return fmt.Errorf("symbolic link to %q leads out of the directory, or may do so through another link", h.Linkname)
		}
		u.links[name] = h.Linkname
		return u.root.Symlink(h.Linkname, name)
	case tar.TypeLink:
		if u.NoHardLinks {
			return errors.New("it is a hard link: archives of kernel headers have none")
		}
		target, err := localName(h.Linkname)
		if err != nil {
			return fmt.Errorf("hard link to %q: %w", h.Linkname, err)
		}
		// It is the same link then, but one that leads from elsewhere.
		if to, ok := u.links[target]; ok {
			if leadsOut(name, to) {
				return fmt.Errorf("hard link to %q, a symbolic link to %q, leads out of the directory", h.Linkname, to)
			}
			u.links[name] = to
		}
		return u.root.Link(target, name)
	}
	return fmt.Errorf("type %q is neither a file, a directory nor a link", h.Typeflag)
}

// mkdir makes a directory and those above it.
func (u *unpacker) mkdir(name string) error {
	if u.dirs[name] {
		return nil
	}
	if _, ok := u.links[name]; ok {
		return fmt.Errorf("%q is a symbolic link, not a directory", name)
	}
	if err := u.mkdir(path.Dir(name)); err != nil {
		return err
	}
	if err := u.count(); err != nil {
		return err
	}
	if err := u.root.Mkdir(name, 0o755); err != nil {
		return err
	}
	u.dirs[name] = true
	return u.root.Chmod(name, 0o755)
}

func (u *unpacker) file(name string, mode fs.FileMode, body io.Reader) error {
	perm := fs.FileMode(0o644)
	if mode&0o100 != 0 {
		perm = 0o755
	}
	f, err := u.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, perm)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, body)
	if err == nil {
		err = f.Chmod(perm)
	}
	if e := f.Close(); err == nil {
		err = e
	}
	return err
}

// localName cleans the name of an entry; one that leads out is an error.
func localName(name string) (string, error) {
	switch {
	case name == "":
		return "", errors.New("empty name")
	case path.IsAbs(name):
		return "", errors.New("absolute path")
	}
	for _, part := range strings.Split(name, "/") {
		if part == ".." {
			return "", errors.New(`path with ".."`)
		}
	}
	return path.Clean(name), nil
}

// leadsOut tells whether a symbolic link may lead out of the root. A target
// counts from the link's own directory, which is none behind a link; so ".."
// at its front can be followed by name. After a name, which may be a link
// itself, it cannot, and "a/.." is of no use.
func leadsOut(link, target string) bool {
	if target == "" || path.IsAbs(target) {
		return true
	}
	parts := strings.Split(target, "/")
	for len(parts) > 0 && (parts[0] == ".." || parts[0] == "." || parts[0] == "") {
		parts = parts[1:]
	}
	if slices.Contains(parts, "..") {
		return true
	}
	p := path.Join(path.Dir(link), target)
	return p == ".." || strings.HasPrefix(p, "../")
}
