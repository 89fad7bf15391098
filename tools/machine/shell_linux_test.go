package machine

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// guest is what a guest does whose shell knows one command, and takes the first
// end of its input for that of a command.
const guest = `echo booting
echo "# a shell in this machine: exit or Ctrl-D turns it off"
n=0
while c=$(dd bs=1 count=1 2>/dev/null; echo x); do
  c=${c%x}
  case $c in
    "$(printf '\004')") n=$((n + 1)); [ $n -lt 2 ] || exit 0 ;;
    q) exit 0 ;;
    "") exit 9 ;;
    *) printf %s "$c" ;;
  esac
done
`

func TestShell(t *testing.T) {
	for _, c := range []struct{ name, script, typed, want, err string }{
		{"is left", guest, "ab\nq", "ab\n", ""},
		{"has no more input", guest, "ab\n", "ab\n", ""},
		{"never comes", "echo booting", "", "", "stopped before it had a shell"},
		{"fails", "echo no such machine >&2; exit 1", "", "", "exit status 1: no such machine"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, w, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			io.WriteString(w, c.typed)
			w.Close()
			var out strings.Builder
			err = fakeQEMU(t, c.script).Shell(r, &out)
			if c.err == "" && err != nil || c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)) {
				t.Errorf("error %v, want %q", err, c.err)
			}
			if !strings.HasSuffix(out.String(), c.want) {
				t.Errorf("%q, want %q at its end", out.String(), c.want)
			}
		})
	}
}

// TestTerminal has a terminal's keys go to the guest from when its shell is
// there, Ctrl-C among them, and what the terminal was before come back.
func TestTerminal(t *testing.T) {
	ptmx, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer ptmx.Close()
	if err := unix.IoctlSetPointerInt(int(ptmx.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(int(ptmx.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	tty, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer tty.Close()
	before, err := unix.IoctlGetTermios(int(tty.Fd()), unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	r, w := io.Pipe()
	done := make(chan error, 1)
	m := fakeQEMU(t, guest)
	go func() {
		err := m.Shell(tty, w)
		w.Close()
		done <- err
	}()
	// The fake one says what it was given: no line, no signal is made of that.
	out := bufio.NewReader(r)
	for line := ""; !strings.HasPrefix(line, ready); {
		if line, err = out.ReadString('\n'); err != nil {
			t.Fatal(err)
		}
	}
	for raw := false; !raw; {
		now, err := unix.IoctlGetTermios(int(tty.Fd()), unix.TCGETS)
		if err != nil {
			t.Fatal(err)
		}
		raw = now.Lflag&unix.ICANON == 0
	}
	io.WriteString(ptmx, "a\x03")
	got := make([]byte, 2)
	if _, err := io.ReadFull(out, got); err != nil || string(got) != "a\x03" {
		t.Errorf("the guest was given %q, %v", got, err)
	}
	io.WriteString(ptmx, "q")
	if _, err := io.Copy(io.Discard, out); err != nil {
		t.Error(err)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
	after, err := unix.IoctlGetTermios(int(tty.Fd()), unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	if *after != *before {
		t.Errorf("the terminal was %+v and is %+v", before, after)
	}
}
