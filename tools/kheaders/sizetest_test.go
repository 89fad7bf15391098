package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestUndeclaredOutputs(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TEST_UNDECLARED_OUTPUTS_DIR", "/out")
	t.Setenv("PATH", dir)
	if got, why := undeclaredOutputs(false); got != "" || !strings.Contains(why, "zip") || strings.Contains(why, "\n") {
		t.Errorf("without zip: %q, %q", got, why)
	}
	if got, why := undeclaredOutputs(true); got != "/out" || why != "" {
		t.Errorf("without zip, which is not needed: %q, %q", got, why)
	}
	if err := os.WriteFile(filepath.Join(dir, "zip"), []byte("#!/bin/sh\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	if got, why := undeclaredOutputs(false); got != "/out" || why != "" {
		t.Errorf("with zip: %q, %q", got, why)
	}
	t.Setenv("TEST_UNDECLARED_OUTPUTS_DIR", "")
	t.Setenv("PATH", "")
	if got, why := undeclaredOutputs(false); got != "" || why != "" {
		t.Errorf("no test of Bazel: %q, %q", got, why)
	}
}
