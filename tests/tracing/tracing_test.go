// Package tracing shows that the programs of tracing tools which compile from
// all headers of a kernel compile from those of profile tracing as well.
package tracing

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
	"github.com/rules-kheaders/rules_kheaders/tools/cpulimit"
)

// arguments are what a tool of bcc must be given before it makes a program.
var arguments = map[string][]string{
	"argdist":        {"-C", "p::vfs_read(int fd):int:fd"},
	"biolatpcts":     {"8:0"},
	"dbslower":       {"mysql", "-x", "/usr/sbin/mysqld"},
	"dbstat":         {"mysql", "-p", "1"},
	"deadlock":       {"1", "--binary", "/bin/sh"},
	"dirtop":         {"-d", "/tmp"},
	"funccount":      {"vfs_*"},
	"funcinterval":   {"vfs_read"},
	"funclatency":    {"vfs_read"},
	"funcslower":     {"vfs_read"},
	"inject":         {"kmalloc", "-I", "linux/mm.h", "SyS_mount()"},
	"mysqld_qslower": {"1"},
	"netqtop":        {"-n", "lo"},
	"stackcount":     {"vfs_read"},
	"trace":          {`vfs_read "%d", arg1`},
	"ttysnoop":       {"/dev/null"},
}

// without are tools that compile no program, by what they are.
var without = map[string]string{
	"bpflist":     "lists what is loaded",
	"slabratetop": "refuses kernels from 6.8 on",
	"tplist":      "lists tracepoints",
}

// unpack unpacks an archive.
func unpack(t *testing.T, env string) string {
	t.Helper()
	dir := t.TempDir()
	if out, err := exec.Command("tar", "-xf", runfile.Path(t, env), "-C", dir).CombinedOutput(); err != nil {
		t.Fatalf("unpack %s: %v\n%s", env, err, out)
	}
	return dir
}

// run runs a command without what the machine's user has set.
func run(t *testing.T, name string, args ...string) (string, error) {
	t.Helper()
	return runIn(t, "", name, args...)
}

// runIn does so in a directory.
func runIn(t *testing.T, dir, name string, args ...string) (string, error) {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	cmd.Env = []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8", "TERM=dumb", "HOME=" + t.TempDir()}
	out, err := cpulimit.CombinedOutput(cmd, cpulimit.Limit{})
	return string(out), err
}

// record has the tools write their programs, for a kernel whose structures
// have all members that these ask for and for one whose have none, and returns
// the names of those that differ.
func record(t *testing.T, dir, release string, tools []string) []string {
	t.Helper()
	var programs []string
	for _, tool := range tools {
		name := strings.TrimSuffix(filepath.Base(tool), "-bpfcc")
		first := []byte(nil)
		for _, fields := range []string{"0", "1"} {
			program := filepath.Join(dir, name+"."+fields)
			args := append([]string{runfile.Path(t, "RECORD"), release, fields, tool, program}, arguments[name]...)
			out, err := run(t, "python3", args...)
			text, readErr := os.ReadFile(program + ".c")
			switch {
			case readErr != nil && without[name] == "":
				t.Errorf("%s: no program: %v\n%s", name, err, out)
			case readErr == nil && !bytes.Equal(text, first):
				programs = append(programs, program)
				first = text
			}
		}
	}
	return programs
}

// compile compiles programs from the headers in a directory, and returns what
// is wrong with those that do not compile.
func compile(t *testing.T, headers string, programs []string) map[string]string {
	t.Helper()
	wrong := map[string]string{}
	if len(programs) == 0 {
		return wrong
	}
	out, err := run(t, "python3", append([]string{runfile.Path(t, "COMPILE"), headers}, programs...)...)
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if len(lines) != len(programs) {
		t.Fatalf("%d programs, and of %d is said how they compile:\n%s", len(programs), len(lines), out)
	}
	for i, line := range lines {
		if rest, failed := strings.CutPrefix(line, "failed "); failed {
			_, why, _ := strings.Cut(rest, ": ")
			wrong[programs[i]] = strings.ReplaceAll(why, headers, "headers")
		} else if !strings.HasPrefix(line, "ok ") {
			t.Fatalf("%q", line)
		}
	}
	return wrong
}

// toolOf returns the name of the tool that a program is of.
func toolOf(program string) string {
	return strings.TrimSuffix(filepath.Base(program), filepath.Ext(program))
}

// TestBcc compiles the programs of bcc's tools by bcc's library. One that does
// not compile must fail for the same reason with all headers: that is the
// library's, which asks the running kernel for the format of tracepoints, or
// the kernel's, to which the program does not fit.
func TestBcc(t *testing.T) {
	tools, err := filepath.Glob("/usr/sbin/*-bpfcc")
	if err != nil || len(tools) < 100 {
		t.Fatalf("%d tools of bcc, %v: Debian's package bpfcc-tools, of Bazel's root file system, has more", len(tools), err)
	}
	if some := strings.Fields(os.Getenv("TOOLS")); len(some) > 0 {
		tools = nil
		for _, name := range some {
			tools = append(tools, "/usr/sbin/"+name+"-bpfcc")
		}
	} else {
		// The others are scripts that run one of these, or a program that is no part of the package.
		tools = slices.DeleteFunc(tools, func(tool string) bool {
			b, err := os.ReadFile(tool)
			head, _, _ := bytes.Cut(b, []byte("\n"))
			return err != nil || !bytes.Contains(head, []byte("python"))
		})
	}
	full, tracing := unpack(t, "FULL"), unpack(t, "TRACING")
	programs := record(t, t.TempDir(), os.Getenv("RELEASE"), tools)
	wrong := compile(t, tracing, programs)
	var again []string
	for _, p := range programs {
		if wrong[p] != "" {
			again = append(again, p)
		}
	}
	same := compile(t, full, again)
	// Of a tool with two programs one is for other kernels.
	compiles := map[string]bool{}
	for _, p := range programs {
		if wrong[p] == "" {
			compiles[toolOf(p)] = true
		}
	}
	var neither []string
	for _, p := range again {
		switch name := toolOf(p); {
		case same[p] == "":
			t.Errorf("%s compiles from all headers, not from those of profile tracing: %s", p, wrong[p])
		case same[p] != wrong[p]:
			t.Errorf("%s fails with %q, with all headers with %q", p, wrong[p], same[p])
		case !compiles[name] && !strings.Contains(wrong[p], "tracepoint__") && !slices.Contains(neither, name):
			neither = append(neither, name)
		}
	}
	if want := strings.Fields(os.Getenv("NEITHER")); !slices.Equal(neither, want) {
		for _, p := range again {
			t.Logf("%s: %s", filepath.Base(p), wrong[p])
		}
		t.Errorf("these compile from neither, though no tracepoint's format is what they lack: %q; want %q", neither, want)
	}
	t.Logf("%d of %d programs of %d tools compile", len(programs)-len(again), len(programs), len(tools))
}

// preamble is what bpftrace hands to clang of a tool: all before the first
// probe, without comments and the like of its own language.
func preamble(text string) string {
	var out []string
	for _, line := range strings.Split(text, "\n") {
		if strings.HasPrefix(line, "#!") {
			continue
		}
		if f := strings.Fields(line); len(f) > 0 && !strings.HasPrefix(line, "#") && !strings.HasPrefix(line, " ") && !strings.HasPrefix(line, "/*") &&
			(f[0] == "BEGIN" || strings.Contains(f[0], ":") || strings.HasPrefix(f[0], "config")) {
			break
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n")
}

// TestBpftrace has clang read what bpftrace's tools include, with bpftrace's
// flags: it sees the very same text with all headers, if it can read these.
func TestBpftrace(t *testing.T) {
	tools, err := filepath.Glob("/usr/sbin/*.bt")
	if err != nil {
		t.Fatal(err)
	}
	full, tracing := unpack(t, "FULL"), unpack(t, "TRACING")
	builtin, err := run(t, "clang", "-print-resource-dir")
	if err != nil {
		t.Fatal(err)
	}
	// Paths are relative, since some are part of the text.
	read := func(dir, source string) (string, error) {
		a := "arch/x86/include"
		args := []string{"-E", "-P", "-x", "c", "-nostdinc", "-isystem", strings.TrimSpace(builtin) + "/include", "-D__KERNEL__", "-D__BPF_TRACING__", "-D__TARGET_ARCH_x86", "-DCC_USING_FENTRY", "-w"}
		for _, d := range []string{a, a + "/generated", "include", a + "/uapi", a + "/generated/uapi", "include/uapi", "include/generated/uapi"} {
			args = append(args, "-I"+d)
		}
		for _, h := range []string{"linux/kconfig.h", "linux/compiler_types.h"} {
			args = append(args, "-include", "include/"+h)
		}
		return runIn(t, dir, "clang", append(args, source)...)
	}
	included := 0
	for _, tool := range tools {
		b, err := os.ReadFile(tool)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(b), "#include") {
			continue
		}
		source := filepath.Join(t.TempDir(), "source.c")
		if err := os.WriteFile(source, []byte(preamble(string(b))), 0o644); err != nil {
			t.Fatal(err)
		}
		want, err := read(full, source)
		if err != nil {
			t.Logf("%s: does not compile from all headers: %.200s", tool, want)
			continue
		}
		got, err := read(tracing, source)
		if err != nil {
			t.Errorf("%s: %.500s", tool, got)
		} else if got != want {
			t.Errorf("%s: clang reads %d bytes, %d with all headers", tool, len(got), len(want))
		}
		if len(want) > 100_000 {
			included++
		}
	}
	if included < 10 {
		t.Errorf("%d tools of bpftrace include headers: too few to show anything", included)
	}
}

// TestSize holds the smallest archive to its limit.
func TestSize(t *testing.T) {
	if os.Getenv("MAX") == "" {
		t.Skip("no limit for this kernel")
	}
	var limit int64
	if _, err := fmt.Sscan(os.Getenv("MAX"), &limit); err != nil {
		t.Fatal(err)
	}
	st, err := os.Stat(runfile.Path(t, "SMALLEST"))
	if err != nil {
		t.Fatal(err)
	}
	if st.Size() > limit {
		t.Errorf("%d bytes, at most %d", st.Size(), limit)
	}
}
