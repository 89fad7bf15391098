package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/kmod/kmodtest"
)

// TestVM has a QEMU that says what a guest would.
func TestVM(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
		return path
	}
	machine := []string{
		"vm", "--test",
		"--kernel=" + file("vmlinuz", strings.Repeat("\x00", 0x202)+"HdrS"),
		"--module=" + file("kheaders.ko", string(kmodtest.Module("kheaders", "6.1", ""))),
		"--archive=" + file("kheaders.tgz", "archive"),
		"--busybox=" + file("busybox", string(kmodtest.Module("busybox", "", ""))), // needs no libraries
	}
	for _, c := range []struct {
		name, guest string
		args        []string
		want        string
	}{
		{"passes", "echo ok insmod; echo 1..1", nil, ""},
		{"fails", "echo ok insmod; echo not ok size; echo not ok log; echo 1..3", nil, `vm: 2 of 3 checks in the guest failed: "size", "log"`},
		{"panics", "echo ok insmod; echo not ok size", nil, `1 of 2 checks in the guest failed: "size"; the guest stopped after 2 checks`},
		{"takes too long", "echo ok insmod; while :; do :; done", []string{"--limit=100ms"}, "took more than 100ms of CPU time"},
		{"has a file", "echo ok insmod; echo 1..1", []string{"--file=/etc/x=/dev/null"}, ""},
		{"has a file twice", "", []string{"--file=/x=/dev/null", "--file=/x=/dev/zero"}, `"/x" is given twice: give each file of the guest a path of its own`},
		{"has the machine's own", "", []string{"--file=/archive=/dev/null"}, `file "/archive" of the guest is the machine's own: give yours another path there`},
		{"has one of the guest's own", "", []string{"--file=/etc/passwd=/dev/null"}, `file "/etc/passwd" of the guest is the machine's own: give yours another path there`},
		{"has a file for a directory", "", []string{"--file=/etc=/dev/null"}, `"/etc" is a file, and "/etc/group" is to be in it: give one of them another path`},
		{"has a file that is hidden", "", []string{"--file=/proc/x=/dev/null"}, `file "/proc/x" of the guest is the machine's own`},
		{"has a file nowhere", "", []string{"--file=etc/x=/dev/null"}, "give an absolute path in the guest"},
		{"is for another machine", "", []string{"--arch=vax"}, `unknown architecture "vax"`},
		{"has no processor", "", []string{"--cpus=0"}, "--cpus, --memory and --limit are above 0"},
		{"is accelerated by what is not known", "", []string{"--accel=hvf"}, `--accel="hvf" is unknown: use tcg or kvm`},
	} {
		t.Run(c.name, func(t *testing.T) {
			args := append(machine, "--qemu="+file("qemu", "#!/bin/sh\n"+c.guest+"\n"))
			var out bytes.Buffer
			err := run(append(args, c.args...), &out)
			if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("error %v, want %q", err, c.want)
			}
			if strings.HasPrefix(c.guest, "echo ok") && !strings.HasPrefix(out.String(), "ok insmod\n") {
				t.Errorf("it says %q", out.String())
			}
		})
	}
}
