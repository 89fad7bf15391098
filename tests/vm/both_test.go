package vm

import (
	"os"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
	"github.com/rules-kheaders/rules_kheaders/tests/vm/machine"
)

func TestBoth(t *testing.T) {
	machine.Machine{
		Arch:    os.Getenv("ARCH"),
		Kernel:  runfile.Path(t, "KERNEL"),
		Busybox: runfile.Path(t, "BUSYBOX"),
		CPUs:    2,
		Init:    "sysfs_name=" + os.Getenv("SYSFS_NAME") + "\n" + machine.Scripts(t, scripts, "module.sh", "both.sh"),
		Files: map[string]machine.File{
			"/archive":     {Path: runfile.Path(t, "ARCHIVE")},
			"/kheaders.ko": {Path: runfile.Path(t, "MODULE")},
			"/procfs.ko":   {Data: renamed(t, runfile.Read(t, "PROCFS"))},
			"/sysfs.ko":    {Data: renamed(t, runfile.Read(t, "SYSFS"))},
		},
	}.Run(t)
}
