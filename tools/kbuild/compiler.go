package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// judged are the programs on whose version a module's bytes depend.
var judged = []string{"CC", "LD"}

// onMachine says where programs are looked for: a worker may be of another
// kind than the machine that Bazel runs on.
const onMachine = "on the machine that runs the action (" + runtime.GOOS + "/" + runtime.GOARCH + ")"

// gnu and llvm are what the kernel's Makefile says of them.
var (
	gnu  = map[string]string{"CC": "gcc", "LD": "ld", "STRIP": "strip"}
	llvm = map[string]string{"CC": "clang", "LD": "ld.lld", "STRIP": "llvm-strip"}
)

// command returns what make runs for one of its variables.
func (j *job) command(variable string) ([]string, error) {
	given := map[string]string{}
	for _, arg := range j.makeArgs {
		if _, value, ok := strings.Cut(arg, "="); ok {
			given[variableOf(arg)] = value
		}
	}
	cross := given["CROSS_COMPILE"]
	program, ok := given[variable]
	for _, t := range j.tools {
		if !ok && t.variable == variable && *t.path != "" {
			arg, err := t.argument(nil)
			if err != nil {
				return nil, err
			}
			_, program, ok = strings.Cut(arg, "=")
		}
	}
	if !ok {
		program = inMakefile(variable, given["LLVM"], cross)
	}
	words := strings.Fields(strings.NewReplacer("$(CROSS_COMPILE)", cross, "${CROSS_COMPILE}", cross).Replace(program))
	if len(words) == 0 || strings.Contains(program, "$(shell") {
		return nil, fmt.Errorf("make's %s is %q, which names no program: give it by its name", variable, program)
	}
	return words, nil
}

// inMakefile is what the kernel's Makefile sets a variable to: LLVM=1, a
// directory of LLVM's programs, or the end of their names, as in LLVM=-19.
func inMakefile(variable, useLLVM, cross string) string {
	switch {
	case useLLVM == "" || useLLVM == "0":
		return cross + gnu[variable]
	case strings.HasSuffix(useLLVM, "/"):
		return useLLVM + llvm[variable]
	case strings.HasPrefix(useLLVM, "-"):
		return llvm[variable] + useLLVM
	}
	return llvm[variable]
}

// compilers returns a line for each of the judged programs: the variable, a
// tab, and what the program says of its version.
func (j *job) compilers(ctx context.Context) (string, error) {
	var out strings.Builder
	for _, variable := range judged {
		words, err := j.command(variable)
		if err != nil {
			return "", err
		}
		version, err := versionOf(ctx, words)
		if err != nil {
			return "", fmt.Errorf("find out which make's %s is: %w: install it on every machine that may run the action, or name another by make_args (--make-arg=%s=…)", variable, err, variable)
		}
		fmt.Fprintf(&out, "%s\t%s\n", variable, version)
	}
	return out.String(), nil
}

// versionOf returns the first line of what a program says of its version.
func versionOf(ctx context.Context, words []string) (string, error) {
	program, err := lookPath(words[0])
	if err != nil {
		return "", err
	}
	out, err := inGroup(ctx, os.TempDir(), program, append(words[1:len(words):len(words)], "--version")).Output()
	if err != nil {
		return "", fmt.Errorf("run %q --version %s: %w", program, onMachine, err)
	}
	line, _, _ := bytes.Cut(out, []byte("\n"))
	if line = bytes.TrimSpace(line); len(line) == 0 {
		return "", fmt.Errorf("%q --version says nothing", program)
	}
	return string(line), nil
}

// lookPath finds a program where make does.
func lookPath(program string) (string, error) {
	if strings.Contains(program, "/") {
		return program, nil
	}
	for _, dir := range filepath.SplitList(searchPath) {
		if found, err := exec.LookPath(filepath.Join(dir, program)); err == nil {
			return found, nil
		}
	}
	return "", fmt.Errorf("no program %q in %s %s", program, searchPath, onMachine)
}

// probe writes which compiler builds here.
func (j *job) probe(ctx context.Context) error {
	text, err := j.compilers(ctx)
	if err != nil {
		return err
	}
	if err := os.WriteFile(j.output, []byte(text), 0o644); err != nil {
		return fmt.Errorf("write which compiler builds: %w", err)
	}
	return nil
}

// checkCompilers refuses to build with another compiler than probe has seen.
func (j *job) checkCompilers(ctx context.Context) error {
	if j.compiler == "" {
		return nil
	}
	want, err := os.ReadFile(j.compiler)
	if err != nil {
		return fmt.Errorf("read which compiler is expected: %w", err)
	}
	got, err := j.compilers(ctx)
	if err != nil {
		return err
	}
	expected := strings.Split(strings.TrimSpace(string(want)), "\n")
	for i, line := range strings.Split(strings.TrimSpace(got), "\n") {
		variable, here, _ := strings.Cut(line, "\t")
		there := ""
		if i < len(expected) {
			_, there, _ = strings.Cut(expected[i], "\t")
		}
		if here != there {
			return fmt.Errorf("make's %s is %q here, "+onMachine+", and the action expects %q, which gives other bytes: build where that one is (workers of several kinds are told apart by exec_properties), or, if the compiler of this machine has changed since, run `bazel clean`", variable, here, there)
		}
	}
	return nil
}
