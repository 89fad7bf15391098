package outfile

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// isDescriptor tells whether path names an open file of this process, as
// /dev/stdout does: a symbolic link to one, or to a link to one. The name
// belongs to the system and is not replaced, even if the file is a plain one.
func isDescriptor(path string) bool {
	for range 8 {
		dir, err := filepath.EvalSymlinks(filepath.Dir(path))
		if err != nil {
			return false
		}
		if dir == "/dev" || strings.HasPrefix(dir, "/proc/") {
			return true
		}
		to, err := os.Readlink(path)
		if err != nil {
			return false
		}
		if !filepath.IsAbs(to) {
			to = filepath.Join(dir, to)
		}
		path = to
	}
	return false
}

// openDirect opens what is not replaced. Standard output keeps its place: to
// open it anew would start at the front of a file that a shell appends to.
func openDirect(path string) (*os.File, error) {
	std := map[string]int{"/dev/stdout": 1, "/dev/fd/1": 1, "/proc/self/fd/1": 1, "/dev/stderr": 2, "/dev/fd/2": 2, "/proc/self/fd/2": 2}
	fd, ok := std[filepath.Clean(path)]
	if !ok {
		return os.OpenFile(path, os.O_WRONLY, 0)
	}
	fd, err := syscall.Dup(fd)
	if err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(fd), path), nil
}
