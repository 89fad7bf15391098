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

// Shell boots the machine and gives a shell in it, on its console. Where stdin is
// a terminal each key goes to the guest once the shell is there. Anything else is
// a script, which the shell reads as it would from a pipe; status is what it exits
// with, and 0 with a terminal. What the guest says goes to stdout. Shell returns
// when the machine is off, as it is when the shell has ended.
func (m Machine) Shell(stdin *os.File, stdout io.Writer) (status int, err error) {
	t := openTerminal(stdin)
	var s *script
	token := ""
	if !t.is {
		s = newScript(stdin)
		token = s.token
	}
	m.Init += fmt.Sprintf("rows=%d\ncolumns=%d\ntoken=%s\n", t.rows, t.columns, token)
	cmd, err := m.qemu(session)
	if err != nil {
		return 0, err
	}
	defer cmd.ExtraFiles[0].Close()
	runtime.LockOSThread() // as in Run
	defer runtime.UnlockOSThread()
	var stderr strings.Builder
	cmd.Stderr = &stderr
	keys, err := cmd.StdinPipe()
	if err != nil {
		return 0, err
	}
	console, err := cmd.StdoutPipe()
	if err != nil {
		return 0, err
	}
	if err := cmd.Start(); err != nil {
		return 0, noStart(m.program(), err)
	}
	in := bufio.NewReader(console)
	err = boot(stdout, in)
	if err == nil && s != nil {
		status, err = s.run(stdout, in, keys)
	} else if err == nil {
		off := make(chan struct{})
		defer close(off)
		defer Abort()
		err = t.give(stdin, keys, stdout, in, off)
	}
	if stopped := (*stoppedError)(nil); err != nil && !errors.As(err, &stopped) {
		cmd.Process.Kill()
		cmd.Wait()
		return 0, err
	}
	return status, m.ended(cmd.Wait(), stderr.String(), err)
}

// boot copies what the guest says until its shell is there.
func boot(stdout io.Writer, in *bufio.Reader) error {
	var heard kernelTrouble
	for {
		line, err := in.ReadString('\n')
		if _, err := io.WriteString(stdout, line); err != nil {
			return fmt.Errorf("write what the guest says: %w", err)
		}
		heard.hear([]byte(line))
		if err != nil {
			return heard.stopped("before it had a shell")
		}
		if strings.HasPrefix(line, ready) {
			return nil
		}
	}
}

// give gives the terminal's keys to the guest, and what that says to stdout, until
// the machine is off.
func (t terminal) give(stdin io.Reader, keys, stdout io.Writer, in io.Reader, off <-chan struct{}) error {
	if err := t.raw(); err != nil {
		return fmt.Errorf("give each key of the terminal to the guest: %w", err)
	}
	go typeAll(keys, stdin, off)
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
