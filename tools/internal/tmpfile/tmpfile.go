// Package tmpfile makes temporary files and directories that do not stay behind,
// however the process ends.
//
// A file has no name as long as it is written, where the file system can do
// that (O_TMPFILE). What has a name is locked by its process; Sweep removes
// what a process left that was killed: that which nobody locks.
package tmpfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/unix"
)

// noUnnamed has files named, as on a file system that knows no others, and
// linkat gives a file a name. Only a test sets them.
var (
	noUnnamed = false
	linkat    = unix.Linkat
)

// Unnamed makes a file in dir, or in that of TMPDIR where dir is "", which is
// gone when it is closed.
func Unnamed(dir string) (*os.File, error) {
	if dir == "" {
		dir = os.TempDir()
	}
	if f, err := unnamed(dir, unix.O_EXCL); err == nil {
		return f, nil
	}
	f, err := os.CreateTemp(dir, ".kheaders-*.tmp")
	if err != nil {
		return nil, err
	}
	if err := os.Remove(f.Name()); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

func unnamed(dir string, flags int) (*os.File, error) {
	if noUnnamed {
		return nil, errors.ErrUnsupported
	}
	return openUnnamed(dir, flags)
}

// File is a file that is written to take a place later.
type File struct {
	*os.File
	// path is the place; name is what the file is called meanwhile, "" for
	// nothing.
	path, name string
}

// Create starts a file, of mode 0600, that is to be at path. It is in the same
// directory.
func Create(path string) (*File, error) {
	dir := filepath.Dir(path)
	if f, err := unnamed(dir, 0); err == nil {
		t := &File{File: f, path: path}
		// The name is given by that of the open file.
		if _, err := os.Stat(t.open()); err == nil {
			return t, nil
		}
		f.Close()
	}
	return createNamed(path)
}

func createNamed(path string) (*File, error) {
	for {
		f, err := os.CreateTemp(filepath.Dir(path), pattern(path))
		if err != nil {
			return nil, err
		}
		if lock(f) {
			return &File{File: f, path: path, name: f.Name()}, nil
		}
		f.Close()
	}
}

// open is the name that an open file has in /proc.
func (f *File) open() string { return fmt.Sprintf("/proc/self/fd/%d", f.Fd()) }

// Named returns the file once it has a name beside its place, by which it moves
// there in one step.
// Where a nameless file may not be given one, which is for the file system and
// for security modules to say, that is another file: an empty one with the mode
// and the owner, to which the caller copies the text, and which it closes as
// well.
func (f *File) Named() (*File, error) {
	if f.name != "" {
		return f, nil
	}
	// Nobody else can have the lock of a file without a name: where this fails there are no locks.
	_ = unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	for {
		name := filepath.Join(filepath.Dir(f.path), random(f.path))
		err := f.link(name)
		if err == nil {
			f.name = name
			return f, nil
		}
		if !errors.Is(err, fs.ErrExist) {
			return f.namedLike()
		}
	}
}

// namedLike makes an empty file that has a name, with the mode and the owner of
// the file.
func (f *File) namedLike() (*File, error) {
	st, err := f.Stat()
	if err != nil {
		return nil, err
	}
	named, err := createNamed(f.path)
	if err != nil {
		return nil, err
	}
	if s, ok := st.Sys().(*syscall.Stat_t); ok && (int(s.Uid) != os.Geteuid() || int(s.Gid) != os.Getegid()) {
		err = named.Chown(int(s.Uid), int(s.Gid))
	}
	if err == nil {
		err = named.Chmod(st.Mode())
	}
	if err != nil {
		named.Remove()
		named.Close()
		return nil, err
	}
	return named, nil
}

// CopyTo copies the text to an empty file, of which the system says that it has
// it all. It may take long.
func (f *File) CopyTo(to *File) error {
	st, err := f.Stat()
	if err != nil {
		return err
	}
	if _, err := io.Copy(to, io.NewSectionReader(f, 0, st.Size())); err != nil {
		return err
	}
	return to.Settle()
}

// Free tells whether there is nothing at the place, so that Place may do.
func (f *File) Free() bool {
	_, err := os.Lstat(f.path)
	return errors.Is(err, fs.ErrNotExist)
}

// Place gives a file that has no name that of its place, if nothing is there: it
// never has another one. Where that is an error, Named may help. Move confirms the
// place, TakeBack and Remove take it back.
func (f *File) Place() error {
	if f.name != "" {
		return nil
	}
	if err := f.link(f.path); err != nil {
		return err
	}
	f.name = f.path
	return nil
}

// TakeBack undoes Place.
func (f *File) TakeBack() {
	if f.name == f.path {
		f.Remove()
	}
}

// Move moves the file to its place: at once where nothing is there, or else by its
// name or by that which Named gives it, with a copy where need be; what is there
// is replaced. The file stays open, and nameless after an error.
func (f *File) Move() error {
	named := f
	err := f.Place()
	if err != nil {
		if named, err = f.Named(); err != nil {
			return err
		}
	}
	if named != f {
		defer named.Close()
		err = f.CopyTo(named)
	}
	if err == nil && named.name != named.path {
		err = os.Rename(named.name, named.path)
	}
	if err != nil {
		named.Remove()
		return err
	}
	named.name = ""
	return nil
}

// Settle has the system say whether it has all that was written. The file stays
// open, and locked: some file systems say so only when a file is closed, and a
// second descriptor of it is.
func (f *File) Settle() error {
	fd, err := unix.FcntlInt(f.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return err
	}
	return unix.Close(fd)
}

func (f *File) link(name string) error {
	if err := linkat(unix.AT_FDCWD, f.open(), unix.AT_FDCWD, name, unix.AT_SYMLINK_FOLLOW); err != nil {
		return &fs.PathError{Op: "link", Path: name, Err: err}
	}
	return nil
}

// Remove removes the name that the file has before Move. It does not close the
// file, which may be written to at the moment.
func (f *File) Remove() {
	// Others may have replaced what is at the place.
	if f.name != "" && (f.name != f.path || isCalled(f.File, f.name)) {
		os.Remove(f.name)
	}
	f.name = ""
}

// lock locks a file that was just made, and tells whether it still is under its
// name: who sweeps may have taken it for left behind before it was locked. Where
// the file system has no locks nothing is swept.
func lock(f *os.File) bool {
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); errors.Is(err, unix.EWOULDBLOCK) {
		return false
	}
	return stillThere(f)
}

// stillThere tells whether the name that a file was opened by is that of the file.
func stillThere(f *os.File) bool { return isCalled(f, f.Name()) }

// isCalled tells whether a name is that of an open file.
func isCalled(f *os.File, name string) bool {
	open, err := f.Stat()
	if err != nil {
		return false
	}
	named, err := os.Lstat(name)
	return err == nil && os.SameFile(open, named)
}

// random is one of the names that pattern describes.
func random(path string) string { return fmt.Sprintf("%s%d%s", prefix(path), rand.Uint64(), suffix) }
