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

	"golang.org/x/sys/unix"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/codec"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/hosttools"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/kernel"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/privdir"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/untar"
)

// unpack makes the directory called name of an archive.
func (s *System) unpack(d *privdir.Dir, name string, a *archive, o Options) error {
	if d.ReadOnly() {
		return fmt.Errorf("unpack %q into %q: %w: mount a directory there, or name one by --dir", a.path, d.Path, unix.EROFS)
	}
	err := d.Make(name, mode(), func(root *os.Root) error {
		if err := a.rewind(); err != nil {
			return err
		}
		if err := s.fill(root, a, o); err != nil {
			return err
		}
		return s.finish(root, a.path)
	})
	switch {
	case err == nil:
		return nil
	case a.cut:
		return errAgain
	case full(err):
		return fmt.Errorf("unpack %q into %q: %w: %s", a.path, d.Path, err, elsewhere)
	}
	return fmt.Errorf("unpack %q into %q: %w", a.path, d.Path, err)
}

// fill unpacks an archive, and sees that it is still the one that was read before.
func (s *System) fill(root *os.Root, a *archive, o Options) error {
	sum := sha256.New()
	in := io.TeeReader(io.LimitReader(a, maxArchive+1), sum)
	z, _, stop, err := codec.NewReaderWindow(in, window)
	if err != nil {
		return err
	}
	err = untar.In(z, root, untar.Options{MaxBytes: o.MaxBytes, MaxFiles: o.MaxFiles, NoHardLinks: true, WholeTar: true})
	stop()
	if err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, in); err != nil {
		return err
	}
	if hex.EncodeToString(sum.Sum(nil)) != a.sum {
		if a.fleeting {
			a.cut = true
		}
		return errors.New("it changed while it was read: try again")
	}
	return nil
}

// systemtapConfig is where stap looks for the kernel's configuration.
const systemtapConfig = ".config"

// finish checks that the headers are of the running kernel, and adds what stap
// wants where modules can be built.
func (s *System) finish(root *os.Root, path string) error {
	release := kernel.Release(func(file string) string { return readSmall(root, file) })
	if release != s.Release {
		return s.another(path, release)
	}
	if !builds(root) {
		return nil
	}
	// It reads the options that are set from the one, as comments and unset options
	// count for nothing, and compares the other with the kernel's release, where
	// Debian's packages have the upstream version.
	if err := replace(root, systemtapConfig, readSmall(root, kernel.AutoConf)); err != nil {
		return err
	}
	return replace(root, kernel.KernelRelease, s.Release+"\n")
}

// replace writes a file of a directory.
func replace(root *os.Root, name, text string) error {
	if err := root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = io.WriteString(f, text)
	if err == nil {
		err = f.Chmod(0o644)
	}
	if e := f.Close(); err == nil {
		err = e
	}
	return err
}

// readSmall returns the first 1 MiB of a regular file, "" where there is none.
func readSmall(root *os.Root, name string) string {
	if !isFile(root, name) {
		return ""
	}
	f, err := root.Open(name)
	if err != nil {
		return ""
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, 1<<20))
	if err != nil {
		return ""
	}
	return string(b)
}

func isFile(root *os.Root, name string) bool {
	st, err := root.Stat(name)
	return err == nil && st.Mode().IsRegular()
}

const modpost = "scripts/mod/modpost"

// builds tells whether external modules can be built by an archive's files, where
// its host tools run.
func builds(root *os.Root) bool {
	for _, name := range []string{kernel.Makefile, kernel.AutoConf, "Module.symvers", "scripts/Makefile.build", "scripts/basic/fixdep", modpost} {
		if !isFile(root, name) {
			return false
		}
	}
	return true
}

// headers tells of an archive's directory.
func (s *System) headers(d *privdir.Dir, name string) *Headers {
	h := &Headers{Srctree: filepath.Join(s.Root, d.Path, name)}
	root, err := d.Root.OpenRoot(name)
	if err != nil {
		return h
	}
	defer root.Close()
	if !builds(root) {
		return h
	}
	f, err := root.Open(modpost)
	if err != nil {
		return h
	}
	defer f.Close()
	switch machine, err := hosttools.Machine(f); {
	case err == nil && machine != "" && !hosttools.Runs(machine, s.Machine):
		s.Note("no KDIR: the host tools in the archive are for %s, and this is %s", machine, s.Machine)
	case s.NoExec(h.Srctree):
		s.Note("no KDIR: %q is on a file system that is mounted noexec, and building a module runs programs there: name another directory by --dir", d.Path)
	default:
		h.Modules, h.Systemtap = true, isFile(root, systemtapConfig)
	}
	return h
}
