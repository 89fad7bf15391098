// Package cpulimit runs programs that take long, such as make and QEMU, and
// ends those that do not come to their end. What counts is the CPU time that a
// program takes, not the time that passes: a machine with other work is slow,
// and no program is at fault for that.
package cpulimit

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Limit says when a program is ended.
type Limit struct {
	// CPU is how much CPU time the program and all that it started may take;
	// 0 is ten minutes.
	CPU time.Duration
	// Idle is the time that passes until a program has hung that takes less
	// than a hundredth of it of CPU time; 0 is five minutes. At a load of a
	// hundred on two cores a program that wants to run takes two hundredths.
	Idle time.Duration
}

// tick is how often a program is looked at.
const tick = 200 * time.Millisecond

// Process is a program that runs.
type Process struct {
	cmd  *exec.Cmd
	done chan struct{} // closed when it has ended
	over chan struct{} // closed when nobody looks any more
	once sync.Once
	err  error // why it was ended
}

// Start starts a program in a process group of its own, which the limit is
// for. Whoever starts it has to call Wait.
func Start(cmd *exec.Cmd, limit Limit) (*Process, error) {
	if limit.CPU == 0 {
		limit.CPU = 10 * time.Minute
	}
	if limit.Idle == 0 {
		limit.Idle = 5 * time.Minute
	}
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Setpgid = true
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &Process{cmd: cmd, done: make(chan struct{}), over: make(chan struct{})}
	go p.watch(limit)
	return p, nil
}

// Kill ends the program and all that it started. Wait then returns reason.
func (p *Process) Kill(reason error) {
	p.once.Do(func() {
		p.err = reason
		syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL)
	})
}

// Wait waits for the program to end. The error says which limit ended it, if
// one did; else it is that of exec.Cmd.
func (p *Process) Wait() error {
	err := p.cmd.Wait()
	close(p.done)
	<-p.over
	if p.err != nil {
		return p.err
	}
	return err
}

// CombinedOutput runs a program and returns what it printed, to standard output
// and standard error.
func CombinedOutput(cmd *exec.Cmd, limit Limit) ([]byte, error) {
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	p, err := Start(cmd, limit)
	if err != nil {
		return nil, err
	}
	err = p.Wait()
	return out.Bytes(), err
}

func (p *Process) watch(limit Limit) {
	defer close(p.over)
	// CPU time: what the last look has shown, what is gone with processes that
	// nobody of the group has waited for, and all when since was set.
	var last, gone, mark time.Duration
	since := time.Now()
	for {
		select {
		case <-p.done:
			return
		case <-time.After(tick):
		}
		used, err := groupTime(p.cmd.Process.Pid)
		if err != nil {
			p.Kill(err)
			return
		}
		gone += max(0, last-used)
		last = used
		all := gone + used
		switch {
		case all > limit.CPU:
			p.Kill(fmt.Errorf("%s took more than %s of CPU time", filepath.Base(p.cmd.Path), limit.CPU))
			return
		case all-mark >= limit.Idle/100:
			mark, since = all, time.Now()
		case time.Since(since) > limit.Idle:
			p.Kill(fmt.Errorf("%s hangs: it took %s of CPU time in %s", filepath.Base(p.cmd.Path), all-mark, limit.Idle))
			return
		}
	}
}

// clock is the unit of times in /proc/PID/stat: USER_HZ, which is 100 on all
// architectures that tests run on.
const clock = time.Second / 100

// groupTime is the CPU time of the processes of a group, and of their children
// that have ended.
func groupTime(group int) (time.Duration, error) {
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return 0, err
	}
	if len(stats) == 0 {
		return 0, errors.New("read CPU times: there is no /proc")
	}
	var sum time.Duration
	for _, name := range stats {
		b, err := os.ReadFile(name)
		if err != nil {
			continue // it has ended
		}
		// proc(5): the name in parentheses may hold anything; after it come the
		// state, the parent, the group, and as the 12th to 15th the times.
		f := strings.Fields(string(b[bytes.LastIndexByte(b, ')')+1:]))
		if len(f) < 15 || f[2] != strconv.Itoa(group) {
			continue
		}
		for _, t := range f[11:15] {
			n, err := strconv.ParseInt(t, 10, 64)
			if err != nil {
				return 0, fmt.Errorf("read %s: %w", name, err)
			}
			sum += time.Duration(n) * clock
		}
	}
	return sum, nil
}
