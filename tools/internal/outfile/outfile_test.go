package outfile

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
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

// TestReplace has the new file take the old one's place: who has the old one
// open, or has another name for it, keeps it as it was.
func TestReplace(t *testing.T) {
	dir := t.TempDir()
	path, other := filepath.Join(dir, "a"), filepath.Join(dir, "other")
	if err := os.WriteFile(path, []byte("what was there"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Link(path, other); err != nil {
		t.Fatal(err)
	}
	var s Set
	f, err := s.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	f.WriteString("new")
	if err := s.Commit(); err != nil {
		t.Fatal(err)
	}
	for p, want := range map[string]string{path: "new", other: "what was there"} {
		if b, err := os.ReadFile(p); err != nil || string(b) != want {
			t.Errorf("%s is %q, %v, want %q", p, b, err, want)
		}
	}
	if got := names(t, dir); got != "a other" {
		t.Errorf("files %q", got)
	}
}

// TestLongNames has names as long as a file's may be.
func TestLongNames(t *testing.T) {
	dir := t.TempDir()
	for _, n := range []int{199, 200, 201, 255} {
		name := strings.Repeat("n", n)
		var s Set
		f, err := s.Create(filepath.Join(dir, name))
		if err != nil {
			t.Errorf("%d bytes: %v", n, err)
			continue
		}
		f.WriteString("x")
		if err := s.Commit(); err != nil {
			t.Errorf("%d bytes: %v", n, err)
		}
		d, err := CreateDir(filepath.Join(dir, strings.Repeat("d", n)))
		if err != nil {
			t.Errorf("%d bytes: %v", n, err)
			continue
		}
		if err := d.Commit(); err != nil {
			t.Errorf("%d bytes: %v", n, err)
		}
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

// TestLinks follows links to an open file, also relative ones, but not for ever;
// other links are replaced, as other files are.
func TestLinks(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	link := func(target, name string) string {
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
		return filepath.Join(dir, name)
	}
	last := link(fmt.Sprintf("/proc/self/fd/%d", f.Fd()), "link0")
	for i := range 7 {
		last = link(filepath.Base(last), fmt.Sprintf("link%d", i+1))
	}
	for path, want := range map[string]bool{
		file: false, filepath.Join(dir, "link0"): true, filepath.Join(dir, "link6"): true, last: false,
		link("file", "plain"): false, link("loop", "loop"): false, link("gone", "dangling"): false, "/dev/stdout": true, "/dev/null": true,
	} {
		if got := isDescriptor(path); got != want {
			t.Errorf("%s is an open file: %v", path, got)
		}
	}
}

// TestStdout keeps the place of a standard output that a shell appends to.
func TestStdout(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out")
	if err := os.WriteFile(path, []byte("before "), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("/bin/sh", "-c", `"$0" -test.run='^TestStdoutWrites$' >>"$1"`, os.Args[0], path)
	cmd.Env = append(os.Environ(), "OUTFILE_STDOUT=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if b, err := os.ReadFile(path); err != nil || string(b) != "before after" {
		t.Errorf("%q, %v", b, err)
	}
}

// TestStdoutWrites is what TestStdout runs.
func TestStdoutWrites(t *testing.T) {
	if os.Getenv("OUTFILE_STDOUT") == "" {
		t.Skip("TestStdout runs this")
	}
	var s Set
	f, err := s.Create("/dev/stdout")
	if err != nil {
		t.Fatal(err)
	}
	f.WriteString("after")
	if err := s.Commit(); err != nil {
		t.Fatal(err)
	}
	os.Exit(0) // before the test says that it passed
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

// TestOnePlaceTwice has one directory go by two names.
func TestOnePlaceTwice(t *testing.T) {
	dir := t.TempDir()
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(dir, link); err != nil {
		t.Fatal(err)
	}
	var s Set
	defer s.Abort()
	if _, err := s.Create(filepath.Join(dir, "a")); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Create(filepath.Join(link, "a")); err == nil || !strings.Contains(err.Error(), "two outputs have this name") {
		t.Errorf("error %v", err)
	}
}

// TestReplaceKeeps has a file keep its mode and, where root writes it, its owner.
func TestReplaceKeeps(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a")
	if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	// Only root can, and not in a sandbox, which has no other users.
	uid, gid := 1234, 4321
	if os.Chown(path, uid, gid) != nil {
		uid, gid = os.Geteuid(), os.Getegid()
	}
	if err := os.Chmod(path, 0o664); err != nil {
		t.Fatal(err)
	}
	var s Set
	defer s.Abort()
	f, err := s.Replace(path)
	if err != nil {
		t.Fatal(err)
	}
	f.WriteString("new")
	if err := s.Commit(); err != nil {
		t.Fatal(err)
	}
	st, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if sys := st.Sys().(*syscall.Stat_t); st.Mode() != 0o664 || int(sys.Uid) != uid || int(sys.Gid) != gid {
		t.Errorf("mode %v, owner %d:%d, want %d:%d", st.Mode(), sys.Uid, sys.Gid, uid, gid)
	}
	if b, _ := os.ReadFile(path); string(b) != "new" {
		t.Errorf("content %q", b)
	}
}

// TestAbortAllAtPipe aborts while a pipe is opened that nobody reads.
func TestAbortAllAtPipe(t *testing.T) {
	if os.Getenv("OUTFILE_PIPE") == "" {
		pipe := filepath.Join(t.TempDir(), "pipe")
		if err := syscall.Mkfifo(pipe, 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(os.Args[0], "-test.run=^TestAbortAllAtPipe$", "-test.timeout=60s")
		cmd.Env = append(os.Environ(), "OUTFILE_PIPE="+pipe)
		if out, err := cmd.CombinedOutput(); cmd.ProcessState.ExitCode() != 7 {
			t.Errorf("%v\n%s", err, out)
		}
		return
	}
	go func() {
		var s Set
		s.Create(os.Getenv("OUTFILE_PIPE"))
	}()
	time.Sleep(100 * time.Millisecond) // to be in the system's call
	AbortAll()
	os.Exit(7)
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

// TestDirMode fills a directory that has the mode of the one it will replace,
// so that what is made in it gets the same group, and aborts without a trace.
func TestDirMode(t *testing.T) {
	for _, mode := range []os.FileMode{0o755, 0o750 | os.ModeSetgid, 0o500, 0o777 | os.ModeSticky} {
		parent := t.TempDir()
		path := filepath.Join(parent, "d")
		if err := os.Mkdir(path, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		d, err := CreateDir(path)
		if err != nil {
			t.Fatal(err)
		}
		if st, err := os.Stat(d.Temp()); err != nil || st.Mode() != mode|0o700|os.ModeDir {
			t.Errorf("mode %v: it is filled with %v, %v", mode, st.Mode(), err)
		}
		d.Abort()
		if st, err := os.Stat(path); err != nil || st.Mode() != mode|os.ModeDir || names(t, parent) != "d" {
			t.Errorf("mode %v: after an abort %v, %v, %s", mode, st.Mode(), err, names(t, parent))
		}
	}
}
