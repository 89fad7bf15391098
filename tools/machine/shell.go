package machine

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"time"
)

// ready is the beginning of the line that session.sh says before its shell.
const ready = "# a shell in this machine"

// endOfInput is what a terminal has for it, Ctrl-D.
const endOfInput = "\x04"

// again is how long the guest has to take that until it is said again: a command
// that runs may have taken the last.
const again = time.Second

// Shell boots the machine and gives a shell in it, on its console: what comes
// from stdin, once the shell is there, and what the guest says, on stdout. Where
// stdin is a terminal each key goes to the guest. It returns when the machine is
// off, as it is when the shell has ended.
func (m Machine) Shell(stdin *os.File, stdout io.Writer) error {
	t := openTerminal(stdin)
	m.Init += fmt.Sprintf("rows=%d\ncolumns=%d\n", t.rows, t.columns)
	cmd, err := m.qemu(session)
	if err != nil {
		return err
	}
	defer cmd.ExtraFiles[0].Close()
	runtime.LockOSThread() // as in Run
	defer runtime.UnlockOSThread()
	var stderr strings.Builder
	cmd.Stderr = &stderr
	keys, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	console, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return startError(cmd, err)
	}
	off := make(chan struct{})
	shown := show(stdout, console, func() error {
		if err := t.raw(); err != nil {
			return fmt.Errorf("give each key of the terminal to the guest: %w", err)
		}
		go typeAll(keys, stdin, off)
		return nil
	})
	if shown != nil {
		cmd.Process.Kill()
	}
	close(off)
	err = exitError(cmd, cmd.Wait(), stderr.String())
	Abort()
	return both(err, shown)
}

// show copies what the guest says, and calls begin when its shell is there.
func show(stdout io.Writer, console io.Reader, begin func() error) error {
	in := bufio.NewReader(console)
	for {
		line, err := in.ReadString('\n')
		if _, err := io.WriteString(stdout, line); err != nil {
			return fmt.Errorf("write what the guest says: %w", err)
		}
		if err != nil {
			return errors.New("the guest stopped before it had a shell")
		}
		if strings.HasPrefix(line, ready) {
			break
		}
	}
	if err := begin(); err != nil {
		return err
	}
	if _, err := io.Copy(stdout, in); err != nil {
		return fmt.Errorf("write what the guest says: %w", err)
	}
	return nil
}

// typeAll gives the guest what comes from stdin, and then its end, until the
// machine is off.
func typeAll(keys io.Writer, stdin io.Reader, off <-chan struct{}) {
	io.Copy(keys, stdin)
	for {
		if _, err := io.WriteString(keys, endOfInput); err != nil {
			return
		}
		select {
		case <-off:
			return
		case <-time.After(again):
		}
	}
}
