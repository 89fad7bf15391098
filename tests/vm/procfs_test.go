package vm

import (
	_ "embed"
	"os"
	"testing"

	"rules_kheaders/tests/vm/machine"
)

//go:embed procfs.sh
var procfs string

func TestProcfs(t *testing.T) {
	module := data(t, "MODULE")
	machine.Machine{
		Arch:    os.Getenv("ARCH"),
		Kernel:  data(t, "KERNEL"),
		Busybox: data(t, "BUSYBOX"),
		Init:    procfs,
		Files: map[string]machine.File{
			"/archive":     {Path: data(t, "ARCHIVE")},
			"/kheaders.ko": {Path: module},
			"/other.ko":    {Data: renamed(t, read(t, module))},
		},
	}.Run(t)
}
