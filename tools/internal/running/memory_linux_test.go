package running

import (
	"archive/tar"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/xz"
)

// mostMemory is what it may take, in bytes.
const mostMemory = 64_000_000

// TestMemory unpacks archives of xz in a process of its own, and looks how much
// memory that had at most: with the dictionary that kernels' archives have, and
// with the largest that is taken.
func TestMemory(t *testing.T) {
	if root := os.Getenv("RUNNING_TEST_ROOT"); root != "" {
		useIn(t, root)
		return
	}
	for _, dict := range []int{8 << 20, window} {
		f := newFake(t)
		out, err := os.Create(f.path("/proc/kheaders.tar.xz"))
		if err != nil {
			t.Fatal(err)
		}
		writeLarge(t, out, dict)
		cmd := exec.Command("/proc/self/exe", "-test.run=^TestMemory$", "-test.v")
		cmd.Env = append(os.Environ(), "RUNNING_TEST_ROOT="+f.Root)
		said, err := cmd.CombinedOutput()
		peak := regexp.MustCompile(`VmHWM:\s+(\d+) kB`).FindSubmatch(said)
		if err != nil || peak == nil {
			t.Fatalf("%v\n%s", err, said)
		}
		kb, err := strconv.Atoi(string(peak[1]))
		t.Logf("a dictionary of %d bytes takes %d kB", dict, kb)
		if err != nil || kb*1024 > mostMemory || kb*1024 < dict {
			t.Errorf("a dictionary of %d bytes takes %d kB, %v", dict, kb, err)
		}
	}
}

// useIn is what the program does.
func useIn(t *testing.T, root string) {
	debug.SetGCPercent(30)
	LimitMemory()
	s := &System{
		Root: root, Release: release, Unload: func(string) error { return nil },
		NoExec: func(string) bool { return false }, Note: t.Logf,
	}
	if _, err := Find(s, Options{MaxBytes: 1 << 30, MaxFiles: 200000}); err != nil {
		t.Fatal(err)
	}
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	fmt.Printf("%s\n", status)
}

// writeLarge writes an archive whose text is larger than any dictionary, and
// quickly compressed.
func writeLarge(t *testing.T, out io.WriteCloser, dict int) {
	t.Helper()
	z, err := xz.NewWriter(out, xz.Options{Dict: dict, Nice: 8, Depth: 1})
	if err != nil {
		t.Fatal(err)
	}
	w := tar.NewWriter(z)
	files := headersOf(release)
	for n := range 40 {
		files[fmt.Sprintf("include/large%d.h", n)] = strings.Repeat(fmt.Sprintf("#define LARGE %d\n", n), 1<<16)
	}
	for name, text := range files {
		if err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: 0o644, Size: int64(len(text))}); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, text); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []io.Closer{w, z, out} {
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
