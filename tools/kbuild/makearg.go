package main

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// tool is one of make's variables, such as CC, and the program it names.
type tool struct {
	variable string
	path     *string
}

// argument returns what make is told of the tool: "" where the tree's
// Makefile, or the user's own argument, decides.
func (t tool) argument(makeArgs []string) (string, error) {
	given := slices.ContainsFunc(makeArgs, func(arg string) bool { return variableOf(arg) == t.variable })
	path := *t.path
	if path == "" || given {
		return "", nil
	}
	// Bazel's paths count from where this runs, make runs elsewhere.
	if strings.Contains(path, "/") {
		var err error
		if path, err = filepath.Abs(path); err != nil {
			return "", err
		}
		// make would say so late, or not at all: some of its scripts go on.
		if _, err := exec.LookPath(path); err != nil {
			return "", fmt.Errorf("no program for make's %s %s: %w: it is what the C toolchain names, or what would be beside its compiler: add it to the toolchain's files, or give another one by make_args (--make-arg=%s=…)", t.variable, onMachine, err, t.variable)
		}
	}
	return t.variable + "=" + path, nil
}

// variableOf returns which of make's variables an argument sets; an argument
// that sets none comes back whole.
func variableOf(arg string) string {
	name, _, _ := strings.Cut(arg, "=")
	return strings.TrimRight(name, ":+ ")
}

// addMakeArgs adds what the user asks for. To make the last of two
// "KCFLAGS=…" is the only one, and the first keeps this machine's paths out of
// the module: the user's flags go behind those that are there.
func addMakeArgs(args, more []string) []string {
	for _, arg := range more {
		_, flags, _ := strings.Cut(arg, "=")
		name := variableOf(arg)
		at := -1
		if name == "KCFLAGS" || name == "KAFLAGS" {
			at = slices.IndexFunc(args, func(a string) bool { return strings.HasPrefix(a, name+"=") })
		}
		if at < 0 {
			args = append(args, arg)
		} else {
			args[at] += " " + flags
		}
	}
	return args
}
