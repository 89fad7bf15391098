package outfile

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func names(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return strings.Join(out, " ")
}

func TestCommit(t *testing.T) {
	dir := t.TempDir()
	var s Set
	defer s.Abort()
	for _, name := range []string{"a", "", "b"} {
		p := name
		if p != "" {
			p = filepath.Join(dir, name)
		}
		f, err := s.Create(p)
		if err != nil {
			t.Fatal(err)
		}
		f.WriteString("content " + name)
	}
	if err := s.Commit(); err != nil {
		t.Fatal(err)
	}
	if got := names(t, dir); got != "a b" {
		t.Errorf("files %q", got)
	}
	b, err := os.ReadFile(filepath.Join(dir, "b"))
	if err != nil || string(b) != "content b" {
		t.Errorf("%q %v", b, err)
	}
	if st, _ := os.Stat(filepath.Join(dir, "a")); st.Mode() != 0o644 {
		t.Errorf("mode %v", st.Mode())
	}
}

func TestAbortLeavesTheOldFile(t *testing.T) {
	dir := t.TempDir()
	old := filepath.Join(dir, "a")
	os.WriteFile(old, []byte("old"), 0o644)
	var s Set
	f, err := s.Create(old)
	if err != nil {
		t.Fatal(err)
	}
	f.WriteString("new")
	s.Abort()
	if b, _ := os.ReadFile(old); string(b) != "old" || names(t, dir) != "a" {
		t.Errorf("content %q, files %q", b, names(t, dir))
	}
}

func TestFullDiskLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	var s Set
	f, err := s.Create(filepath.Join(dir, "a"))
	if err != nil {
		t.Fatal(err)
	}
	f.WriteString("x")
	// Every write to /dev/full finds no space left, and it is never replaced.
	full, err := s.Create("/dev/full")
	if err != nil {
		t.Fatal(err)
	}
	full.WriteString("y")
	if err := s.Commit(); err == nil || err.Error() != `write "/dev/full": no space left on device` {
		t.Errorf("error %v", err)
	}
	if got := names(t, dir); got != "" {
		t.Errorf("left behind: %q", got)
	}
	if st, err := os.Stat("/dev/full"); err != nil || st.Mode()&os.ModeDevice == 0 {
		t.Errorf("/dev/full is now %v, %v", st, err)
	}
}

// TestDescriptor writes to an open file by its name in /proc, as /dev/stdout is
// one: the link stays a link.
func TestDescriptor(t *testing.T) {
	dir := t.TempDir()
	f, err := os.Create(filepath.Join(dir, "file"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	link := filepath.Join(dir, "link")
	if err := os.Symlink(fmt.Sprintf("/proc/self/fd/%d", f.Fd()), link); err != nil {
		t.Fatal(err)
	}
	var s Set
	o, err := s.Create(link)
	if err != nil {
		t.Fatal(err)
	}
	o.WriteString("text")
	if err := s.Commit(); err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(f.Name()); err != nil || string(b) != "text" {
		t.Errorf("the file has %q, %v", b, err)
	}
	if st, err := os.Lstat(link); err != nil || st.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is now %v, %v", st.Mode(), err)
	}
}

func TestNoDirectory(t *testing.T) {
	var s Set
	if _, err := s.Create("/nonexistent/out.tgz"); err == nil || err.Error() != `create "/nonexistent/out.tgz": no such file or directory` {
		t.Errorf("error %v", err)
	}
}

func TestOnePathTwice(t *testing.T) {
	dir := t.TempDir()
	var s Set
	defer s.Abort()
	if _, err := s.Create(filepath.Join(dir, "a")); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Create(dir + "/./a"); err == nil || !strings.Contains(err.Error(), "two outputs have this name") {
		t.Errorf("error %v", err)
	}
	if _, err := s.Create(dir); err == nil || !strings.Contains(err.Error(), "it is a directory") {
		t.Errorf("error %v", err)
	}
}

func TestDir(t *testing.T) {
	parent := t.TempDir()
	make := func(name string) *Dir {
		d, err := CreateDir(filepath.Join(parent, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(d.Temp(), "f"), nil, 0o644); err != nil {
			t.Fatal(err)
		}
		return d
	}
	make("aborted").Abort()
	d := make("new")
	if err := d.Commit(); err != nil {
		t.Fatal(err)
	}
	d.Abort()
	if _, err := CreateDir(filepath.Join(parent, "new")); err == nil || !strings.Contains(err.Error(), "directory not empty: name a new directory") {
		t.Errorf("over a full directory: %v", err)
	}
	late := make("late")
	if err := os.Rename(filepath.Join(parent, "new"), filepath.Join(parent, "late")); err != nil {
		t.Fatal(err)
	}
	if err := late.Commit(); err == nil || err.Error() != fmt.Sprintf("write %q: directory not empty", filepath.Join(parent, "late")) {
		t.Errorf("over a directory that was filled meanwhile: %v", err)
	}
	if err := os.Rename(filepath.Join(parent, "late"), filepath.Join(parent, "new")); err != nil {
		t.Fatal(err)
	}
	if got := names(t, parent); got != "new" {
		t.Errorf("in the directory are %s", got)
	}
	if st, err := os.Stat(filepath.Join(parent, "new")); err != nil || st.Mode().Perm() != 0o755 {
		t.Errorf("mode %v, %v", st.Mode(), err)
	}
}
