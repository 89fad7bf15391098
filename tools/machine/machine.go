// Package machine boots a kernel in QEMU, with an initramfs of its own. It
// collects what the guest's checks say, or gives a shell in it.
package machine

import (
	_ "embed"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/cpulimit"
)

// Machine is what to boot.
type Machine struct {
	// Arch is the kernel's name of the architecture, one of Arches.
	Arch string
	// QEMU is the program that emulates it; "" is looked for in Emulators by
	// QEMU's own name of it.
	QEMU string
	// Emulators is the directory of QEMU's programs; "" is PATH.
	Emulators string
	// Accel is what runs the guest's instructions: "" or "tcg" emulates them,
	// "kvm" needs the host's /dev/kvm and its architecture.
	Accel string
	// Firmware is what QEMU starts before the kernel; "" is its own choice.
	Firmware string
	// Kernel is the image, such as vmlinuz, or what that is from; Image, if not
	// nil, the image as an open file.
	Kernel string
	Image  *os.File
	// Busybox is a busybox for that architecture, without libraries.
	Busybox string
	// Init is the script that busybox runs as the first process, after
	// prelude.sh and trouble.sh, which say what it can use, and before
	// finish.sh, or session.sh for a shell.
	Init string
	// Files are further ones, by their path in the guest.
	Files map[string]File
	// Compressor, if not "", is a program that compresses the initramfs, from
	// its standard input to its standard output.
	Compressor string
	// CPUs is how many the guest has, each a thread of its own; 0 is 1.
	CPUs int
	// Memory is in MiB; 0 is 512.
	Memory int
	// Drivers are kernel modules that are loaded first, in this order.
	Drivers []string
	// Share, if not "", is a directory of this machine that the guest can
	// mount, to read only: type 9p, source "share", trans=virtio. Needs
	// 9pnet_virtio and 9p among Drivers.
	Share string
	// Channel, if not nil, is called with the other end of what is
	// /dev/vport0p1 in the guest, in a goroutine of its own; what it returns
	// fails the test, and stops the guest. Needs virtio_pci and
	// virtio_console in the kernel, or among Drivers. A shell has none.
	Channel func(io.ReadWriter) error
	// Limit ends the guest, by the CPU time that QEMU takes. A shell has none.
	Limit cpulimit.Limit
}

//go:embed prelude.sh
var prelude string

//go:embed trouble.sh
var trouble string

//go:embed finish.sh
var finish string

//go:embed session.sh
var session string

// kernelArguments and no_timer_check: a busy host may not run the guest for
// seconds on end, and no check that goes by the clock may take that for a bug.
const kernelArguments = "panic=-1 quiet nowatchdog rcupdate.rcu_cpu_stall_suppress=1 workqueue.watchdog_thresh=0"

// emulator is how QEMU is called for an architecture: the machine, what it has
// besides with KVM, and the kernel's arguments that are the machine's own.
type emulator struct{ program, machine, kvm, console string }

var emulators = map[string]emulator{
	"arm":   {"qemu-system-arm", "virt", ",gic-version=host", "console=ttyAMA0"},
	"arm64": {"qemu-system-aarch64", "virt", ",gic-version=host", "console=ttyAMA0"},
	"riscv": {"qemu-system-riscv64", "virt", "", "console=ttyS0"},
	"s390":  {"qemu-system-s390x", "s390-ccw-virtio", "", "console=ttyS0"},
	"x86":   {"qemu-system-x86_64", "pc", "", "console=ttyS0 no_timer_check"},
}

// check returns an error for what cannot be booted.
func (m Machine) check() error {
	if _, ok := emulators[m.Arch]; !ok {
		return fmt.Errorf("boot a kernel for %q: this is known of %s alone", m.Arch, strings.Join(slices.Sorted(maps.Keys(emulators)), ", "))
	}
	if m.Accel != "" && m.Accel != "tcg" && m.Accel != "kvm" {
		return fmt.Errorf("boot a kernel by %q: use tcg or kvm", m.Accel)
	}
	if err := m.checkImage(); err != nil {
		return err
	}
	return checkBusybox(m.Busybox, m.Arch)
}

// program is the QEMU that is run.
func (m Machine) program() string {
	if m.QEMU != "" {
		return m.QEMU
	}
	return filepath.Join(m.Emulators, emulators[m.Arch].program)
}

// memory is what the guest has, in MiB.
func (m Machine) memory() int {
	if m.Memory == 0 {
		return 512
	}
	return m.Memory
}

// command is QEMU's command line. The console is standard input and output.
func (m Machine) command(initrd string) []string {
	cpus := m.CPUs
	if cpus == 0 {
		cpus = 1
	}
	e := emulators[m.Arch]
	machine, accel, cpu := e.machine, "tcg,thread=multi", "max"
	if m.Accel == "kvm" {
		machine, accel, cpu = machine+e.kvm, "kvm", "host"
	}
	argv := []string{m.program()}
	if m.Emulators != "" {
		// It looks beside itself otherwise.
		argv = append(argv, "-L", "/usr/share/qemu")
	}
	if m.Firmware != "" {
		argv = append(argv, "-bios", m.Firmware)
	}
	argv = append(argv,
		"-machine", machine, "-accel", accel, "-cpu", cpu, "-smp", fmt.Sprint(cpus), "-m", fmt.Sprint(m.memory()),
		"-nodefaults", "-no-user-config", "-display", "none", "-monitor", "none",
		// With panic=-1 a panic reboots at once, and that ends QEMU.
		"-no-reboot",
		"-kernel", m.Kernel, "-initrd", initrd,
		"-append", e.console+" "+kernelArguments,
		"-serial", "stdio",
	)
	if m.Share != "" {
		argv = append(argv, "-virtfs", "local,path="+m.Share+",mount_tag=share,security_model=none,readonly=on,multidevs=remap")
	}
	return argv
}
