// Package infile opens input files that must be regular ones.
package infile

import (
	"fmt"
	"os"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/oserr"
)

// Open opens the regular file at path and tells its size in bytes. Anything
// else, such as a pipe, which could keep a reader waiting for ever, is an
// error that says what it is. Errors do not name the path: the caller knows
// what the user calls the file.
func Open(path string) (*os.File, int64, error) {
	// Asked before it is opened: to open a pipe may take for ever.
	st, err := os.Stat(path)
	if err != nil {
		return nil, 0, oserr.Reason(err)
	}
	if what := Special(st.Mode()); what != "" {
		return nil, 0, fmt.Errorf("it is %s, not a regular file", what)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, oserr.Reason(err)
	}
	if st, err = f.Stat(); err != nil {
		f.Close()
		return nil, 0, oserr.Reason(err)
	}
	return f, st.Size(), nil
}

// Special says what a file is that is not a regular one; "" for one that is.
func Special(m os.FileMode) string {
	switch {
	case m.IsRegular():
		return ""
	case m.IsDir():
		return "a directory"
	case m&os.ModeNamedPipe != 0:
		return "a named pipe"
	case m&os.ModeSocket != 0:
		return "a socket"
	case m&os.ModeDevice != 0:
		return "a device"
	}
	return "a special file"
}
