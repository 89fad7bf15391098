// Package builtin tests a kernel with an archive built in.
package builtin

import (
	_ "embed"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rules_kheaders/tests/vm/machine"
)

//go:embed builtin.sh
var checks string

// data returns the path of the runfile that an environment variable names.
func data(t *testing.T, env string) string {
	t.Helper()
	v := os.Getenv(env)
	if v == "" {
		t.Fatalf("%s is not set: run this by `tools/bazel test //tests/builtin/...`", env)
	}
	return filepath.Join(os.Getenv("TEST_SRCDIR"), v)
}

func read(t *testing.T, env string) string {
	t.Helper()
	b, err := os.ReadFile(data(t, env))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestMarkersInKernel(t *testing.T) {
	if n := strings.Count(read(t, "VMLINUX"), "IKHD_ST"+read(t, "ARCHIVE")+"IKHD_ED"); n != 1 {
		t.Errorf("vmlinux has the archive between markers %d times, want once", n)
	}
}

func TestBoot(t *testing.T) {
	machine.Machine{
		Arch:    "x86",
		Kernel:  data(t, "KERNEL"),
		Busybox: data(t, "BUSYBOX"),
		Init:    checks,
		Files:   map[string]machine.File{"/archive": {Path: data(t, "ARCHIVE")}},
	}.Run(t)
}
