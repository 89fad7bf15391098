//go:build !linux

package kmod

import (
	"errors"
	"os"
)

var errNotLinux = errors.New("only Linux has kernel modules")

// memoryFile returns an error: there is no Linux here.
func memoryFile() (*os.File, error) { return nil, errNotLinux }

// Load returns an error: there is no Linux here.
func (m *Module) Load() error { return errNotLinux }

// Unload returns an error: there is no Linux here.
func Unload(string) error { return errNotLinux }
