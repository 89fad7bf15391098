package vm

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
	"github.com/rules-kheaders/rules_kheaders/tools/machine"
)

// TestFailures has QEMU itself refuse what it cannot run, or find out at once, and
// that is a line which says what to do. tools/machine has what other versions say.
func TestFailures(t *testing.T) {
	other, err := exec.LookPath("qemu-system-aarch64")
	if err != nil {
		t.Fatal(err)
	}
	cut := filepath.Join(t.TempDir(), "vmlinuz")
	if err := os.WriteFile(cut, runfile.Read(t, "KERNEL")[:0x300], 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		change func(*machine.Machine)
		want   string
	}{
		{"more memory than there can be", func(m *machine.Machine) { m.Memory = 1 << 40 }, "give the machine less memory than 1099511627776 MiB"},
		{"memory that no kernel fits into", func(m *machine.Machine) { m.Memory = 4 }, "it said nothing: give it more memory"},
		{"QEMU for another architecture", func(m *machine.Machine) { m.QEMU = other }, "name a qemu-system-x86_64 of version 7.2 or newer"},
		{"an image that is cut", func(m *machine.Machine) { m.Kernel = cut }, "name a vmlinuz, which the kernel's build calls bzImage"},
		{"KVM for another architecture than this one's", func(m *machine.Machine) {
			if runtime.GOARCH == "arm64" {
				t.Skip("here the kernel would be booted by KVM")
			}
			m.Arch, m.Kernel, m.Busybox, m.Accel = "arm64", runfile.Path(t, "KERNEL_ARM64"), runfile.Path(t, "BUSYBOX_ARM64"), "kvm"
		}, `use accel = "tcg" (--accel=tcg), or a host of the kernel's architecture`},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := machine.Machine{Arch: "x86", Kernel: runfile.Path(t, "KERNEL"), Busybox: runfile.Path(t, "BUSYBOX")}
			c.change(&m)
			err := m.Run(io.Discard, func(machine.Result) {})
			if err == nil || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want a line with %q", err, c.want)
			}
			t.Log(err)
		})
	}
}
