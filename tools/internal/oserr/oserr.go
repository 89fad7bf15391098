// Package oserr shortens errors of the operating system for messages that
// already name the file.
package oserr

import "os"

// Reason returns what went wrong without the operation and the path, which on
// a build machine is a temporary one: "no such file or directory". An error that
// wraps another is returned as it is.
func Reason(err error) error {
	switch e := err.(type) {
	case *os.PathError:
		return e.Err
	case *os.LinkError:
		return e.Err
	}
	return err
}
