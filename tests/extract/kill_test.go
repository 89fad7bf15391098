package extract

import (
	"archive/tar"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
)

// TestKilled ends extract in the middle of unpacking: nothing of the archive is
// there in part, and where a signal can be handled nothing is left at all.
func TestKilled(t *testing.T) {
	work := t.TempDir()
	archive, few := filepath.Join(work, "archive.tar"), filepath.Join(work, "few.tar")
	for path, n := range map[string]int{archive: 100_000, few: 10} {
		if err := os.WriteFile(path, makeTar(t, n), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, signal := range []syscall.Signal{syscall.SIGKILL, syscall.SIGTERM} {
		for _, there := range []bool{false, true} {
			t.Run(fmt.Sprintf("%v, empty directory %v", signal, there), func(t *testing.T) {
				parent := t.TempDir()
				dir := filepath.Join(parent, "dir")
				if there {
					if err := os.Mkdir(dir, 0o700); err != nil {
						t.Fatal(err)
					}
				}
				killed(t, signal, archive, parent, dir)
				switch found, err := os.ReadDir(dir); {
				case there && (err != nil || len(found) > 0):
					t.Errorf("of the empty directory there is %v, %v", found, err)
				case !there && !os.IsNotExist(err):
					t.Errorf("the new directory is there (%v), with %d files", err, len(found))
				}
				if left := filled(parent); signal == syscall.SIGTERM && left != "" {
					t.Errorf("%s is left", left)
				}
				// Once more in the same place: what is left is not in the way.
				kheaders(t, "extract", few, "--unpack="+dir)
				if _, err := os.Stat(filepath.Join(dir, "d0", "f0")); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

// killed runs extract until it has unpacked a file, and ends it.
func killed(t *testing.T, signal syscall.Signal, archive, parent, dir string) {
	t.Helper()
	cmd := exec.Command(runfile.Path(t, "KHEADERS"), "extract", archive, "--unpack="+dir)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for {
		select {
		case err := <-ended:
			t.Fatalf("it was done before it could be ended: %v\n%s", err, stderr.String())
		case <-time.After(time.Millisecond):
		}
		if filled(parent) != "" {
			break
		}
	}
	if err := cmd.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err == nil {
		t.Fatal("it was done before it was ended")
	}
	status := cmd.ProcessState.Sys().(syscall.WaitStatus)
	if signal == syscall.SIGKILL && status.Signal() != signal || signal == syscall.SIGTERM && status.ExitStatus() != 128+int(signal) {
		t.Errorf("it ended by %v: %s", cmd.ProcessState, stderr.String())
	}
}

// filled names a temporary directory in parent that has files.
func filled(parent string) string {
	found, _ := os.ReadDir(parent)
	for _, f := range found {
		if in, _ := os.ReadDir(filepath.Join(parent, f.Name())); strings.HasSuffix(f.Name(), ".tmp") && len(in) > 0 {
			return f.Name()
		}
	}
	return ""
}

// makeTar returns a tar of n files: of 100,000, it takes seconds to unpack.
func makeTar(t *testing.T, n int) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for i := range n {
		if err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: fmt.Sprintf("d%d/f%d", i/1000, i), Mode: 0o644}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
