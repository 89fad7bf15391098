package privdir

import (
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// owner returns who owns a file.
func owner(st fs.FileInfo) int {
	if s, ok := st.Sys().(*syscall.Stat_t); ok {
		return int(s.Uid)
	}
	return -1
}

const othersWrite = 0o022 // an access list counts as the group

// onTheWay checks a directory that a path goes through.
func onTheWay(path string, st fs.FileInfo) error {
	if uid := owner(st); uid != 0 && uid != os.Geteuid() {
		return fmt.Errorf("%q belongs to the user %d: name a directory of your own, below ones of root or your own", path, uid)
	}
	if st.Mode().Perm()&othersWrite != 0 && st.Mode()&fs.ModeSticky == 0 {
		return writable(path, st)
	}
	return nil
}

// atTheEnd checks the directory that a path leads to.
func atTheEnd(path string, st fs.FileInfo) error {
	if uid := owner(st); uid != os.Geteuid() {
		return fmt.Errorf("%q belongs to the user %d: name a directory of your own", path, uid)
	}
	if st.Mode().Perm()&othersWrite != 0 {
		return writable(path, st)
	}
	return nil
}

func writable(path string, st fs.FileInfo) error {
	return fmt.Errorf("%q (mode %04o) can be written to by other users: run chmod go-w on it, or name another directory", path, st.Mode().Perm())
}
