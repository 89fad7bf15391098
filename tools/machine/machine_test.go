package machine

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rules-kheaders/rules_kheaders/tools/cpulimit"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/kmod/kmodtest"
)

// fakeQEMU puts a program of the name on PATH that does what script says.
func fakeQEMU(t *testing.T, script string) Machine {
	t.Helper()
	dir := t.TempDir()
	// Nobody runs it, but it needs no libraries.
	busybox := filepath.Join(dir, "busybox")
	kernel := filepath.Join(dir, "vmlinuz")
	for name, text := range map[string]string{
		"qemu-system-x86_64": "#!/bin/sh\n" + script,
		"busybox":            string(kmodtest.Module("busybox", "", "")),
		"vmlinuz":            strings.Repeat("\x00", 0x202) + "HdrS",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	return Machine{Arch: "x86", Busybox: busybox, Kernel: kernel}
}

func TestRun(t *testing.T) {
	for _, c := range []struct {
		name, script string
		limit        cpulimit.Limit
		channel      func(io.ReadWriter) error
		err          string
	}{
		{"passes", "echo ok one; echo 1..1", cpulimit.Limit{}, nil, ""},
		{"stops early", "echo ok one", cpulimit.Limit{}, nil, "stopped after 1 checks"},
		{"QEMU fails", "echo no such machine >&2; exit 1", cpulimit.Limit{}, nil, `exit status 1: it says "no such machine": name a qemu-system-x86_64`},
		{"hangs", "echo ok one; exec sleep 60", cpulimit.Limit{Idle: 100 * time.Millisecond}, nil, "hangs: it took"},
		{"never ends", "echo ok one; while :; do :; done", cpulimit.Limit{CPU: 100 * time.Millisecond}, nil, "took more than 100ms of CPU time"},
		{"never opens the channel", "exit 3", cpulimit.Limit{}, func(io.ReadWriter) error { return nil }, "exit status 3"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := fakeQEMU(t, c.script)
			m.Limit, m.Channel = c.limit, c.channel
			var log strings.Builder
			err := m.Run(&log, func(Result) {})
			if c.err == "" && err != nil || c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)) {
				t.Errorf("error %v, want %q", err, c.err)
			}
			if said := strings.HasPrefix(c.script, "echo ok one"); said != (strings.HasPrefix(log.String(), "ok one")) {
				t.Errorf("the log is %q", log.String())
			}
		})
	}
}

// The guest's CPUs are threads, or nothing in it happens at the same time.
func TestCommand(t *testing.T) {
	for _, c := range []struct {
		m    Machine
		want string
	}{
		{Machine{Arch: "x86"}, "-accel tcg,thread=multi -cpu max -smp 1 -m 512 "},
		{Machine{Arch: "arm64", CPUs: 2, Memory: 99}, "-accel tcg,thread=multi -cpu max -smp 2 -m 99 "},
		{Machine{Arch: "s390"}, "qemu-system-s390x -machine s390-ccw-virtio "},
		{Machine{Arch: "x86", QEMU: "/q/qemu"}, "/q/qemu -machine pc -accel tcg,"},
		{Machine{Arch: "x86", Accel: "kvm"}, "-machine pc -accel kvm -cpu host "},
		{Machine{Arch: "arm64", Accel: "kvm"}, "-machine virt,gic-version=host -accel kvm -cpu host "},
		{Machine{Arch: "riscv", Emulators: "/q", Firmware: "/fw"}, "/q/qemu-system-riscv64 -L /usr/share/qemu -bios /fw -machine virt "},
	} {
		if got := strings.Join(c.m.command("initrd"), " "); !strings.Contains(got, c.want) {
			t.Errorf("%+v: %s, want %s in it", c.m, got, c.want)
		}
	}
}

// What cannot be booted is an error before anything is started.
func TestRefused(t *testing.T) {
	for _, c := range []struct {
		change func(*Machine)
		want   string
	}{
		{func(m *Machine) { m.Arch = "sparc" }, `boot a kernel for "sparc": this is known of arm, arm64, riscv, s390, x86 alone`},
		{func(m *Machine) { m.Accel = "hvf" }, `boot a kernel by "hvf": use tcg or kvm`},
		{func(m *Machine) { m.Arch, m.Kernel = "s390", imageFile(t, "s390") }, "and the kernel for s390: name one for that"},
		{func(m *Machine) { m.Busybox = "/dev/null" }, "name a static one"},
		{func(m *Machine) { m.Files = map[string]File{"/x": {Path: "/nowhere/x"}} }, "write initramfs: /x: open /nowhere/x"},
	} {
		m := fakeQEMU(t, "echo ok one; echo 1..1")
		c.change(&m)
		if err := m.Run(io.Discard, func(Result) {}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want %q", err, c.want)
		}
	}
	m := fakeQEMU(t, "")
	m.QEMU = m.Kernel + "/qemu"
	if err := m.Run(io.Discard, func(Result) {}); err == nil || !strings.Contains(err.Error(), `/vmlinuz/qemu": not a directory: name one that runs on this machine`) {
		t.Errorf("with a QEMU that is none: error %v", err)
	}
	m.QEMU = ""
	t.Setenv("PATH", "/nowhere")
	if err := m.Run(io.Discard, func(Result) {}); err == nil || !strings.Contains(err.Error(), "is not on PATH: install QEMU") {
		t.Errorf("without QEMU: error %v", err)
	}
	if _, err := FindBusybox(); err == nil || !strings.Contains(err.Error(), "no busybox on PATH") {
		t.Errorf("without busybox: error %v", err)
	}
}

// QEMU gets the initramfs, and an image that is open, as files that have no name.
func TestInherits(t *testing.T) {
	m := fakeQEMU(t, `while [ $# -gt 1 ]; do
  case $1 in
    -kernel | -initrd) head -c 6 "$2"; echo ;;
  esac
  shift
done
echo ok one
echo 1..1
`)
	if err := os.WriteFile(m.Kernel, []byte("kernel"+strings.Repeat("\x00", 0x202-6)+"HdrS"), 0o644); err != nil {
		t.Fatal(err)
	}
	image, err := os.Open(m.Kernel)
	if err != nil {
		t.Fatal(err)
	}
	defer image.Close()
	m.Image = image
	var log strings.Builder
	if err := m.Run(&log, func(Result) {}); err != nil {
		t.Fatal(err)
	}
	if want := "kernel\n"; !strings.HasPrefix(log.String(), want) || !strings.Contains(log.String(), "\n070701\n") {
		t.Errorf("QEMU read %q, want what begins with %q, and a cpio archive", log.String(), want)
	}
}
