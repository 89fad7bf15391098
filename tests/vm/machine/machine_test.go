package machine

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rules-kheaders/rules_kheaders/tests/cpulimit"

	"github.com/cavaliergopher/cpio"
)

// fakeQEMU puts a program of the name on PATH that does what script says.
func fakeQEMU(t *testing.T, script string) Machine {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "qemu-system-x86_64"), []byte("#!/bin/sh\n"+script), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	self, err := os.Executable() // linked statically, as busybox is
	if err != nil {
		t.Fatal(err)
	}
	return Machine{Arch: "x86", Busybox: self}
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
		{"QEMU fails", "echo no such machine >&2; exit 1", cpulimit.Limit{}, nil, "exit status 1: no such machine"},
		{"hangs", "echo ok one; exec sleep 60", cpulimit.Limit{Idle: 100 * time.Millisecond}, nil, "hangs: it took"},
		{"never ends", "echo ok one; while :; do :; done", cpulimit.Limit{CPU: 100 * time.Millisecond}, nil, "took more than 100ms of CPU time"},
		{"never opens the channel", "exit 3", cpulimit.Limit{}, func(io.ReadWriter) error { return nil }, "exit status 3"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := fakeQEMU(t, c.script)
			m.Limit, m.Channel = c.limit, c.channel
			log := filepath.Join(t.TempDir(), "log")
			err := m.run(t, log, func(Result) {})
			if c.err == "" && err != nil || c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)) {
				t.Errorf("error %v, want %q", err, c.err)
			}
			if said := strings.HasPrefix(c.script, "echo ok one"); said != (strings.HasPrefix(tail(log), "ok one")) {
				t.Errorf("the log is %q", tail(log))
			}
		})
	}
}

// A guest that waits by the clock is slow on each machine, and too fast for some.
func TestNoSleep(t *testing.T) {
	for script, refused := range map[string]bool{
		"check a true\nsleep 1\n":            true,
		"until [ -e /x ]; do usleep 9; done": true,
		"# no sleep here\ncheck a true\n":    false,
		"oversleeps=1\n":                     false,
	} {
		m := fakeQEMU(t, "echo ok one; echo 1..1")
		m.Init = script
		err := m.run(t, filepath.Join(t.TempDir(), "log"), func(Result) {})
		if got := err != nil && strings.Contains(err.Error(), "waits by the clock"); got != refused {
			t.Errorf("%q: error %v, want it to be refused: %v", script, err, refused)
		}
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
		{Machine{Arch: "riscv", Emulators: "/q", Firmware: "/fw"}, "/q/qemu-system-riscv64 -L /usr/share/qemu -bios /fw -machine virt "},
	} {
		if got := strings.Join(c.m.command("initrd"), " "); !strings.Contains(got, c.want) {
			t.Errorf("%+v: %s, want %s in it", c.m, got, c.want)
		}
	}
}

func TestInitramfs(t *testing.T) {
	files := map[string]File{
		"/init":  {Data: []byte("abc"), Exec: true},
		"/a/b/c": {Data: []byte("d")},
		"/a/b/a": {},
	}
	var first, second bytes.Buffer
	for _, w := range []io.Writer{&first, &second} {
		if err := WriteInitramfs(w, files); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Error("the same files make different bytes")
	}
	var got []string
	r := cpio.NewReader(&first)
	for {
		h, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if h.Uid != 0 || h.Guid != 0 || h.ModTime.Unix() != 0 {
			t.Errorf("%s is of %d:%d at %s", h.Name, h.Uid, h.Guid, h.ModTime)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, h.Mode.String()+" "+h.Name+" "+string(b))
	}
	want := "040755 a ,040755 a/b ,0100644 a/b/a ,0100644 a/b/c d,0100755 init abc"
	if s := strings.Join(got, ","); s != want {
		t.Errorf("got  %s\nwant %s", s, want)
	}
}
