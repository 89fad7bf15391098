package main

import (
	"fmt"
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

// TestTerminal asks of a terminal, and of what is none, whether it is to have
// colours.
func TestTerminal(t *testing.T) {
	ptmx, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer ptmx.Close()
	fd := int(ptmx.Fd())
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	tty, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer tty.Close()
	if err := unix.IoctlSetWinsize(int(tty.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: 101}); err != nil {
		t.Fatal(err)
	}
	plain, err := os.Create(t.TempDir() + "/plain")
	if err != nil {
		t.Fatal(err)
	}
	defer plain.Close()
	for _, c := range []struct {
		f         *os.File
		no, term  string
		colour    bool
		wantWidth int
	}{
		{tty, "", "xterm", true, 101},
		{tty, "1", "xterm", false, 101},
		{tty, "", "dumb", false, 101},
		{plain, "", "xterm", false, 0},
	} {
		t.Setenv("NO_COLOR", c.no)
		t.Setenv("TERM", c.term)
		if colour, width := terminal(c.f); colour != c.colour || width != c.wantWidth {
			t.Errorf("%s with NO_COLOR=%q and TERM=%q: colours %v, %d columns", c.f.Name(), c.no, c.term, colour, width)
		}
	}
}
