//go:build !linux

package running

import "errors"

// LimitMemory does nothing.
func LimitMemory() {}

// ThisMachine returns an error: there is no Linux here.
func ThisMachine(func(format string, args ...any)) (*System, error) {
	return nil, errors.New("this machine runs no Linux: use it where the kernel runs whose headers are wanted")
}
