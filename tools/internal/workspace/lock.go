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
	for _, pid := range holders(string(locks), &st) {
		if name, err := os.ReadFile("/proc/" + pid + "/comm"); err == nil {
			return fmt.Sprintf("process %s (%s)", pid, strings.TrimSpace(string(name)))
		}
	}
	return unknown
}

// holders returns the processes that /proc/locks says have the lock of a file. A
// file system that has several devices may be there under another than its
// files say: then there are none.
func holders(locks string, st *unix.Stat_t) []string {
	var out []string
	file := fmt.Sprintf("%02x:%02x:%d", unix.Major(uint64(st.Dev)), unix.Minor(uint64(st.Dev)), st.Ino)
	for line := range strings.Lines(locks) {
		// 1: FLOCK  ADVISORY  WRITE 4711 08:02:1234567 0 EOF
		if w := strings.Fields(line); len(w) > 5 && w[1] == "FLOCK" && w[5] == file {
			out = append(out, w[4])
		}
	}
	return out
}
