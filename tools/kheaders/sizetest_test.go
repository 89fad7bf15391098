package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestUndeclaredOutputs(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TEST_UNDECLARED_OUTPUTS_DIR", "/out")
	t.Setenv("PATH", dir)
	if got := undeclaredOutputs(); got != "" {
		t.Errorf("without zip: %q", got)
	}
	if err := os.WriteFile(filepath.Join(dir, "zip"), []byte("#!/bin/sh\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	if got := undeclaredOutputs(); got != "/out" {
		t.Errorf("with zip: %q", got)
	}
}
