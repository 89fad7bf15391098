package vm

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
	"github.com/rules-kheaders/rules_kheaders/tools/cpulimit"
)

// piped is what a user pipes into the shell: more than a console keeps that nobody
// reads, with commands that take a while before the rest of it. What comes out has
// the results, which the script has not.
func piped() string {
	var b strings.Builder
	b.WriteString(`
echo "answer: $((6 * 7)) on $(uname -s)"
sha256sum /proc/kheaders.tgz
ls /headers/include/linux/sched.h && grep -c . /headers/include/linux/sched.h | sed 's/^[1-9].*/it has lines/'
false || echo "status: $?"
printf 'a mark: \036?\n'
n=0
`)
	for i := range lines {
		fmt.Fprintf(&b, "n=$((n + 1)); [ $n = %d ] || echo \"line %d is the $n.\" # Ctrl-C and Ctrl-D are bytes here: \x03 \x04\n", i+1, i+1)
		if i == lines/2 {
			b.WriteString("sha256sum /proc/kheaders.tgz >/dev/null; echo \"half of it is done\"\n")
		}
	}
	fmt.Fprintf(&b, "echo \"$((n + 0)) lines in order\"\nexit %d\necho \"still $((0 + 0)) here\"\n", status)
	return b.String()
}

const (
	lines  = 1500
	status = 42
)

// TestShell drives `bazel run //:quickstart.vm`.
func TestShell(t *testing.T) {
	script := piped()
	if len(script) < 100<<10 {
		t.Fatalf("the script has %d bytes only", len(script))
	}
	cmd := exec.Command(runfile.Path(t, "VM"))
	cmd.Stdin = strings.NewReader(script)
	b, err := cpulimit.CombinedOutput(cmd, cpulimit.Limit{})
	out := strings.ReplaceAll(string(b), "\r", "")
	if exit := new(exec.ExitError); !errors.As(err, &exit) || exit.ExitCode() != status {
		t.Fatalf("%v, want exit status %d\n%s", err, status, out)
	}
	// Nothing but the shell's output is behind the line that says it is there.
	_, said, _ := strings.Cut(out, "# a shell in this machine runs what is piped into it\n")
	want := fmt.Sprintf(`answer: 42 on Linux
%x  /proc/kheaders.tgz
/headers/include/linux/sched.h
it has lines
status: 1
a mark: %c?
half of it is done
%d lines in order
`, sha256.Sum256(runfile.Read(t, "ARCHIVE")), '\036', lines)
	if said != want {
		t.Errorf("the shell said %q, want %q; all:\n%s", said, want, out)
	}
}
