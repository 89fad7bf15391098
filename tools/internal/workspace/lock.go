package workspace

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/oserr"
)

// Lock waits until no other process has the lock of the workspace at root, and
// takes it. It ends with the process, or when it is released. Where the file
// system knows no locks there is none. waits is told, before a wait, who has it.
func Lock(root string, waits func(holder string)) (release func(), err error) {
	dir, err := os.Open(root)
	if err != nil {
		return nil, fmt.Errorf("open %q: %w", root, oserr.Reason(err))
	}
	err = flock(dir, unix.LOCK_EX|unix.LOCK_NB)
	if errors.Is(err, unix.EWOULDBLOCK) {
		waits(holder(dir))
		err = flock(dir, unix.LOCK_EX)
	}
	switch {
	case err == nil, errors.Is(err, unix.ENOTSUP), errors.Is(err, unix.ENOLCK), errors.Is(err, unix.EBADF), errors.Is(err, unix.EINVAL), errors.Is(err, unix.ENOSYS):
		return func() { dir.Close() }, nil
	}
	dir.Close()
	return nil, fmt.Errorf("lock %q: %w", root, err)
}

func flock(f *os.File, how int) error {
	for {
		if err := unix.Flock(int(f.Fd()), how); !errors.Is(err, unix.EINTR) {
			return err
		}
	}
}

// holder names the process that has the lock of a file, as far as the system
// tells.
func holder(f *os.File) string {
	const unknown = "another process"
	var st unix.Stat_t
	if unix.Fstat(int(f.Fd()), &st) != nil {
		return unknown
	}
	locks, err := os.ReadFile("/proc/locks")
	if err != nil {
		return unknown
	}
	for line := range strings.Lines(string(locks)) {
		// 1: FLOCK  ADVISORY  WRITE 4711 08:02:1234567 0 EOF
		w := strings.Fields(line)
		if len(w) < 6 || w[1] != "FLOCK" || !strings.HasSuffix(w[5], fmt.Sprintf(":%d", st.Ino)) {
			continue
		}
		if name, err := os.ReadFile("/proc/" + w[4] + "/comm"); err == nil {
			return fmt.Sprintf("process %s (%s)", w[4], strings.TrimSpace(string(name)))
		}
	}
	return unknown
}
