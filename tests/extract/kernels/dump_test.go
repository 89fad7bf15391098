package kernels

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
	"github.com/rules-kheaders/rules_kheaders/tools/cpulimit"
	"github.com/rules-kheaders/rules_kheaders/tools/machine"
)

// memory is that of the guest, in bytes.
const memory = 128 << 20

const up = "the guest is up"

// TestDump boots the kernel with the archive built in, stops it when its first
// process runs, and has QEMU write its memory: as it is, and as an ELF file.
func TestDump(t *testing.T) {
	work := t.TempDir()
	flat, elf := filepath.Join(work, "flat"), filepath.Join(work, "elf")
	boot(t, work, func(q *qmp) error {
		for _, c := range []struct {
			command   string
			arguments map[string]any
		}{
			{"qmp_capabilities", nil},
			{"stop", nil},
			{"pmemsave", map[string]any{"val": 0, "size": memory, "filename": flat}},
			{"dump-guest-memory", map[string]any{"paging": false, "protocol": "file:" + elf}},
		} {
			if err := q.do(c.command, c.arguments); err != nil {
				return err
			}
		}
		return nil
	})
	for _, dump := range []string{flat, elf} {
		t.Run(filepath.Base(dump), func(t *testing.T) {
			if st, err := os.Stat(dump); err != nil || st.Size() < memory {
				t.Fatalf("the dump is not there or too small: %v, %v", st, err)
			}
			finds(t, dump, "BUILTIN")
		})
	}
}

// boot runs a guest until its first process says that it is up, and then do.
func boot(t *testing.T, work string, do func(*qmp) error) {
	t.Helper()
	initramfs := filepath.Join(work, "initramfs")
	w, err := os.Create(initramfs)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if err := machine.WriteInitramfs(w, map[string]machine.File{
		"/bin/busybox": {Path: runfile.Path(t, "BUSYBOX"), Exec: true},
		"/init":        {Data: []byte("#!/bin/busybox sh\necho " + up + "\nexec /bin/busybox cat\n"), Exec: true},
	}); err != nil {
		t.Fatal(err)
	}
	// The path of a socket must be short.
	dir, err := os.MkdirTemp("/tmp", "dump")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	l, err := net.Listen("unix", filepath.Join(dir, "qmp"))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()

	cmd := exec.Command("qemu-system-x86_64",
		"-machine", "pc", "-accel", "tcg", "-cpu", "max", "-smp", "1", "-m", fmt.Sprint(memory>>20),
		"-nodefaults", "-no-user-config", "-display", "none", "-no-reboot",
		"-kernel", runfile.Path(t, "BZIMAGE"), "-initrd", initramfs, "-append", "console=ttyS0 no_timer_check panic=-1",
		"-serial", "stdio",
		"-chardev", "socket,id=qmp,path="+l.Addr().String(), "-mon", "chardev=qmp,mode=control")
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	var stderr, log strings.Builder
	cmd.Stderr = &stderr
	// So that the guest's standard input has no end.
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer stdin.Close()
	console, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	guest, err := cpulimit.Start(cmd, cpulimit.Limit{})
	if err != nil {
		t.Fatal(err)
	}
	defer guest.Wait()
	defer guest.Kill(nil)
	lines := bufio.NewScanner(io.TeeReader(console, &log))
	for lines.Scan() && strings.TrimSpace(lines.Text()) != up {
	}
	if strings.TrimSpace(lines.Text()) != up {
		t.Fatalf("the guest did not get up: %v: %s\n%s", lines.Err(), stderr.String(), log.String())
	}
	go io.Copy(io.Discard, console)
	c, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := do(&qmp{c, json.NewDecoder(c)}); err != nil {
		t.Fatalf("%v: %s", err, stderr.String())
	}
}

// qmp speaks QEMU's machine protocol: docs/interop/qmp-spec.rst of QEMU.
type qmp struct {
	w io.Writer
	r *json.Decoder
}

// do executes a command and waits for its end.
func (q *qmp) do(command string, arguments map[string]any) error {
	message := map[string]any{"execute": command}
	if arguments != nil {
		message["arguments"] = arguments
	}
	if err := json.NewEncoder(q.w).Encode(message); err != nil {
		return fmt.Errorf("%s: %w", command, err)
	}
	for {
		// Greetings and events come in between.
		var answer struct {
			Return json.RawMessage
			Error  *struct{ Desc string }
		}
		if err := q.r.Decode(&answer); err != nil {
			return fmt.Errorf("%s: %w", command, err)
		}
		switch {
		case answer.Error != nil:
			return fmt.Errorf("%s: %s", command, answer.Error.Desc)
		case answer.Return != nil:
			return nil
		}
	}
}
