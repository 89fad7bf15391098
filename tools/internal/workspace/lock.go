package workspace

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/oserr"
)

// Lock waits until no other process has the lock of the workspace at root, and
// takes it. It ends with the process, or when it is released. Where the file
// system knows no locks there is none.
func Lock(root string) (release func(), err error) {
	dir, err := os.Open(root)
	if err != nil {
		return nil, fmt.Errorf("open %q: %w", root, oserr.Reason(err))
	}
	for {
		err = unix.Flock(int(dir.Fd()), unix.LOCK_EX)
		if !errors.Is(err, unix.EINTR) {
			break
		}
	}
	switch {
	case err == nil, errors.Is(err, unix.ENOTSUP), errors.Is(err, unix.ENOLCK), errors.Is(err, unix.EBADF), errors.Is(err, unix.EINVAL), errors.Is(err, unix.ENOSYS):
		return func() { dir.Close() }, nil
	}
	dir.Close()
	return nil, fmt.Errorf("lock %q: %w", root, err)
}
