package vm

import (
	"bytes"
	"os"
	"os/exec"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
	"github.com/rules-kheaders/rules_kheaders/tests/vm/machine"
)

func TestBoth(t *testing.T) {
	m := machine.Machine{
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
	}
	if program := os.Getenv("XZFILE"); program != "" {
		withXZ(t, &m, runfile.At(t, program))
	}
	m.Run(t)
}

// withXZ lets the kernel decompress by itself what our compressor made: the
// initramfs, and the module.
func withXZ(t *testing.T, m *machine.Machine, program string) {
	t.Helper()
	compress := exec.Command(program, "-dict=1048576") // as modules_install does
	compress.Stdin, compress.Stderr = bytes.NewReader(runfile.Read(t, "MODULE")), os.Stderr
	module, err := compress.Output()
	if err != nil {
		t.Fatal(err)
	}
	m.Compressor = program
	m.Files["/kheaders.ko.xz"] = machine.File{Data: module}
	m.Files["/bin/insmodz"] = machine.File{Path: runfile.Path(t, "INSMODZ"), Exec: true}
	m.Init += machine.Scripts(t, scripts, "xz.sh")
}
