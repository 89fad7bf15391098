package workspace

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func write(t *testing.T, path, content string, mode os.FileMode) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), mode); err != nil {
		t.Fatal(err)
	}
}

func content(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestFind(t *testing.T) {
	root := t.TempDir()
	write(t, root+"/MODULE.bazel", "", 0o644)
	if err := os.MkdirAll(root+"/a/b", 0o755); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{root, root + "/a/b"} {
		if got, err := Find(dir); err != nil || got != root {
			t.Errorf("%s: got %q, %v", dir, got, err)
		}
	}
	write(t, root+"/a/WORKSPACE", "", 0o644)
	if got, err := Find(root + "/a/b"); err != nil || got != root+"/a" {
		t.Errorf("got %q, %v", got, err)
	}
	none := t.TempDir()
	if got, err := Find(none); err != nil || got != none {
		t.Errorf("without a workspace: got %q, %v", got, err)
	}
}

func TestOpenAndWrite(t *testing.T) {
	root := t.TempDir()
	write(t, root+"/BUILD", "old\n", 0o600)
	write(t, root+"/elsewhere/module", "one\ntwo\n", 0o644)
	if err := os.Symlink("elsewhere/module", root+"/MODULE.bazel"); err != nil {
		t.Fatal(err)
	}
	build, err := Open(root, "BUILD.bazel", "BUILD")
	if err != nil {
		t.Fatal(err)
	}
	module, err := Open(root, "MODULE.bazel")
	if err != nil {
		t.Fatal(err)
	}
	fresh, err := Open(root, "new.bazel", "new")
	if err != nil {
		t.Fatal(err)
	}
	if build.Name != "BUILD" || fresh.Name != "new.bazel" || fresh.Old != nil || module.Changed() || module.Diff() != nil {
		t.Fatalf("got %+v, %+v, %+v", build, module, fresh)
	}
	build.New, module.New, fresh.New = []byte("new\n"), []byte("one\nand\ntwo\n"), []byte("x\n")
	if got, want := string(module.Diff())+string(fresh.Diff()), "--- a/MODULE.bazel\n+++ b/MODULE.bazel\n@@ -1,2 +1,3 @@\n one\n+and\n two\n--- /dev/null\n+++ b/new.bazel\n@@ -0,0 +1,1 @@\n+x\n"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if err := Write(build, module, fresh); err != nil {
		t.Fatal(err)
	}
	if got := content(t, root+"/BUILD") + content(t, root+"/elsewhere/module") + content(t, root+"/new.bazel"); got != "new\none\nand\ntwo\nx\n" {
		t.Errorf("got %q", got)
	}
	if to, err := os.Readlink(root + "/MODULE.bazel"); err != nil || to != "elsewhere/module" {
		t.Errorf("the link is now %q, %v", to, err)
	}
	if st, err := os.Stat(root + "/BUILD"); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("the mode is now %v, %v", st.Mode(), err)
	}
}

// TestNothingHalf shows that neither file is written when one cannot be.
func TestNothingHalf(t *testing.T) {
	root := t.TempDir()
	write(t, root+"/a", "old\n", 0o644)
	write(t, root+"/b", "old\n", 0o644)
	open := func() (a, b, c *File) {
		var files [3]*File
		for i, name := range []string{"a", "b", "c"} {
			f, err := Open(root, name)
			if err != nil {
				t.Fatal(err)
			}
			f.New = []byte("new\n")
			files[i] = f
		}
		return files[0], files[1], files[2]
	}
	check := func(err error, want string) {
		t.Helper()
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
		if got := content(t, root+"/a"); got != "old\n" {
			t.Errorf("a is %q", got)
		}
		if left, _ := filepath.Glob(root + "/.*.tmp"); len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
	}
	a, b, c := open()
	write(t, root+"/b", "edited\n", 0o644)
	check(Write(a, b, c), "changed in the meantime: nothing is written")
	a, b, c = open()
	write(t, root+"/c", "someone else's\n", 0o644)
	check(Write(a, b, c), "changed in the meantime: nothing is written")
	if err := os.Remove(root + "/c"); err != nil {
		t.Fatal(err)
	}
	a, b, c = open()
	c.path = filepath.Join(root, "gone", "c")
	check(Write(a, b, c), "no such file or directory")

	// A file that may not be written is an error only if it is to change.
	a, b, c = open()
	if err := os.Chmod(root+"/b", 0o444); err != nil {
		t.Fatal(err)
	}
	check(Write(a, b, c), `/b" is read-only`)
	if st, err := os.Stat(root + "/b"); err != nil || st.Mode().Perm() != 0o444 || content(t, root+"/b") != "edited\n" {
		t.Errorf("the read-only file is now %v, %v", st.Mode(), err)
	}
	a.New, b.New, c.New = a.Old, b.Old, c.Old
	if err := Write(a, b, c); err != nil {
		t.Errorf("nothing to write: %v", err)
	}

	if _, err := Open(root, "../"+filepath.Base(root)); err == nil || !strings.Contains(err.Error(), "it is a directory, not a regular file") {
		t.Errorf("a directory: %v", err)
	}
	if err := os.Symlink("nowhere", root+"/dangling"); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(root, "dangling"); err == nil || !strings.Contains(err.Error(), `/dangling" is a link to "nowhere", which is not there: remove the link`) {
		t.Errorf("a link to nothing: %v", err)
	}
}
