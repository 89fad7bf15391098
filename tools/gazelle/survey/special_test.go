package survey

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestPipes has pipes where files are read: whoever opened one would wait for
// ever.
func TestPipes(t *testing.T) {
	dir := t.TempDir()
	pipe := filepath.Join(dir, "Makefile")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	done := make(chan bool)
	go func() {
		if got := head(pipe); got != "" {
			t.Errorf("it has %q", got)
		}
		if got := includesOf(pipe); got != nil {
			t.Errorf("it includes %v", got)
		}
		if _, ok := kernelVersion(dir); ok {
			t.Error("it is a kernel")
		}
		if got := sourceOf(dir); got != "" {
			t.Errorf("its source is %q", got)
		}
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(time.Minute):
		t.Fatal("a pipe is waited for")
	}
}

// TestDeepConditionals has many #includes within many conditionals.
func TestDeepConditionals(t *testing.T) {
	const n = 50_000
	dir := t.TempDir()
	name := filepath.Join(dir, "x.h")
	if err := os.WriteFile(name, []byte("#ifndef X\n#include \"a.h\"\n"+strings.Repeat("#if A\n#include \"b.h\"\n", n)+strings.Repeat("#endif\n", n+1)), 0o600); err != nil {
		t.Fatal(err)
	}
	got := includesOf(name)
	if len(got) != n+1 || got[0].Guarded || !got[1].Guarded || !got[n].Guarded {
		t.Errorf("%d includes, the first %+v", len(got), got[:1])
	}
}
