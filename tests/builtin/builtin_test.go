// Package builtin tests a kernel with an archive built in.
package builtin

import (
	_ "embed"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
	"github.com/rules-kheaders/rules_kheaders/tests/vm/machine"
)

//go:embed builtin.sh
var checks string

func TestMarkersInKernel(t *testing.T) {
	if n := strings.Count(string(runfile.Read(t, "VMLINUX")), "IKHD_ST"+string(runfile.Read(t, "ARCHIVE"))+"IKHD_ED"); n != 1 {
		t.Errorf("vmlinux has the archive between markers %d times, want once", n)
	}
}

func TestBoot(t *testing.T) {
	machine.Machine{
		Arch:    "x86",
		Kernel:  runfile.Path(t, "KERNEL"),
		Busybox: runfile.Path(t, "BUSYBOX"),
		Init:    checks,
		Files:   map[string]machine.File{"/archive": {Path: runfile.Path(t, "ARCHIVE")}},
	}.Run(t)
}
