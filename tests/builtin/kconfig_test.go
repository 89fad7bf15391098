package builtin

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
	"github.com/rules-kheaders/rules_kheaders/tools/cpulimit"
)

// TestKconfig tries the values of IKHEADERS_PROC and of the kernel's own
// IKHEADERS in a kernel's tree, and builds ours as a module there.
func TestKconfig(t *testing.T) {
	args := append([]string{"-eu", runfile.Path(t, "SCRIPT"), runfile.Path(t, "PREPARED"), runfile.Path(t, "KHEADERS")}, runfile.Paths(t, "SOURCES")...)
	cmd := exec.Command("bash", args...)
	// Nothing of the test's environment may help: a user has a shell.
	cmd.Env = []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "TMPDIR=" + os.TempDir()}
	out, err := cpulimit.CombinedOutput(cmd, cpulimit.Limit{})
	t.Logf("%s", out)
	if err != nil {
		t.Error(err)
	}
	if n := strings.Count(string(out), "IKHEADERS_PROC="); n != 12 {
		t.Errorf("%d configurations were tried, want 12", n)
	}
}
