package genkheaders

import (
	"os"
	"syscall"
	"time"
)

// changeOf is when anything about a file changed, which nobody can set, and which
// file it is.
func changeOf(info os.FileInfo) (time.Time, uint64) {
	st := info.Sys().(*syscall.Stat_t)
	return time.Unix(st.Ctim.Unix()), st.Ino
}
