package untar

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"
)

func someTar(t *testing.T) *bytes.Buffer {
	return makeTar(t,
		tar.Header{Name: "./d/", Typeflag: tar.TypeDir, Mode: 0o777},
		tar.Header{Name: "./d/x", Typeflag: tar.TypeReg, Mode: 0o6777})
}

func names(t *testing.T, dir string) string {
	t.Helper()
	found, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var s []string
	for _, f := range found {
		s = append(s, f.Name())
	}
	return strings.Join(s, " ")
}

func TestInto(t *testing.T) {
	parent := t.TempDir()
	for _, name := range []string{"new", "empty", "slash/"} {
		dir := parent + "/" + name
		if name == "empty" {
			if err := os.Mkdir(dir, 0o700); err != nil {
				t.Fatal(err)
			}
		}
		if err := Into(someTar(t), dir, Options{}); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		root := os.FileMode(0o755)
		if name == "empty" {
			root = 0o700
		}
		for file, mode := range map[string]os.FileMode{".": root, "d": 0o755, "d/x": 0o755} {
			if st, err := os.Stat(filepath.Join(dir, file)); err != nil || st.Mode().Perm() != mode || st.Mode()&os.ModeSetuid != 0 {
				t.Errorf("%s/%s: %v, %v", name, file, st.Mode(), err)
			}
		}
	}
	if got := names(t, parent); got != "empty new slash" {
		t.Errorf("in the directory are %s", got)
	}
}

// TestIntoKeepsMode has a directory that is there keep its mode, whether it is
// filled or not.
func TestIntoKeepsMode(t *testing.T) {
	for _, mode := range []os.FileMode{0o700, 0o777, 0o500, 0o750 | os.ModeSetgid, 0o777 | os.ModeSticky} {
		for want, r := range map[string]*bytes.Buffer{"d": someTar(t), "": bytes.NewBuffer(someTar(t).Bytes()[:1030])} {
			parent := t.TempDir()
			dir := filepath.Join(parent, "dir")
			if err := os.Mkdir(dir, 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(dir, mode); err != nil {
				t.Fatal(err)
			}
			// Who is not root can remove nothing from a directory of mode 0500.
			t.Cleanup(func() { os.Chmod(dir, 0o700) })
			err := Into(r, dir, Options{})
			if (err == nil) != (want != "") {
				t.Errorf("mode %v: %v", mode, err)
			}
			st, err := os.Stat(dir)
			if err != nil || st.Mode() != mode|os.ModeDir || names(t, parent) != "dir" || names(t, dir) != want {
				t.Errorf("mode %v: %v %v, %s: %s", mode, st, err, names(t, parent), names(t, dir))
			}
		}
	}
}

// noReader fails the test if it is read.
type noReader struct{ t *testing.T }

func (r noReader) Read([]byte) (int, error) {
	r.t.Error("it was read before it was known that nothing can be unpacked")
	return 0, io.EOF
}

// TestIntoMount has an empty mount point and a file system that is not to be
// written to: what to do is said before anything is unpacked. Mounts are made by
// this test once more in a name space of its own.
func TestIntoMount(t *testing.T) {
	if os.Getenv("INTO_MOUNT") == "" {
		cmd := exec.Command("/proc/self/exe", "-test.run=^TestIntoMount$", "-test.v")
		cmd.Env = append(os.Environ(), "INTO_MOUNT="+t.TempDir())
		cmd.SysProcAttr = &syscall.SysProcAttr{
			Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
			UidMappings: []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}},
			GidMappings: []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}},
		}
		out, err := cmd.CombinedOutput()
		if errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.ENOSPC) {
			t.Skipf("this machine allows no name spaces: %v", err)
		}
		if err != nil || !bytes.Contains(out, []byte("--- PASS: TestIntoMount")) {
			t.Errorf("in a name space of its own: %v\n%s", err, out)
		}
		return
	}
	parent := os.Getenv("INTO_MOUNT")
	mount := func(dir string, flags uintptr) {
		t.Helper()
		if err := syscall.Mount("tmpfs", dir, "tmpfs", flags, ""); err != nil {
			t.Fatal(err)
		}
	}
	mount(parent, 0)
	for _, dir := range []string{"mount", "fixed/empty"} {
		if err := os.MkdirAll(filepath.Join(parent, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	mount(filepath.Join(parent, "mount"), 0)
	mount(filepath.Join(parent, "fixed"), syscall.MS_RDONLY)
	for name, want := range map[string]string{
		"mount":     "device or resource busy: name a new directory, in it or elsewhere",
		"fixed/new": "read-only file system: name a new directory in one that you can write to",
	} {
		err := Into(noReader{t}, filepath.Join(parent, name), Options{})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error is %v, want %q", name, err, want)
		}
	}
	if got := names(t, parent) + names(t, filepath.Join(parent, "mount")); got != "fixed mount" {
		t.Errorf("in the directory are %s", got)
	}
	// What the error says to do does it.
	if err := Into(someTar(t), filepath.Join(parent, "mount", "new"), Options{}); err != nil {
		t.Error(err)
	}
}

func TestIntoLeavesNothing(t *testing.T) {
	parent := t.TempDir()
	for name, c := range map[string]struct {
		r    io.Reader
		o    Options
		want string
	}{
		"cut":       {bytes.NewReader(someTar(t).Bytes()[:1030]), Options{}, "unexpected EOF"},
		"check sum": {io.MultiReader(someTar(t), iotest.ErrReader(io.ErrUnexpectedEOF)), Options{}, "unexpected EOF"},
		"bytes":     {someTar(t), Options{MaxBytes: 5}, "more than 5 bytes"},
		"files":     {someTar(t), Options{MaxFiles: 1}, "more than 1 files"},
		"dirs":      {makeTar(t, tar.Header{Name: strings.Repeat("a/", 90) + "x", Typeflag: tar.TypeReg}), Options{MaxFiles: 50}, "more than 50 files"},
		"hard link": {makeTar(t, tar.Header{Name: "f", Typeflag: tar.TypeReg}, tar.Header{Name: "h", Typeflag: tar.TypeLink, Linkname: "f"}), Options{NoHardLinks: true}, "hard link"},
		// Each link alone stays inside: x/y/q is the root, t its parent.
		"link by link": {makeTar(t,
			tar.Header{Name: "x/y/q", Typeflag: tar.TypeSymlink, Linkname: "../.."},
			tar.Header{Name: "t", Typeflag: tar.TypeSymlink, Linkname: "x/y/q/.."}), Options{}, "through another link"},
	} {
		err := Into(c.r, filepath.Join(parent, "dir"), c.o)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
		if got := names(t, parent); got != "" {
			t.Fatalf("%s: in the directory is %s", name, got)
		}
	}
}

func TestIntoRefuses(t *testing.T) {
	parent := t.TempDir()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(os.Mkdir(filepath.Join(parent, "real"), 0o755))
	must(os.Symlink("real", filepath.Join(parent, "link")))
	must(os.Symlink("gone", filepath.Join(parent, "dangling")))
	must(os.WriteFile(filepath.Join(parent, "file"), nil, 0o644))
	must(os.MkdirAll(filepath.Join(parent, "full", "x"), 0o755))
	before := names(t, parent)
	for name, want := range map[string]string{
		"link": "symbolic link", "dangling": "symbolic link", "file": "no directory", "full": "not empty", "none/dir": "no such file",
	} {
		if err := Into(someTar(t), filepath.Join(parent, name), Options{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
	t.Chdir(filepath.Join(parent, "real"))
	if err := Into(someTar(t), ".", Options{}); err == nil || !strings.Contains(err.Error(), "name a directory in it") {
		t.Errorf("the working directory: %v", err)
	}
	if got := names(t, parent) + names(t, "."); got != before {
		t.Errorf("in the directory are %s, before %s", got, before)
	}
}
