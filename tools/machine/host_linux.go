package machine

import (
	"os/exec"
	"syscall"
)

// inherited is where a program finds the files that it is started with.
const inherited = "/proc/self/fd/"

// endWithParent has a program end with the thread that starts it.
func endWithParent(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
