// Package kernels tests archives of real kernels: what is built from them
// alone, and what gets into a module.
package kernels

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
	"github.com/rules-kheaders/rules_kheaders/tools/cpulimit"
)

// searchPath is where programs are found: in the layer that LAYER names a file
// of (//tests/layers), and on the machine.
func searchPath(t *testing.T) string {
	path := "/usr/sbin:/usr/bin:/sbin:/bin"
	if os.Getenv("LAYER") != "" {
		path = filepath.Join(filepath.Dir(runfile.Path(t, "LAYER")), "bin") + ":" + path
	}
	return path
}

// run runs a program, and returns what it says.
func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	// Nothing of the test's environment may help: a user has a shell.
	cmd.Env = []string{"PATH=" + searchPath(t), "LC_ALL=C", "TMPDIR=" + t.TempDir()}
	out, err := cpulimit.CombinedOutput(cmd, cpulimit.Limit{})
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	t.Logf("%s %s\n%s", name, strings.Join(args, " "), out)
	return string(out)
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// unpack unpacks the archive under test and returns the directory.
func unpack(t *testing.T) string {
	t.Helper()
	return unpackFile(t, runfile.Path(t, "ARCHIVE"))
}

// unpackFile unpacks an archive and returns the directory.
func unpackFile(t *testing.T, archive string) string {
	t.Helper()
	dir := t.TempDir()
	run(t, "tar", "-xf", archive, "-C", dir)
	return dir
}

// utsRelease is what uname -r says of the tree's kernel.
func utsRelease(t *testing.T, tree string) string {
	t.Helper()
	m := regexp.MustCompile(`UTS_RELEASE "(.*)"`).FindStringSubmatch(read(t, filepath.Join(tree, "include/generated/utsrelease.h")))
	if m == nil {
		t.Fatal("no UTS_RELEASE in the archive")
	}
	return m[1]
}

// kbuild makes a target of the module in dir, with MAKE_ARGS of the
// environment, and returns what make says.
func kbuild(t *testing.T, tree, dir, target string, more ...string) string {
	t.Helper()
	args := append([]string{"-C", tree, "M=" + dir, target}, strings.Fields(os.Getenv("MAKE_ARGS"))...)
	return run(t, "make", append(args, more...)...)
}
