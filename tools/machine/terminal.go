package machine

import (
	"os"
	"sync"

	"golang.org/x/term"
)

// terminal is that of a shell, if it has one.
type terminal struct {
	fd            int
	is            bool
	rows, columns int
}

// rawTerminal is the one that gives each key away, and what it was before.
var rawTerminal struct {
	sync.Mutex
	fd     int
	before *term.State
}

func openTerminal(f *os.File) terminal {
	// Without one, a long line of input or output stays a line.
	t := terminal{fd: int(f.Fd()), rows: 24, columns: 1000}
	if t.is = term.IsTerminal(t.fd); t.is {
		if columns, rows, err := term.GetSize(t.fd); err == nil && columns > 0 && rows > 0 {
			t.rows, t.columns = rows, columns
		}
	}
	return t
}

// raw has the terminal give each key away, Ctrl-C among them.
func (t terminal) raw() error {
	if !t.is {
		return nil
	}
	before, err := term.MakeRaw(t.fd)
	if err != nil {
		return err
	}
	rawTerminal.Lock()
	defer rawTerminal.Unlock()
	rawTerminal.fd, rawTerminal.before = t.fd, before
	return nil
}

// Abort gives the terminal of a shell back; also for a process that is told to
// end.
func Abort() {
	rawTerminal.Lock()
	defer rawTerminal.Unlock()
	if rawTerminal.before != nil {
		term.Restore(rawTerminal.fd, rawTerminal.before)
		rawTerminal.before = nil
	}
}
