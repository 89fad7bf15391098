package running

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/infile"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/oserr"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/summary"
)

// maxArchive is the largest archive that is read, in bytes.
const maxArchive = 1 << 30

// window is how far back an archive's compression may look, in bytes: it has to
// be held in memory.
const window = 16 << 20

// file is an open file.
type file = io.ReadSeekCloser

// openFile opens a regular file. Tests have one that is cut.
var openFile = func(path string) (file, error) {
	f, _, err := infile.Open(path)
	return f, err
}

// archive is an archive that is open, and was read once.
type archive struct {
	path string
	file file
	// sum is its SHA-256, in hexadecimal.
	sum string
	// fleeting says that the kernel may take it away at any time.
	fleeting bool
	// cut says that it did.
	cut bool
}

// shown returns the files in which the kernel hands out archives.
func (s *System) shown() []string {
	var files []string
	for _, pattern := range []string{"/proc/kheaders.*", "/sys/kernel/kheaders.*"} {
		found, _ := filepath.Glob(s.path(pattern)) // the pattern is a good one
		for _, f := range found {
			if st, err := os.Lstat(f); err == nil && st.Mode().IsRegular() {
				files = append(files, f)
			}
		}
	}
	return files
}

// ofKernel tells whether a file is one in which the kernel hands something out.
func (s *System) ofKernel(file string) bool {
	abs, err := filepath.Abs(file)
	return err == nil && (strings.HasPrefix(abs, s.path("/proc")+"/") || strings.HasPrefix(abs, s.path("/sys")+"/"))
}

// read reads archives, those of the same bytes once. With one that cannot be read
// beside others that can, these are taken. Close them.
func (s *System) read(files []string, fleeting bool) ([]*archive, error) {
	var found []*archive
	var first error
	for _, f := range files {
		a, err := readArchive(f, fleeting)
		if errors.Is(err, errAgain) {
			closeAll(found)
			return nil, err
		}
		if err != nil {
			if first == nil {
				first = err
			}
			continue
		}
		if slices.ContainsFunc(found, func(b *archive) bool { return a.sum == b.sum }) {
			a.file.Close()
			continue
		}
		found = append(found, a)
	}
	if len(found) == 0 && first != nil {
		return nil, first
	}
	if first != nil {
		s.Note("not taken: %v", first)
	}
	return found, nil
}

func closeAll(archives []*archive) {
	for _, a := range archives {
		a.file.Close()
	}
}

func readArchive(path string, fleeting bool) (*archive, error) {
	f, err := openFile(path)
	if err != nil {
		if fleeting && (errors.Is(err, fs.ErrNotExist) || errors.Is(err, unix.ENODEV)) {
			return nil, errAgain
		}
		return nil, fmt.Errorf("read archive %q: %w", path, err)
	}
	hold(f)
	a := &archive{path: path, file: f, fleeting: fleeting}
	sum := sha256.New()
	n, err := io.Copy(sum, io.LimitReader(a, maxArchive+1))
	switch {
	case a.cut:
		err = errAgain
	case err != nil:
		err = fmt.Errorf("read archive %q: %w", path, oserr.Reason(err))
	case n > maxArchive:
		err = fmt.Errorf("read archive %q: it has more than %d bytes", path, maxArchive)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	a.sum = hex.EncodeToString(sum.Sum(nil))
	return a, nil
}

// Read reads the file. When a module goes its files end with ENODEV in /sys; in
// /proc with EIO, unless its reader holds the module.
func (a *archive) Read(b []byte) (int, error) {
	n, err := a.file.Read(b)
	if a.fleeting && (errors.Is(err, unix.ENODEV) || errors.Is(err, unix.EIO)) {
		a.cut = true
	}
	return n, err
}

// rewind goes back to the archive's beginning.
func (a *archive) rewind() error {
	_, err := a.file.Seek(0, io.SeekStart)
	if a.fleeting && err != nil {
		return errAgain
	}
	return err
}

// choose returns the archive to take: of several that differ the one with the most
// files.
func (s *System) choose(found []*archive, o Options) (*archive, error) {
	if len(found) == 1 {
		return found[0], nil
	}
	var best *archive
	var most int64
	var first error
	for _, a := range found {
		err := a.rewind()
		var sum *summary.Summary
		if err == nil {
			sum, err = summary.Read(a, summary.Limits{MaxBytes: o.MaxBytes, MaxFiles: o.MaxFiles, MaxWindow: window})
		}
		switch {
		case a.cut || errors.Is(err, errAgain):
			return nil, errAgain
		case err != nil:
			err = fmt.Errorf("read archive %q: %w", a.path, err)
		case sum.Release != s.Release:
			err = s.another(a.path, sum.Release)
		case best == nil || sum.Files > most:
			best, most = a, sum.Files
		}
		if err != nil && first == nil {
			first = err
		}
	}
	if best == nil {
		return nil, first
	}
	for _, a := range found {
		if a != best {
			s.Note("%q is taken, with %d files; %q differs: --from=%s takes that", best.path, most, a.path, a.path)
		}
	}
	return best, nil
}

// another says that an archive is not of the running kernel.
func (s *System) another(path, release string) error {
	if release == "" {
		return fmt.Errorf("the archive %q does not say what kernel it is of, and the one that runs is %q: take one that has include/generated/utsrelease.h", path, s.Release)
	}
	return fmt.Errorf("the archive %q is of the kernel %q, and the one that runs is %q: take that of this kernel", path, release, s.Release)
}
