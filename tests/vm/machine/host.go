package machine

import (
	"debug/elf"
	_ "embed"
	"fmt"
	"io"
	"io/fs"
	"os"
	"testing"
)

//go:embed prelude.sh
var prelude string

//go:embed trouble.sh
var trouble string

//go:embed finish.sh
var finish string

// Scripts returns the text of scripts that a test embeds, one after the other.
func Scripts(t testing.TB, embedded fs.FS, names ...string) string {
	t.Helper()
	var all []byte
	for _, name := range names {
		b, err := fs.ReadFile(embedded, name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, b...)
	}
	return string(all)
}

// outputs is where Bazel keeps what a test leaves behind.
func outputs(t *testing.T) string {
	if dir := os.Getenv("TEST_UNDECLARED_OUTPUTS_DIR"); dir != "" {
		return dir
	}
	return t.TempDir()
}

// checkStatic makes sure that a program runs without libraries.
func checkStatic(path string) error {
	f, err := elf.Open(path)
	if err != nil {
		return fmt.Errorf("read %s: %w", path, err)
	}
	defer f.Close()
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP {
			return fmt.Errorf("%s needs libraries: install Debian's busybox-static", path)
		}
	}
	return nil
}

// tail returns the end of a file.
func tail(path string) string {
	f, err := os.Open(path)
	if err != nil {
		return err.Error()
	}
	defer f.Close()
	if size, err := f.Seek(0, io.SeekEnd); err == nil && size > logTail {
		f.Seek(-logTail, io.SeekEnd)
	} else {
		f.Seek(0, io.SeekStart)
	}
	b, err := io.ReadAll(f)
	if err != nil {
		return err.Error()
	}
	return string(b)
}
