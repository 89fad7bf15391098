package main

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/hosttools"
)

func TestWrongMachine(t *testing.T) {
	here, err := hosttools.ParseMachine(runtime.GOARCH)
	if err != nil {
		t.Skip(err)
	}
	for text, want := range map[string]string{
		"":                                   "",
		"{":                                  "",
		`{"schema": 1, "host_machines": []}`: "",
		`{"schema": 1, "host_machines": ["` + here + `"]}`:     "",
		`{"schema": 1, "host_machines": ["pdp11", "sparc64"]}`: "are for pdp11 and sparc64, this machine is " + here,
	} {
		work := t.TempDir()
		if err := os.Mkdir(filepath.Join(work, "tree"), 0o755); err != nil {
			t.Fatal(err)
		}
		if text != "" {
			if err := os.WriteFile(filepath.Join(work, "tree", hosttools.InfoPath), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if got := wrongMachine(work); (got == "") != (want == "") || !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}
