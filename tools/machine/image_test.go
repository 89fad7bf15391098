package machine

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/kmod/kmodtest"
)

// writeBeside writes a file beside the kernel of a machine.
func writeBeside(t *testing.T, m Machine, name, text string) string {
	t.Helper()
	path := filepath.Join(filepath.Dir(m.Kernel), name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// at puts bytes at a place of a file.
func at(place int, s string) string { return strings.Repeat("\x00", place) + s }

// imageFile writes what begins as an image for the architecture.
func imageFile(t *testing.T, arch string) string {
	t.Helper()
	s := images[arch].signs[0]
	path := filepath.Join(t.TempDir(), "vmlinuz")
	if err := os.WriteFile(path, []byte(at(int(s.at), s.bytes)), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// zipped compresses by gzip.
func zipped(s string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	io.WriteString(z, s)
	z.Close() // a buffer takes all
	return b.String()
}

func TestImage(t *testing.T) {
	module := string(kmodtest.Module("kheaders", "6.1", ""))
	program := module[:16] + "\x02" + module[17:] // of type ET_EXEC
	for _, c := range []struct {
		name, file string
		archs      string
	}{
		{"bzImage", at(0x202, "HdrS"), "x86"},
		{"zImage", at(0x24, "\x18\x28\x6f\x01"), "arm"},
		{"zImage of big-endian", at(0x24, "\x01\x6f\x28\x18"), "arm"},
		{"Image of arm64", at(56, "ARM\x64"), "arm64"},
		{"Image of riscv", at(56, "RSC\x05"), "riscv"},
		{"Image.gz", zipped(at(56, "ARM\x64")), "arm64"},
		{"archive", zipped(at(56, "tar")), ""},
		{"what begins as gzip", "\x1f\x8b\x08", ""},
		{"vmlinuz.efi", "MZ\x00\x00zimg", "arm64"},
		{"uImage", "\x27\x05\x19\x56", "arm arm64 riscv"},
		{"bzImage of s390", at(0x10008, "S390EP"), "s390"},
		{"vmlinux", program, "x86"},
		{"module", module, ""},
		{"nothing", "", ""},
		{"cut", at(0x202, "Hdr"), ""},
		{"text", strings.Repeat("no kernel\n", 1<<14), ""},
	} {
		for arch := range emulators {
			is, err := isImage(strings.NewReader(c.file), arch)
			if want := strings.Contains(" "+c.archs+" ", " "+arch+" "); err != nil || is != want {
				t.Errorf("%s for %s: %v, %v; want %v", c.name, arch, is, err, want)
			}
		}
	}
}

// TestNoImage boots nothing.
func TestNoImage(t *testing.T) {
	for name, want := range map[string]string{
		"text": `/text": it is no image of a kernel for x86: name a vmlinuz, which the kernel's build calls bzImage, or Debian's package of one`,
		"dir":  "is a directory",
		"none": "read kernel: open ",
	} {
		m := fakeQEMU(t, "echo ok one; echo 1..1")
		writeBeside(t, m, "text", "no kernel\n")
		if err := os.Mkdir(filepath.Join(filepath.Dir(m.Kernel), "dir"), 0o755); err != nil {
			t.Fatal(err)
		}
		m.Kernel = filepath.Join(filepath.Dir(m.Kernel), name)
		if err := m.Run(io.Discard, func(Result) {}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}
