package kmod

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"golang.org/x/sys/unix"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/kmod/kmodtest"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/xz"
)

// compressed returns b as modules_install and distributions leave modules.
func compressed(t *testing.T, how string, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	var w io.WriteCloser
	var err error
	switch how {
	case "":
		return b
	case "gz":
		w = gzip.NewWriter(&out)
	case "xz":
		w, err = xz.NewWriter(&out, xz.Options{Dict: 1 << 20})
	case "zst":
		w, err = zstd.NewWriter(&out)
	}
	if err == nil {
		_, err = w.Write(b)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func write(t *testing.T, dir, name string, b []byte) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestOpen reads modules as they lie on disks; what the kernel is given is the
// module as it was.
func TestOpen(t *testing.T) {
	dir := t.TempDir()
	ko := kmodtest.Module("kheaders", "6.1.0-50-amd64", strings.Repeat("archive", 1000))
	for _, how := range []string{"", "gz", "xz", "zst"} {
		m, err := Open(write(t, dir, "kheaders.ko."+how, compressed(t, how, ko)))
		if err != nil {
			t.Errorf("%q: %v", how, err)
			continue
		}
		if m.Name != "kheaders" || m.Release != "6.1.0-50-amd64" {
			t.Errorf("%q: %+v", how, m)
		}
		got, err := io.ReadAll(io.NewSectionReader(m.image, 0, 1<<20))
		if err != nil || !bytes.Equal(got, ko) {
			t.Errorf("%q: %d bytes, %v", how, len(got), err)
		}
		m.Close()
	}
}

// TestOpenRefuses has files that are no modules, which is told apart from modules
// that are broken.
func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	ko := kmodtest.Module("kheaders", "6.1", "archive")
	program := bytes.Clone(ko)
	program[16] = 2 // an executable
	packed := compressed(t, "xz", ko)
	for name, c := range map[string]struct {
		data []byte
		none bool
		want string
	}{
		"empty":    {nil, true, "no kernel module"},
		"text":     {[]byte("text"), true, "no kernel module"},
		"archive":  {compressed(t, "gz", []byte(strings.Repeat("a tar", 1000))), true, "no kernel module"},
		"program":  {program, true, "no kernel module"},
		"head":     {ko[:70], true, "no kernel module"},
		"no name":  {kmodtest.Module("", "6.1", ""), true, "no kernel module"},
		"a path":   {kmodtest.Module("../x", "6.1", ""), true, "no kernel module"},
		"cut xz":   {packed[:len(packed)-20], false, "unexpected EOF"},
		"other xz": {append(bytes.Clone(packed[:60]), make([]byte, 60)...), true, "no kernel module"},
	} {
		_, err := Open(write(t, dir, name, c.data))
		if err == nil || errors.Is(err, ErrNotModule) != c.none || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: error %v, want %q", name, err, c.want)
		}
	}
	if _, err := Open(dir); err == nil || !strings.Contains(err.Error(), "a directory") {
		t.Errorf("a directory: %v", err)
	}
}

// TestMemoryFile has a file that no program can be run from, where the kernel knows
// such ones.
func TestMemoryFile(t *testing.T) {
	f, err := memoryFile()
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	fd, err := unix.MemfdCreate("probe", unix.MFD_CLOEXEC|unix.MFD_NOEXEC_SEAL)
	if err == nil {
		unix.Close(fd)
		if st, err := f.Stat(); err != nil || st.Mode().Perm()&0o111 != 0 {
			t.Errorf("its mode is %v, %v", st.Mode(), err)
		}
	}
	if n, err := f.WriteString("x"); n != 1 || err != nil {
		t.Errorf("it cannot be written to: %v", err)
	}
}

func TestFind(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "modules.dep", []byte(`kernel/fs/other.ko:
kernel/net/not-kheaders.ko.xz: kernel/fs/other.ko
extra/kheaders.ko.zst: kernel/b.ko.zst kernel/a.ko.zst
updates/my-module.ko:
/abs/else.ko: kernel/fs/other.ko
`))
	for name, want := range map[string][]string{
		"kheaders":     {dir + "/kernel/a.ko.zst", dir + "/kernel/b.ko.zst", dir + "/extra/kheaders.ko.zst"},
		"my_module":    {dir + "/updates/my-module.ko"},
		"else":         {dir + "/kernel/fs/other.ko", "/abs/else.ko"},
		"kheader":      nil,
		"not_kheaders": {dir + "/kernel/fs/other.ko", dir + "/kernel/net/not-kheaders.ko.xz"},
	} {
		if got, err := Find(dir, name); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %q, %v, want %q", name, got, err, want)
		}
	}
	if _, err := Find(dir+"/none", "kheaders"); err == nil || !strings.Contains(err.Error(), "modules.dep") {
		t.Errorf("no modules.dep: %v", err)
	}
}

// TestLoadRefused gives the kernel what is no module of any kernel, or has no
// right to: it says no, in a line.
func TestLoadRefused(t *testing.T) {
	m, err := Open(write(t, t.TempDir(), "kheaders.ko", kmodtest.Module("kheaders_of_a_test", "0.0", "")))
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	if err := m.Load(); err == nil || errors.Is(err, ErrLoaded) || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), m.Path) {
		t.Errorf("loaded: %v", err)
	}
}
