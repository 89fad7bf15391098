package vm

import (
	"crypto/sha256"
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
	"github.com/rules-kheaders/rules_kheaders/tools/cpulimit"
)

// typed is what a user types into the shell; its end is that of the machine. What
// comes out has the results, which what is typed has not.
const typed = `
echo "answer: $((6 * 7)) on $(uname -s)"
sha256sum /proc/kheaders.tgz
ls /headers/include/linux/sched.h && grep -c . /headers/include/linux/sched.h | sed 's/^[1-9].*/it has lines/'
false || echo "status: $?"
`

// TestShell drives `bazel run //:quickstart.vm`.
func TestShell(t *testing.T) {
	cmd := exec.Command(runfile.Path(t, "VM"))
	cmd.Stdin = strings.NewReader(typed)
	b, err := cpulimit.CombinedOutput(cmd, cpulimit.Limit{})
	out := strings.ReplaceAll(string(b), "\r", "")
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, want := range []string{
		"\nanswer: 42 on Linux\n",
		fmt.Sprintf("\n%x  /proc/kheaders.tgz\n", sha256.Sum256(runfile.Read(t, "ARCHIVE"))),
		"\n/headers/include/linux/sched.h\n",
		"\nit has lines\n",
		"\nstatus: 1\n",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("there is no %q in what the shell said:\n%s", want, out)
		}
	}
}
