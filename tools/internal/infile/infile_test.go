package infile

import (
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
