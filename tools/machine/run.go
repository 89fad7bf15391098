package machine

import (
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/cpulimit"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/tmpfile"
)

// Run boots the machine, gives each check that the guest makes to each, and all
// that is on its console to log. It returns when the machine is off: nil if the
// guest came to its end, whatever its checks found.
func (m Machine) Run(log io.Writer, each func(Result)) error {
	cmd, err := m.qemu(finish)
	if err != nil {
		return err
	}
	defer cmd.ExtraFiles[0].Close()
	channel := make(chan error, 1)
	if m.Channel != nil {
		l, err := listen()
		if err != nil {
			return err
		}
		defer l.close()
		cmd.Args = append(cmd.Args,
			"-device", "virtio-serial-pci",
			"-chardev", "socket,id=channel,path="+l.Addr().String(),
			"-device", "virtserialport,chardev=channel")
		go serve(l, m.Channel, channel)
	}
	// The guest ends with this process, whatever ends that: to Linux it is the
	// thread that started it, which so has to stay as long.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var stderr strings.Builder
	cmd.Stderr = &stderr
	console, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	qemu, err := cpulimit.Start(cmd, m.Limit)
	if err != nil {
		return noStart(m.program(), err)
	}
	parsed := make(chan error, 1)
	go func() {
		all := io.TeeReader(console, log)
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
	return m.ended(qemu.Wait(), stderr.String(), err)
}

// qemu returns the command that boots the machine, whose script ends with end.
// The caller closes its first further file, the initramfs.
func (m Machine) qemu(end string) (*exec.Cmd, error) {
	if err := m.check(); err != nil {
		return nil, err
	}
	initrd, err := tmpfile.Unnamed("")
	if err != nil {
		return nil, fmt.Errorf("write initramfs: %w", err)
	}
	if err := m.writeInitramfs(initrd, end); err != nil {
		initrd.Close()
		return nil, err
	}
	// The first of its further files is number 3.
	files := []*os.File{initrd}
	if m.Image != nil {
		m.Kernel = inherited + "4"
		files = append(files, m.Image)
	}
	argv := m.command(inherited + "3")
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.ExtraFiles = files
	endWithParent(cmd)
	return cmd, nil
}

// socket is a listener, and the directory that it is in.
type socket struct {
	net.Listener
	dir string
}

// listen makes a socket that QEMU can be told of: its path must be short.
func listen() (*socket, error) {
	dir, err := os.MkdirTemp("/tmp", "vm")
	if err != nil {
		return nil, err
	}
	l, err := net.Listen("unix", filepath.Join(dir, "channel"))
	if err != nil {
		os.Remove(dir)
		return nil, err
	}
	return &socket{l, dir}, nil
}

func (s *socket) close() {
	s.Close()
	os.RemoveAll(s.dir)
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
