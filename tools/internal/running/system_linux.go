package running

import (
	"runtime/debug"

	"golang.org/x/sys/unix"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/kmod"
)

// ThisMachine returns the machine that this runs on. It calls note for each line
// that there is to say.
func ThisMachine(note func(format string, args ...any)) (*System, error) {
	var u unix.Utsname
	if err := unix.Uname(&u); err != nil {
		return nil, err
	}
	return &System{
		Root:    "/",
		Release: unix.ByteSliceToString(u.Release[:]),
		Machine: unix.ByteSliceToString(u.Machine[:]),
		Load:    (*kmod.Module).Load,
		Unload:  kmod.Unload,
		NoExec:  noExec,
		Note:    note,
	}, nil
}

// memory is what the collector keeps to, in bytes: the command that runs then is
// to have the rest.
const memory = 40 << 20

// LimitMemory has the process take no more memory than it needs.
func LimitMemory() { debug.SetMemoryLimit(memory) }

func noExec(path string) bool {
	var st unix.Statfs_t
	return unix.Statfs(path, &st) == nil && st.Flags&unix.ST_NOEXEC != 0
}
