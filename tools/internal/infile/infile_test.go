package infile

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestOpen(t *testing.T) {
	dir := t.TempDir()
	file, pipe := filepath.Join(dir, "file"), filepath.Join(dir, "pipe")
	if err := os.WriteFile(file, []byte("12345"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	f, size, err := Open(file)
	if err != nil || size != 5 {
		t.Fatalf("size %d, %v", size, err)
	}
	f.Close()
	for path, want := range map[string]string{
		pipe: "a named pipe", dir: "a directory", "/dev/zero": "a device", filepath.Join(dir, "gone"): "no such file",
	} {
		if _, _, err := Open(path); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), dir) {
			t.Errorf("%s: error %v, want %q without the path", path, err, want)
		}
	}
}

func TestDistinct(t *testing.T) {
	dir := t.TempDir()
	a, b := filepath.Join(dir, "a"), filepath.Join(dir, "b")
	os.WriteFile(a, nil, 0o600)
	os.Symlink("a", b)
	if err := Distinct([]string{a, dir}, []string{"", filepath.Join(dir, "new"), "/dev/stdout"}); err != nil {
		t.Error(err)
	}
	if err := Distinct([]string{a}, []string{b}); !errors.Is(err, ErrSame) {
		t.Errorf("a link to an input as output: %v", err)
	}
}
