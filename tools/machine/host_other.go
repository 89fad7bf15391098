//go:build !linux

package machine

import "os/exec"

// inherited is where a program finds the files that it is started with.
const inherited = "/dev/fd/"

// endWithParent does nothing where a program cannot be made to end with
// another.
func endWithParent(*exec.Cmd) {}
