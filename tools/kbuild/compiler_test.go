package main

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// script writes a program that says a line.
func script(t *testing.T, path, line string) string {
	t.Helper()
	if err := os.WriteFile(path, []byte("#!/bin/sh\necho '"+line+"'\necho Copyright\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestCommand finds the program that make would run, by all the ways to say it.
func TestCommand(t *testing.T) {
	dir := t.TempDir()
	cc := script(t, filepath.Join(dir, "mycc"), "cc")
	for _, c := range []struct {
		name   string
		tool   string
		args   []string
		cc, ld string
	}{
		{"default", "", nil, "gcc", "ld"},
		{"tool", cc, nil, cc, "ld"},
		{"cross", "", []string{"CROSS_COMPILE=aarch64-linux-gnu-"}, "aarch64-linux-gnu-gcc", "aarch64-linux-gnu-ld"},
		{"LLVM", "", []string{"LLVM=1"}, "clang", "ld.lld"},
		{"no LLVM", "", []string{"LLVM=0"}, "gcc", "ld"},
		{"LLVM's version", "", []string{"LLVM=-19"}, "clang-19", "ld.lld-19"},
		{"LLVM's directory", "", []string{"LLVM=/opt/llvm/bin/"}, "/opt/llvm/bin/clang", "/opt/llvm/bin/ld.lld"},
		{"the user's", cc, []string{"CC=gcc-13", "LD:=gold"}, "gcc-13", "gold"},
		{"the last one", "", []string{"CC=gcc-13", "CC=gcc-14"}, "gcc-14", "ld"},
		{"behind a cache", "", []string{"CC=ccache $(CROSS_COMPILE)gcc-13", "CROSS_COMPILE=arm-"}, "ccache arm-gcc-13", "arm-ld"},
	} {
		none := ""
		j := &job{makeArgs: c.args, tools: []tool{{"CC", &c.tool}, {"LD", &none}}}
		for variable, want := range map[string]string{"CC": c.cc, "LD": c.ld} {
			got, err := j.command(variable)
			if err != nil || strings.Join(got, " ") != want {
				t.Errorf("%s: %s is %q, %v; want %q", c.name, variable, got, err, want)
			}
		}
	}
	for _, bad := range []string{"CC=", "CC=$(shell which gcc)"} {
		if got, err := (&job{makeArgs: []string{bad}}).command("CC"); err == nil {
			t.Errorf("%s: %q", bad, got)
		}
	}
}

// TestProbe builds with the compiler that a probe has seen, and with no other.
func TestProbe(t *testing.T) {
	dir, args := setUp(t, fakeMake)
	gcc := script(t, filepath.Join(dir, "gcc"), "gcc (Debian 12.2.0-14) 12.2.0")
	ld := script(t, filepath.Join(dir, "ld"), "GNU ld 2.40")
	seen := filepath.Join(dir, "compiler")
	tools := []string{"--cc=" + gcc, "--ld=" + ld}
	if err := run(context.Background(), append([]string{"--probe", "--output=" + seen, "--arch=x86"}, tools...)); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(seen)
	if want := "CC\tgcc (Debian 12.2.0-14) 12.2.0\nLD\tGNU ld 2.40\n"; err != nil || string(b) != want {
		t.Fatalf("the probe says %q, %v; want %q", b, err, want)
	}
	args = append(slices.DeleteFunc(args, func(a string) bool { return strings.HasPrefix(a, "--cc=") || strings.HasPrefix(a, "--ld=") }), tools...)
	args = append(args, "--compiler="+seen)
	ko := filepath.Join(dir, "kheaders.ko")
	if err := run(context.Background(), args); err != nil {
		t.Fatalf("with the compiler of the probe: %v", err)
	}
	for program, c := range map[string]struct{ line, want string }{
		gcc: {"gcc (Debian 14.2.0-19) 14.2.0", `make's CC is "gcc (Debian 14.2.0-19) 14.2.0" here, ` + onMachine + `, and the action expects "gcc (Debian 12.2.0-14) 12.2.0"`},
		ld:  {"GNU ld 2.44", `make's LD is "GNU ld 2.44" here, ` + onMachine + `, and the action expects "GNU ld 2.40"`},
	} {
		old, err := os.ReadFile(program)
		if err != nil {
			t.Fatal(err)
		}
		os.Remove(ko)
		script(t, program, c.line)
		err = run(context.Background(), args)
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "exec_properties") {
			t.Errorf("%v, want %q", err, c.want)
		}
		if _, err := os.Stat(ko); err == nil {
			t.Errorf("%q: there is a module", c.line)
		}
		if err := os.WriteFile(program, old, 0o700); err != nil {
			t.Fatal(err)
		}
	}
}

// TestProbeFails says which program is missing or says nothing.
func TestProbeFails(t *testing.T) {
	dir := t.TempDir()
	silent := filepath.Join(dir, "silent")
	if err := os.WriteFile(silent, []byte("#!/bin/sh\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ arg, want string }{
		{"--make-arg=CC=no-such-compiler", `no program "no-such-compiler" in ` + searchPath + " " + onMachine},
		{"--make-arg=CC=" + silent, "says nothing"},
		{"--make-arg=CC=/bin/false", onMachine + ": exit status 1"},
		{"--cc=" + filepath.Join(dir, "gone"), "no program for make's CC " + onMachine},
	} {
		err := run(context.Background(), []string{"--probe", "--output=" + filepath.Join(dir, "out"), "--arch=x86", "--make-arg=LD=/bin/true", c.arg})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.arg, err, c.want)
		}
	}
}
