// Package kernels cuts the archive out of kernels and of the memory of one that
// runs.
package kernels

import (
	"bytes"
	"compress/gzip"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
)

// finds extracts from an image and compares with the archive that an
// environment variable names.
func finds(t *testing.T, image, archive string) {
	t.Helper()
	out := filepath.Join(t.TempDir(), "archive")
	if said, err := exec.Command(runfile.Path(t, "KHEADERS"), "extract", image, "--output="+out).CombinedOutput(); err != nil || len(said) > 0 {
		t.Errorf("extract: %v: %s", err, said)
		return
	}
	if got, err := os.ReadFile(out); err != nil || !bytes.Equal(got, runfile.Read(t, archive)) {
		t.Errorf("what was cut out has %d bytes and is not the archive (%v)", len(got), err)
	}
}

// TestBuiltIn has a kernel that the archive is built into: as the ELF file, and
// as what boots, in which all of it is compressed.
func TestBuiltIn(t *testing.T) {
	for _, image := range []string{"VMLINUX", "BZIMAGE"} {
		t.Run(image, func(t *testing.T) { finds(t, runfile.Path(t, image), "BUILTIN") })
	}
	if bytes.Contains(runfile.Read(t, "BZIMAGE"), []byte("IKHD_ST\x1f\x8b")) {
		t.Error("the archive is in plain sight in the bzImage: it is not looked for in what is compressed")
	}
}

// TestArm64 has a distribution's arm64 kernel, and after it, where a loader puts
// what belongs to a kernel, its kheaders.ko. It is no kernel with the archive
// built in, which would have to be built for arm64; its header, its size and its
// code are real, and so is the module.
func TestArm64(t *testing.T) {
	image := runfile.Read(t, "ARM64_IMAGE")
	if len(image) < 64 || string(image[56:60]) != "ARM\x64" {
		t.Fatalf("the kernel does not begin as an arm64 Image does: % x", image[:min(64, len(image))])
	}
	page := make([]byte, (4096-len(image)%4096)%4096)
	image = bytes.Join([][]byte{image, page, runfile.Read(t, "ARM64_MODULE")}, nil)
	var packed bytes.Buffer
	z, err := gzip.NewWriterLevel(&packed, gzip.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := z.Write(image); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"Image": image, "Image.gz": packed.Bytes()} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), name)
			if err := os.WriteFile(path, data, 0o644); err != nil {
				t.Fatal(err)
			}
			finds(t, path, "ARM64_ARCHIVE")
		})
	}
}
