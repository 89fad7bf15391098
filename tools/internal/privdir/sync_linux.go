package privdir

import (
	"os"

	"golang.org/x/sys/unix"
)

// syncAll writes the file system that f is on to its disk.
func syncAll(f *os.File) error { return unix.Syncfs(int(f.Fd())) }
