package extract

import (
	"archive/tar"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
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
		for file, mode := range map[string]os.FileMode{".": 0o755, "d": 0o755, "d/x": 0o755} {
			if st, err := os.Stat(filepath.Join(dir, file)); err != nil || st.Mode().Perm() != mode || st.Mode()&os.ModeSetuid != 0 {
				t.Errorf("%s/%s: %v, %v", name, file, st.Mode(), err)
			}
		}
	}
	if got := names(t, parent); got != "empty new slash" {
		t.Errorf("in the directory are %s", got)
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
