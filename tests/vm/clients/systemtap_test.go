package clients

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
	"github.com/rules-kheaders/rules_kheaders/tests/vm/machine"
	"github.com/rules-kheaders/rules_kheaders/tools/cpulimit"
)

// prepare makes of the tree what stap wants: the configuration in the place
// that a kernel's build has it, and the release that the kernel tells, where
// Debian's packages have the upstream version.
const prepare = `
cp include/config/auto.conf .config
sed -n 's/#define UTS_RELEASE "\(.*\)"/\1/p' include/generated/utsrelease.h >include/config/kernel.release
`

// TestSystemtap compiles a probe with nothing but an unpacked archive, as
// rules/docs/running-kernel.md says, and runs it in the kernel.
func TestSystemtap(t *testing.T) {
	tree, work := t.TempDir(), t.TempDir()
	run(t, work, "tar", "-xf", runfile.Path(t, "ARCHIVE"), "-C", tree)
	run(t, tree, "sh", "-c", prepare)
	if err := os.WriteFile(filepath.Join(work, "exec.stp"), []byte(machine.Scripts(t, scripts, "exec.stp")), 0o644); err != nil {
		t.Fatal(err)
	}
	run(t, work, "stap", "-v", "-g", "-B", "CONFIG_MODVERSIONS=y", "-r", tree, "-p4", "-m", "exec_probe", "exec.stp")
	machineOf(t, "systemtap.sh", map[string]machine.File{
		"/debian/exec_probe.ko": {Path: filepath.Join(work, "exec_probe.ko")},
		"/debian/staprun":       {Path: filepath.Join(filepath.Dir(runfile.Path(t, "LAYER")), "root/usr/bin/staprun"), Exec: true},
	}).Run(t)
}

func run(t *testing.T, dir, name string, args ...string) {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	// Nothing of the test's environment may help: a user has a shell.
	cmd.Env = []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", "HOME=" + dir, "TMPDIR=" + t.TempDir()}
	out, err := cpulimit.CombinedOutput(cmd, cpulimit.Limit{CPU: 30 * time.Minute}) // stap compiles hundreds of files
	if err != nil {
		t.Fatalf("%s: %v\n%s", cmd, err, out)
	}
	t.Logf("%s\n%s", cmd, out)
}
