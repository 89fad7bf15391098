// Package resources_test compares what the rules tell Bazel of the archive
// action's memory with what it takes.
package resources_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"syscall"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
)

// TestMemory packs the newest kernel, all that the action can be asked for in
// the format that takes the most memory, on as many cores as one may have. Time
// and cores taken are not looked at: they are the machine's.
func TestMemory(t *testing.T) {
	m := regexp.MustCompile(`(?m)^RESOURCES = .*"memory": (\d+)`).FindSubmatch(runfile.Read(t, "RULE"))
	if m == nil {
		t.Fatal("kheaders_archive.bzl has no RESOURCES with memory")
	}
	stated, err := strconv.Atoi(string(m[1]))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	args := []string{"archive", "--arch=x86", "--profile=modules", "--strip=comments", "--format=tar.zst"}
	for _, output := range []string{"output", "manifest", "stats", "build-tree", "tree-list"} {
		args = append(args, "--"+output+"="+filepath.Join(dir, output))
	}
	for _, p := range runfile.Paths(t, "PACKAGES") {
		args = append(args, "--tree-archive="+p)
	}
	cmd := exec.Command(runfile.Path(t, "KHEADERS"), args...)
	cmd.Env = append(os.Environ(), "GOMAXPROCS=16")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	taken := int(cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss / 1024)
	t.Logf("taken %d MB, stated %d MB", taken, stated)
	if taken > stated {
		t.Errorf("the action takes %d MB, and kheaders_archive.bzl tells Bazel %d MB: tell more, or take less", taken, stated)
	}
	if stated > 5*taken {
		t.Errorf("the action takes %d MB, and kheaders_archive.bzl tells Bazel %d MB, so that fewer run at a time than could: tell less", taken, stated)
	}
}
