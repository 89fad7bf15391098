package running

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"

	"golang.org/x/sys/unix"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/privdir"
)

// directories are where root's are, the first that can be used.
var directories = []string{"/var/cache/kheaders", "/run/kheaders"}

// places returns the private directories that a user may have: dir, if that is
// not "", else those for him. No variable says where root's are.
func places(dir string, uid int, getenv func(string) string) ([]string, error) {
	switch {
	case dir != "":
		abs, err := filepath.Abs(dir)
		if err != nil || abs == "/" {
			return nil, fmt.Errorf("%q cannot be the directory for headers: name another", dir)
		}
		return []string{abs}, nil
	case uid == 0:
		return directories, nil
	}
	// Relative ones are not to be used, says the specification of XDG.
	if d := getenv("XDG_CACHE_HOME"); filepath.IsAbs(d) {
		return []string{filepath.Join(d, "kheaders")}, nil
	}
	if d := getenv("HOME"); filepath.IsAbs(d) {
		return []string{filepath.Join(d, ".cache", "kheaders")}, nil
	}
	return nil, errors.New("no directory for headers: set HOME or XDG_CACHE_HOME, or name one by --dir")
}

// Tests are root as well, with file systems that are not to be written to.
var (
	euid    = os.Geteuid
	openDir = privdir.Open
)

// mode is that of directories: what root unpacks is for everybody.
func mode() fs.FileMode {
	if euid() == 0 {
		return 0o755
	}
	return 0o700
}

// open opens the directories, up to the first that can be written to: those before
// may have what is looked for. The last one is to unpack into; where none can be
// written to it says so.
func (s *System) open(dir string) ([]*privdir.Dir, error) {
	dirs, err := places(dir, euid(), os.Getenv)
	if err != nil {
		return nil, err
	}
	var opened []*privdir.Dir
	var first error
	for _, path := range dirs {
		d, err := openDir(s.Root, path, mode(), ours(dir))
		if err == nil {
			opened = append(opened, d)
			if !d.ReadOnly() {
				return opened, nil
			}
			continue
		}
		if first == nil {
			first = err
		}
		if !unusable(err) {
			break
		}
	}
	if len(opened) > 0 && unusable(first) || first == nil {
		return opened, nil
	}
	closeDirs(opened)
	switch {
	case unusable(first):
		return nil, fmt.Errorf("%w: mount a directory there, or name one by --dir", first)
	case full(first):
		return nil, fmt.Errorf("%w: %s", first, elsewhere)
	}
	return nil, first
}

func closeDirs(dirs []*privdir.Dir) {
	for _, d := range dirs {
		d.Close()
	}
}

// unusable tells that nothing can be made in a place, and that another may do.
func unusable(err error) bool {
	return errors.Is(err, unix.EROFS) || errors.Is(err, fs.ErrPermission) || errors.Is(err, fs.ErrNotExist)
}

// full tells that there is no room, for which elsewhere is the mend.
func full(err error) bool {
	return errors.Is(err, unix.ENOSPC) || errors.Is(err, unix.EDQUOT)
}

const elsewhere = "make room, or name another directory by --dir"

// entryName is what the directories of archives are called.
var entryName = regexp.MustCompile(`^.+-[0-9a-f]{64}$`)

// ours tells what Find keeps in a private directory. A user's --dir may have
// anything besides, called in whatever way.
func ours(dir string) privdir.Ours {
	return privdir.Ours{
		Named: func(name string, dir bool) bool {
			return dir && entryName.MatchString(name) || !dir && name == marker
		},
		Listed: dir != "",
	}
}

// Clean removes all directories that Find has unpacked into dir, or into those
// that are the user's, and unloads a module that a killed call left.
func Clean(s *System, dir string) error {
	dirs, err := places(dir, euid(), os.Getenv)
	if err != nil {
		return err
	}
	for _, path := range dirs {
		err := privdir.Clean(s.Root, path, ours(dir), func(d *privdir.Dir) error { return s.unloadMarked(d) })
		if err != nil && !(errors.Is(err, unix.EROFS) && len(dirs) > 1) {
			return err
		}
	}
	return nil
}
