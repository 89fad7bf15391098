package vm

import (
	"os"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
	"github.com/rules-kheaders/rules_kheaders/tests/vm/machine"
)

func TestProcfs(t *testing.T) {
	machine.Machine{
		Arch:    os.Getenv("ARCH"),
		Kernel:  runfile.Path(t, "KERNEL"),
		Busybox: runfile.Path(t, "BUSYBOX"),
		CPUs:    2,
		Init:    machine.Scripts(t, scripts, "module.sh", "procfs.sh"),
		Files: map[string]machine.File{
			"/archive":     {Path: runfile.Path(t, "ARCHIVE")},
			"/kheaders.ko": {Path: runfile.Path(t, "MODULE")},
			"/other.ko":    {Data: renamed(t, runfile.Read(t, "MODULE"))},
		},
	}.Run(t)
}
