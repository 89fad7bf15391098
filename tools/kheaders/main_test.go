package main

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tests/cli"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets the test binary be the program that the scripts run.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"kheaders": main})
}

// TestScripts runs the scripts that tests/cli runs with the binary that users
// get, so that they are part of `go test` as well.
func TestScripts(t *testing.T) { cli.Run(t, "../../tests/cli/testdata", nil) }

// TestExpandArgs has a parameter file's lines in its place, long ones too.
func TestExpandArgs(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return "@" + path
	}
	long := strings.Repeat("x", 1_000_000)
	two := file("two", "--a=b c\n@not a file\n"+long)
	got, files, err := expandArgs([]string{"first", two, "last", two})
	want := []string{"first", "--a=b c", "@not a file", long, "last", "--a=b c", "@not a file", long}
	if err != nil || !slices.Equal(got, want) || !slices.Equal(files, []string{two[1:], two[1:]}) {
		t.Errorf("%d arguments, %v", len(got), err)
	}
	if _, _, err := expandArgs([]string{file("longer", strings.Repeat("x", 1<<20+1))}); err == nil || !strings.Contains(err.Error(), "longer: line 1 is longer than 1048576 bytes: correct it, or give another file") {
		t.Errorf("a line of more than a MiB: %v", err)
	}
	if _, _, err := expandArgs([]string{"@" + dir + "/gone"}); err == nil || !strings.Contains(err.Error(), "no such file or directory: name one that is there after the @") {
		t.Errorf("no file: %v", err)
	}
}

// TestSaidOnce: what is wrong with a flag is said by main alone.
func TestSaidOnce(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	stderr := os.Stderr
	os.Stderr = w
	err = run([]string{"size", "--nope"}, io.Discard)
	os.Stderr = stderr
	w.Close()
	said, _ := io.ReadAll(r)
	if err == nil || !strings.Contains(err.Error(), "-nope") || len(said) > 0 {
		t.Errorf("error %v, and said %q", err, said)
	}
}
