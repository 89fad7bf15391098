// Package machine boots a kernel in QEMU for a test, with an initramfs of its
// own, and collects what the guest's checks say. All instructions are emulated
// (TCG): KVM is neither needed nor used.
package machine

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rules-kheaders/rules_kheaders/tests/cpulimit"
)

// Machine is what to boot.
type Machine struct {
	// Arch is the kernel's name of the architecture, one of emulators.
	Arch string
	// Emulators is the directory of QEMU's programs; "" is PATH.
	Emulators string
	// Firmware is what QEMU starts before the kernel; "" is its own choice.
	Firmware string
	// Kernel is the image, such as vmlinuz.
	Kernel string
	// Busybox is a busybox for that architecture, without libraries.
	Busybox string
	// Init is the script that busybox runs as the first process, between
	// prelude.sh and trouble.sh, which say what it can use, and finish.sh.
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
	// virtio_console in the kernel, or among Drivers.
	Channel func(io.ReadWriter) error
	// Limit ends the guest, by the CPU time that QEMU takes.
	Limit cpulimit.Limit
}

// kernelArguments and no_timer_check: a busy host may not run the guest for
// seconds on end, and no check that goes by the clock may take that for a bug.
const kernelArguments = "panic=-1 quiet nowatchdog rcupdate.rcu_cpu_stall_suppress=1 workqueue.watchdog_thresh=0"

// logTail is how much of the guest's log a failure shows, in bytes.
const logTail = 6000

// Run boots the machine and returns when it is off. It fails t for each check
// that the guest reports as failed, and if the guest does not come to its end.
// The guest's log is console.log among the test's outputs.
func (m Machine) Run(t *testing.T) {
	t.Helper()
	log := filepath.Join(outputs(t), "console.log")
	start := time.Now()
	err := m.run(t, log, func(r Result) {
		if r.OK {
			t.Logf("ok %s", r.Name)
		} else {
			t.Errorf("in the guest: not ok %s", r.Name)
		}
	})
	// For who asks what a test costs; no check goes by it.
	fmt.Printf("the guest ran for %.1f s of this machine's time\n", time.Since(start).Seconds())
	if err != nil {
		t.Error(err)
	}
	if t.Failed() {
		t.Logf("end of the guest's log (whole: %s):\n%s", log, tail(log))
	}
}

func (m Machine) run(t *testing.T, log string, each func(Result)) error {
	initrd := filepath.Join(t.TempDir(), "initramfs")
	if err := m.writeInitramfs(initrd); err != nil {
		return err
	}
	argv := m.command(initrd)
	channel := make(chan error, 1)
	if m.Channel != nil {
		l, err := listen(t)
		if err != nil {
			return err
		}
		defer l.Close()
		argv = append(argv,
			"-device", "virtio-serial-pci",
			"-chardev", "socket,id=channel,path="+l.Addr().String(),
			"-device", "virtserialport,chardev=channel")
		go serve(l, m.Channel, channel)
	}
	cmd := exec.Command(argv[0], argv[1:]...)
	// The guest ends with the test, whatever ends the test: to Linux that is
	// the thread that started it, which so has to stay as long.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	var stderr strings.Builder
	cmd.Stderr = &stderr
	console, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	file, err := os.Create(log)
	if err != nil {
		return err
	}
	defer file.Close()
	qemu, err := cpulimit.Start(cmd, m.Limit)
	if err != nil {
		return fmt.Errorf("start %s: %w", argv[0], err)
	}
	parsed := make(chan error, 1)
	go func() {
		all := io.TeeReader(console, file)
		err := parseResults(all, each)
		io.Copy(io.Discard, all)
		parsed <- err
	}()

	if m.Channel != nil {
		select {
		case err := <-channel:
			if err != nil {
				qemu.Kill(err)
			}
		case err := <-parsed: // it is off before its time
			parsed <- err
		}
	}
	err = <-parsed
	waited := qemu.Wait()
	if exit := new(exec.ExitError); errors.As(waited, &exit) {
		waited = fmt.Errorf("%s: %w: %s", argv[0], waited, strings.TrimSpace(stderr.String()))
	}
	return errors.Join(waited, err)
}

// emulator is how QEMU is called for an architecture: the machine, and the
// kernel's arguments that are the machine's own.
type emulator struct{ program, machine, console string }

var emulators = map[string]emulator{
	"arm":   {"qemu-system-arm", "virt", "console=ttyAMA0"},
	"arm64": {"qemu-system-aarch64", "virt", "console=ttyAMA0"},
	"riscv": {"qemu-system-riscv64", "virt", "console=ttyS0"},
	"s390":  {"qemu-system-s390x", "s390-ccw-virtio", "console=ttyS0"},
	"x86":   {"qemu-system-x86_64", "pc", "console=ttyS0 no_timer_check"},
}

// command is QEMU's command line. The console is standard output.
func (m Machine) command(initrd string) []string {
	cpus, memory := m.CPUs, m.Memory
	if cpus == 0 {
		cpus = 1
	}
	if memory == 0 {
		memory = 512
	}
	e := emulators[m.Arch]
	argv := []string{filepath.Join(m.Emulators, e.program)}
	if m.Emulators != "" {
		// It looks beside itself otherwise.
		argv = append(argv, "-L", "/usr/share/qemu")
	}
	if m.Firmware != "" {
		argv = append(argv, "-bios", m.Firmware)
	}
	argv = append(argv,
		"-machine", e.machine, "-accel", "tcg,thread=multi", "-cpu", "max", "-smp", fmt.Sprint(cpus), "-m", fmt.Sprint(memory),
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

// sleeps finds the command in a script, not the word in a comment.
var sleeps = regexp.MustCompile(`(?m)^[^#\n]*\bu?sleep\b.*$`)

func (m Machine) writeInitramfs(to string) error {
	if line := sleeps.FindString(m.Init); line != "" {
		return fmt.Errorf("the guest's script waits by the clock: %q: let it wait for what it needs", strings.TrimSpace(line))
	}
	if err := checkStatic(m.Busybox); err != nil {
		return err
	}
	files := map[string]File{
		"/bin/busybox": {Path: m.Busybox, Exec: true},
		"/init":        {Data: []byte("#!/bin/busybox sh\n" + prelude + trouble + m.Init + finish), Exec: true},
		"/etc/passwd":  {Data: []byte("root:x:0:0::/:/bin/sh\nuser:x:1000:1000::/:/bin/sh\n")},
		"/etc/group":   {Data: []byte("root:x:0:\nuser:x:1000:\n")},
		"/tmp/said":    {},
		"/dev/.keep":   {},
		"/proc/.keep":  {},
		"/sys/.keep":   {},
	}
	for i, driver := range m.Drivers {
		files[fmt.Sprintf("/drivers/%02d.ko", i)] = File{Path: driver}
	}
	for name, f := range m.Files {
		files[name] = f
	}
	w, err := os.Create(to)
	if err != nil {
		return err
	}
	defer w.Close()
	if m.Compressor == "" {
		if err := WriteInitramfs(w, files); err != nil {
			return err
		}
		return w.Close()
	}
	var cpio bytes.Buffer
	if err := WriteInitramfs(&cpio, files); err != nil {
		return err
	}
	compress := exec.Command(m.Compressor)
	compress.Stdin, compress.Stdout, compress.Stderr = &cpio, w, os.Stderr
	if err := compress.Run(); err != nil {
		return fmt.Errorf("compress the initramfs: %w", err)
	}
	return w.Close()
}

// listen makes a socket that QEMU can be told of: its path must be short.
func listen(t *testing.T) (net.Listener, error) {
	dir, err := os.MkdirTemp("/tmp", "vm")
	if err != nil {
		return nil, err
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return net.Listen("unix", filepath.Join(dir, "channel"))
}

// serve calls channel with QEMU's connection and says in done what came of it.
// The connection stays until QEMU ends: if it is closed before, what the guest
// has not read yet is lost.
func serve(l net.Listener, channel func(io.ReadWriter) error, done chan<- error) {
	c, err := l.Accept()
	if err != nil {
		done <- fmt.Errorf("wait for QEMU: %w", err)
		return
	}
	defer c.Close()
	done <- channel(c)
	io.Copy(io.Discard, c)
}
