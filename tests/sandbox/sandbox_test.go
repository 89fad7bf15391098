// Package sandbox tests that builds and tests have no network.
package sandbox

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
)

// interfaces returns the names in a copy of /proc/net/dev.
func interfaces(t *testing.T, path string) []string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, line := range strings.Split(string(b), "\n") {
		if name, _, ok := strings.Cut(line, ":"); ok {
			names = append(names, strings.TrimSpace(name))
		}
	}
	return names
}

func TestActionHasNoNetwork(t *testing.T) {
	got := interfaces(t, runfile.Path(t, "ACTION_INTERFACES"))
	if len(got) != 1 || got[0] != "lo" {
		t.Errorf("an action sees the network interfaces %q, want lo alone", got)
	}
}

// TestRulesHaveNoNetwork looks at what a probe wrote that each rule's action
// ran in place of the toolchain's programs.
func TestRulesHaveNoNetwork(t *testing.T) {
	paths := strings.Fields(os.Getenv("RULE_ACTIONS"))
	seen := map[string]bool{}
	for _, path := range paths {
		seen[filepath.Base(path)] = true
		full := runfile.At(t, path)
		if got := interfaces(t, full); len(got) != 1 || got[0] != "lo" {
			t.Errorf("the action of %s sees the network interfaces %q, want lo alone", path, got)
		}
		if b, _ := os.ReadFile(full); strings.Contains(string(b), "BUILD.bazel") {
			t.Errorf("the action of %s sees a file that it did not declare", path)
		}
	}
	for _, name := range []string{"probed.archive.tgz", "probed.set.manifest", "kheaders_data.h", "kheaders.c", "kheaders.ko", "kheaders.ko.xz", "probed.sbom.txt", "probed.size_report.txt", "probed.size_table.txt", "probed.diff_report.txt"} {
		if !seen[name] {
			t.Errorf("%s was not made by the probe: there are %q", name, paths)
		}
	}
}

func TestTestHasNoNetwork(t *testing.T) {
	if got := interfaces(t, "/proc/self/net/dev"); len(got) != 1 || got[0] != "lo" {
		t.Errorf("a test sees the network interfaces %q, want lo alone", got)
	}
}

// TestUndeclaredFilesAreAbsent looks for a file of this package that the
// action did not declare.
func TestUndeclaredFilesAreAbsent(t *testing.T) {
	if got := strings.Fields(string(runfile.Read(t, "ACTION_FILES"))); len(got) != 1 || got[0] != "BUILD.bazel" {
		t.Errorf("an action that declares BUILD.bazel sees %q", got)
	}
}
