package vm

import (
	_ "embed"
	"os"
	"testing"

	"rules_kheaders/tests/vm/machine"
)

//go:embed both.sh
var both string

func TestBoth(t *testing.T) {
	machine.Machine{
		Arch:    os.Getenv("ARCH"),
		Kernel:  data(t, "KERNEL"),
		Busybox: data(t, "BUSYBOX"),
		Init:    both,
		Files: map[string]machine.File{
			"/archive":     {Path: data(t, "ARCHIVE")},
			"/kheaders.ko": {Path: data(t, "MODULE")},
			"/procfs.ko":   {Data: renamed(t, read(t, data(t, "PROCFS")))},
			"/sysfs.ko":    {Data: renamed(t, read(t, data(t, "SYSFS")))},
		},
	}.Run(t)
}
