package untar

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/oserr"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/outfile"
)

// Into unpacks an uncompressed tar as Tar does, but whole or not at all: into a
// directory beside dir, which takes dir's place at the end. A dir that is a
// symbolic link is an error, one that is not empty too; the directory that it
// is in must be there. An empty dir is replaced by one of the same mode and
// owner; that it can be is found out before r is read.
func Into(r io.Reader, dir string, o Options) error {
	dir = filepath.Clean(dir)
	switch st, err := os.Lstat(dir); {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return fmt.Errorf("unpack into %q: %w", dir, oserr.Reason(err))
	case st.Mode()&fs.ModeSymlink != 0:
		return fmt.Errorf("unpack into %q: it is a symbolic link: name the directory itself", dir)
	case !st.IsDir():
		return fmt.Errorf("unpack into %q: it is no directory: name an empty or a new directory", dir)
	default:
		found, err := os.ReadDir(dir)
		if err != nil {
			return fmt.Errorf("unpack into %q: %w", dir, oserr.Reason(err))
		}
		if len(found) > 0 {
			return fmt.Errorf("unpack into %q: it is not empty: name an empty or a new directory", dir)
		}
	}
	// The working directory cannot be replaced: one would stay in the old one.
	if base := filepath.Base(dir); base == "." || base == ".." || base == string(filepath.Separator) {
		return fmt.Errorf("unpack into %q: it cannot be replaced: name a directory in it", dir)
	}
	out, err := outfile.CreateDir(dir)
	if err != nil {
		return err
	}
	defer out.Abort()
	if err := Tar(r, out.Temp(), o); err != nil {
		return err
	}
	// The check sums of a compressed archive come after the end of the tar.
	if _, err := io.Copy(io.Discard, r); err != nil {
		return fmt.Errorf("unpack: %w", err)
	}
	if o.Check != nil {
		if err := o.Check(); err != nil {
			return err
		}
	}
	return out.Commit()
}
