package vm

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
	"github.com/rules-kheaders/rules_kheaders/tests/vm/machine"
)

func TestRead(t *testing.T) {
	m := machine.Machine{
		Arch:    os.Getenv("ARCH"),
		Kernel:  runfile.Path(t, "KERNEL"),
		Busybox: runfile.Path(t, "BUSYBOX"),
		Init:    machine.Scripts(t, scripts, "module.sh", "read.sh"),
		Files: map[string]machine.File{
			"/archive":     {Path: runfile.Path(t, "ARCHIVE")},
			"/kheaders.ko": {Path: runfile.Path(t, "MODULE")},
		},
	}
	if os.Getenv("LAYER") != "" {
		layer := filepath.Dir(runfile.Path(t, "LAYER"))
		m.Emulators = filepath.Join(layer, "bin")
		if m.Arch == "riscv" {
			m.Firmware = filepath.Join(layer, "root/usr/lib/riscv64-linux-gnu/opensbi/generic/fw_dynamic.bin")
		}
	}
	m.Run(t)
}
