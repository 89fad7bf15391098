package sign

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
)

// modinst signs a module by the program, and returns the signed one.
func modinst(t *testing.T, module string, flags ...string) []byte {
	t.Helper()
	to := filepath.Join(t.TempDir(), "signed.ko")
	args := append([]string{"modinst", module, "--output=" + to}, flags...)
	if out, err := exec.Command(runfile.Path(t, "KHEADERS"), args...).CombinedOutput(); err != nil {
		t.Fatalf("%q: %v: %s", args, err, out)
	}
	return read(t, to)
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// decompressed has a module decompressed by another program, with the memory
// that a dictionary or a window of 1 MiB takes.
func decompressed(t *testing.T, env string) []byte {
	t.Helper()
	program := []string{"zstd", "-dc", "--memory=1MiB"}
	if env == "ECDSA" {
		program = []string{"xz", "-dc", "--memlimit-decompress=2MiB"}
	}
	cmd := exec.Command(program[0], program[1:]...)
	cmd.Stdin = bytes.NewReader(runfile.Read(t, env))
	b, err := cmd.Output()
	if err != nil {
		t.Fatalf("%q: %v", program, err)
	}
	return b
}
