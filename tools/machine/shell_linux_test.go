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

// guest is what a guest does at a terminal whose shell knows one command.
const guest = `echo booting
echo "# a shell in this machine: exit or Ctrl-D turns it off"
while c=$(dd bs=1 count=1 2>/dev/null; echo x); do
  c=${c%x}
  case $c in
    q) exit 0 ;;
    "") exit 9 ;;
    *) printf %s "$c" ;;
  esac
done
`

// scripted is what a guest does whose shell reads a script, and says it.
const scripted = `while [ "$1" != -initrd ]; do shift; done
token=$(sed -n 's/^token=//p' "$2")
echo booting
echo "# a shell in this machine runs what is piped into it"
while printf '\036%s?' "$token" && read -r size && [ "$size" -gt 0 ]; do
  head -c "$size"
done
`

func TestShell(t *testing.T) {
	const ends = `printf '\036%s7\n' "$token"`
	long := strings.Repeat("\x1e, and 15 bytes", 1<<14)
	for _, c := range []struct {
		name, script, given, want string
		status                    int
		err                       string
	}{
		{"runs a script", scripted + ends, "ab\n", "into it\nab\n", 7, ""},
		{"runs a long one", scripted + ends, long, "into it\n" + long, 7, ""},
		{"runs nothing", scripted + ends, "", "into it\n", 7, ""},
		{"says more at the end", scripted + ends + "; echo reboot: Restarting system", "ab\n", "into it\nab\n", 7, ""},
		{"asks without end", scripted + `i=0; while [ $i -lt 99 ]; do printf '\036%s?' "$token"; i=$((i + 1)); done; ` + ends, "", "into it\n", 7, ""},
		{"does not end", scripted + `echo "Kernel panic - not syncing: x"`, "ab\n", "not syncing: x\n", 0, `stopped before its shell had ended: its kernel says "Kernel panic - not syncing: x"`},
		{"ends as no shell does", scripted + `printf '\036%snine\n' "$token"; exec sleep 60`, "", "", 0, `its shell ended with status "nine", which is no number`},
		{"never comes", "echo booting", "", "", 0, "the guest stopped before it had a shell"},
		{"says nothing", ":", "", "", 0, "stopped before it had a shell: it said nothing: give it more memory"},
		{"fails", "echo no such machine >&2; exit 1", "", "", 0, `exit status 1: it says "no such machine"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, w, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			go func() {
				defer w.Close()
				io.WriteString(w, c.given)
			}()
			var out strings.Builder
			status, err := fakeQEMU(t, c.script).Shell(r, &out)
			if c.err == "" && err != nil || c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err) || strings.Contains(err.Error(), "\n")) {
				t.Errorf("error %v, want %q", err, c.err)
			}
			if status != c.status || !strings.HasSuffix(out.String(), c.want) {
				t.Errorf("status %d, and %.100q; want %d, and %.100q at its end", status, out.String(), c.status, c.want)
			}
		})
	}
}

// TestUnreadable has a script that cannot be read.
func TestUnreadable(t *testing.T) {
	dir, err := os.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer dir.Close()
	_, err = fakeQEMU(t, scripted+`printf '\036%s0\n' "$token"`).Shell(dir, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "read what the guest's shell is to run: ") {
		t.Errorf("error %v", err)
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
		status, err := m.Shell(tty, w)
		if status != 0 {
			t.Errorf("status %d", status)
		}
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
