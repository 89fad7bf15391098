package tmpfile

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

const suffix = ".tmp"

// prefix begins the temporary names of what is to be at path. It is short
// enough for the file system's limit of 255 bytes.
func prefix(path string) string {
	base := filepath.Base(path)
	if len(base) > 200 {
		base = base[:200]
	}
	return "." + base + ".kheaders-"
}

// pattern is that for os.CreateTemp, which puts digits for the last *.
func pattern(path string) string { return prefix(path) + "*" + suffix }

// Sweep removes what was made for path by processes that were killed: files and
// directories of this user by the names that Create and Mkdir give, which nobody
// has locked. What cannot be removed stays.
func Sweep(path string) {
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return
	}
	defer dir.Close()
	names, _ := dir.Readdirnames(-1)
	for _, name := range names {
		middle, ok := strings.CutPrefix(name, prefix(path))
		if !ok {
			continue
		}
		digits, ok := strings.CutSuffix(middle, suffix)
		if ok && digits != "" && strings.Trim(digits, "0123456789") == "" {
			sweep(filepath.Join(filepath.Dir(path), name))
		}
	}
}

func sweep(name string) {
	fd, err := unix.Open(name, unix.O_RDONLY|unix.O_NOFOLLOW|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return
	}
	f := os.NewFile(uintptr(fd), name)
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return
	}
	if s, ok := st.Sys().(*syscall.Stat_t); !ok || int(s.Uid) != os.Geteuid() {
		return
	}
	// Whoever makes it looks again after the lock, as is done here.
	if unix.Flock(fd, unix.LOCK_EX|unix.LOCK_NB) != nil || !stillThere(f) {
		return
	}
	switch {
	case st.IsDir():
		os.RemoveAll(name)
	case st.Mode().IsRegular():
		os.Remove(name)
	}
}
