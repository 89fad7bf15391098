package privdir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// top is a directory that stands for "/".
func top(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	chmod(t, dir, 0o755)
	return dir
}

func chmod(t *testing.T, path string, mode fs.FileMode) {
	t.Helper()
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}

func mkdir(t *testing.T, mode fs.FileMode, elem ...string) string {
	t.Helper()
	path := filepath.Join(elem...)
	if err := os.MkdirAll(path, 0o755); err != nil {
		t.Fatal(err)
	}
	chmod(t, path, mode)
	return path
}

func names(t *testing.T, dir string) string {
	t.Helper()
	found, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	s := ""
	for _, f := range found {
		s += " " + f.Name()
	}
	return strings.TrimSpace(s)
}

// all is ours.
var all = Ours{Named: func(string, bool) bool { return true }}

func opened(t *testing.T, top, path string) *Dir {
	t.Helper()
	d, err := Open(top, path, 0o755, all)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func fill(text string) func(*os.Root) error {
	return func(r *os.Root) error { return r.WriteFile("file", []byte(text), 0o644) }
}

func TestMake(t *testing.T) {
	top := top(t)
	old := syscall.Umask(0o077)
	defer syscall.Umask(old)
	d := opened(t, top, "/var/cache/x")
	if err := d.Make("a", 0o755, fill("text")); err != nil {
		t.Fatal(err)
	}
	if has, err := d.Has("a"); err != nil || !has {
		t.Errorf("it has a: %v, %v", has, err)
	}
	if has, err := d.Has("b"); err != nil || has {
		t.Errorf("it has b: %v, %v", has, err)
	}
	for _, dir := range []string{"var", "var/cache", "var/cache/x", "var/cache/x/a"} {
		if st, err := os.Stat(filepath.Join(top, dir)); err != nil || st.Mode().Perm() != 0o755 {
			t.Errorf("%s: %v, %v", dir, st.Mode(), err)
		}
	}
	failed := errors.New("failed")
	err := d.Make("c", 0o755, func(r *os.Root) error {
		if err := r.MkdirAll("d/e", 0o755); err != nil {
			t.Fatal(err)
		}
		return failed
	})
	if !errors.Is(err, failed) {
		t.Errorf("error is %v", err)
	}
	d.Close()
	if got := names(t, top+"/var/cache/x"); got != ".lock a" {
		t.Errorf("in it are %s", got)
	}
	if st, err := os.Stat(top + "/var/cache/x/.lock"); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("others can have the lock: %v, %v", st.Mode(), err)
	}
}

// TestHostile has something on the path, or in the directory, that another user
// may have put there.
func TestHostile(t *testing.T) {
	for name, c := range map[string]struct {
		plant func(top string)
		want  string
	}{
		"link at the end":        {func(top string) { mkdir(t, 0o755, top, "var/cache"); os.Symlink("../real", top+"/var/cache/x") }, "symbolic link"},
		"dangling link":          {func(top string) { mkdir(t, 0o755, top, "var/cache"); os.Symlink("gone", top+"/var/cache/x") }, "symbolic link"},
		"link on the way":        {func(top string) { mkdir(t, 0o755, top, "var"); os.Symlink("../real", top+"/var/cache") }, "symbolic link"},
		"file at the end":        {func(top string) { mkdir(t, 0o755, top, "var/cache"); os.WriteFile(top+"/var/cache/x", nil, 0o644) }, "no directory"},
		"file on the way":        {func(top string) { os.WriteFile(top+"/var", nil, 0o644) }, "no directory"},
		"pipe":                   {func(top string) { syscall.Mkfifo(top+"/var", 0o644) }, "no directory"},
		"others write at end":    {func(top string) { mkdir(t, 0o777, top, "var/cache/x") }, "can be written to by other"},
		"group writes at end":    {func(top string) { mkdir(t, 0o775, top, "var/cache/x") }, "can be written to by other"},
		"sticky at end":          {func(top string) { mkdir(t, 0o777|fs.ModeSticky, top, "var/cache/x") }, "can be written to by other"},
		"others write on way":    {func(top string) { mkdir(t, 0o757, top, "var") }, "can be written to by other"},
		"group writes on way":    {func(top string) { mkdir(t, 0o775, top, "var/cache") }, "can be written to by other"},
		"others write the top":   {func(top string) { chmod(t, top, 0o777) }, "can be written to by other"},
		"sticky on the way":      {func(top string) { mkdir(t, 0o777|fs.ModeSticky, top, "var") }, ""},
		"nothing of it is there": {func(string) {}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			top := top(t)
			mkdir(t, 0o755, top, "real")
			c.plant(top)
			d, err := Open(top, "/var/cache/x", 0o755, all)
			if err == nil {
				d.Close()
			}
			if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
			if got := names(t, top+"/real"); got != "" {
				t.Errorf("behind the link are %s", got)
			}
			cleaned := Clean(top, "/var/cache/x", all, func(*Dir) error { return nil })
			if (cleaned == nil) != (c.want == "") {
				t.Errorf("clean: %v, want %q", cleaned, c.want)
			}
		})
	}
}

// another is a file of a user.
type another struct {
	fs.FileInfo
	uid  uint32
	mode fs.FileMode
}

func (a another) Sys() any          { return &syscall.Stat_t{Uid: a.uid} }
func (a another) Mode() fs.FileMode { return a.mode | fs.ModeDir }

func TestOwners(t *testing.T) {
	own := uint32(os.Geteuid())
	for _, c := range []struct {
		uid      uint32
		mode     fs.FileMode
		way, end bool
	}{
		{own, 0o755, true, true},
		{own, 0o700, true, true},
		{0, 0o755, true, own == 0},
		{own + 1, 0o755, own+1 == 0, false},
		{own + 1, 0o700, own+1 == 0, false},
		{own + 1, 0o777 | fs.ModeSticky, own+1 == 0, false},
		{0, 0o777 | fs.ModeSticky, true, false},
		{own, 0o777, false, false},
		{own, 0o770, false, false},
	} {
		st := another{uid: c.uid, mode: c.mode}
		if err := onTheWay("/d", st); (err == nil) != c.way {
			t.Errorf("%d %v on the way: %v", c.uid, c.mode, err)
		}
		if err := atTheEnd("/d", st); (err == nil) != c.end {
			t.Errorf("%d %v at the end: %v", c.uid, c.mode, err)
		}
	}
}

// TestPlanted has something in the place of a directory that is whole.
func TestPlanted(t *testing.T) {
	top := top(t)
	dir := mkdir(t, 0o755, top, "x")
	d := opened(t, top, "/x")
	defer d.Close()
	mkdir(t, 0o777, dir, "open")
	os.Symlink("open", dir+"/link")
	os.WriteFile(dir+"/file", nil, 0o644)
	for name, want := range map[string]string{"open": "can be written to", "link": "symbolic link", "file": "no directory"} {
		if has, err := d.Has(name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, %v", name, has, err)
		}
	}
}

// TestAlone has many make the same directory: one does, one after the other asks.
func TestAlone(t *testing.T) {
	top := top(t)
	var inside, made atomic.Int32
	var together sync.WaitGroup
	for range 8 {
		together.Go(func() {
			d, err := Open(top, "/x", 0o755, all)
			if err != nil {
				t.Error(err)
				return
			}
			defer d.Close()
			if inside.Add(1) > 1 {
				t.Error("not alone")
			}
			defer inside.Add(-1)
			has, err := d.Has("a")
			if err == nil && !has {
				made.Add(1)
				err = d.Make("a", 0o755, fill("text"))
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	together.Wait()
	if made.Load() != 1 {
		t.Errorf("it was made %d times", made.Load())
	}
}

// TestRemoved has the directory removed while others wait for its lock.
func TestRemoved(t *testing.T) {
	top := top(t)
	var together sync.WaitGroup
	for i := range 20 {
		together.Go(func() {
			if i%2 == 0 {
				if err := Clean(top, "/x", all, func(*Dir) error { return nil }); err != nil {
					t.Error(err)
				}
				return
			}
			d, err := Open(top, "/x", 0o755, all)
			if err != nil {
				t.Error(err)
				return
			}
			defer d.Close()
			time.Sleep(time.Millisecond)
			if err := d.Make(fmt.Sprint(i), 0o755, fill("text")); err != nil {
				t.Error(err)
			}
		})
	}
	together.Wait()
}

// TestLeft has what a killed process left, and what others have there.
func TestLeft(t *testing.T) {
	top := top(t)
	dir := mkdir(t, 0o755, top, "x")
	for _, name := range []string{"ours.part/b/c", "ours", "theirs.part/b", "theirs"} {
		mkdir(t, 0o755, dir, name)
	}
	for _, name := range []string{"film.mkv.part", ".ours.part", "file.part"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("theirs", dir+"/link.part"); err != nil {
		t.Fatal(err)
	}
	ours := Ours{Named: func(name string, dir bool) bool {
		return dir && (name == "ours" || name == "link" || name == "file") || !dir && name == ".ours"
	}}
	d, err := Open(top, "/x", 0o755, ours)
	if err != nil {
		t.Fatal(err)
	}
	d.Close()
	const want = "file.part film.mkv.part link.part"
	if got := names(t, dir); got != ".lock "+want+" ours theirs theirs.part" {
		t.Errorf("in it are %s", got)
	}
	if err := Clean(top, "/x", ours, func(*Dir) error { return nil }); err != nil {
		t.Error(err)
	}
	if got := names(t, dir); got != ".lock "+want+" theirs theirs.part" {
		t.Errorf("after clean in it are %s", got)
	}
}

// TestWriteFile writes files: none is half there.
func TestWriteFile(t *testing.T) {
	top := top(t)
	d := opened(t, top, "/x")
	defer d.Close()
	for _, want := range []string{"one", "another"} {
		if err := d.WriteFile("f", []byte(want)); err != nil {
			t.Error(err)
		}
		if got, err := os.ReadFile(top + "/x/f"); string(got) != want {
			t.Errorf("it has %q, %v", got, err)
		}
	}
	mkdir(t, 0o755, top, "x/d/below")
	if err := d.WriteFile("d", nil); err == nil || !strings.Contains(err.Error(), `write "/x/d"`) {
		t.Errorf("error %v", err)
	}
	if got := names(t, top+"/x"); got != ".lock d f" {
		t.Errorf("in it are %s", got)
	}
}

// TestAbort ends a directory that is being filled.
func TestAbort(t *testing.T) {
	top := top(t)
	dir := mkdir(t, 0o755, top, "x")
	d := opened(t, top, "/x")
	defer d.Close()
	err := d.Make("a", 0o755, func(r *os.Root) error {
		err := r.WriteFile("file", nil, 0o644)
		d.Abort()
		return err
	})
	if err == nil {
		t.Error("it was made")
	}
	if got := names(t, dir); got != ".lock" {
		t.Errorf("in it are %s", got)
	}
}

func TestClean(t *testing.T) {
	top := top(t)
	dir := mkdir(t, 0o755, top, "var/x")
	for _, name := range []string{"ours", "ours.part", "theirs"} {
		mkdir(t, 0o755, dir, name, "below")
	}
	ours := Ours{Named: func(name string, dir bool) bool { return dir && name == "ours" }}
	refused := errors.New("refused")
	if err := Clean(top, "/var/x", ours, func(*Dir) error { return refused }); !errors.Is(err, refused) || names(t, dir) != ".lock ours ours.part theirs" {
		t.Errorf("%v, and in it are %s", err, names(t, dir))
	}
	if err := Clean(top, "/var/x", ours, func(*Dir) error { return nil }); err != nil || names(t, dir) != ".lock theirs" {
		t.Errorf("%v, and in it are %s", err, names(t, dir))
	}
	if err := os.RemoveAll(dir + "/theirs"); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second finds none
		if err := Clean(top, "/var/x", ours, func(*Dir) error { return nil }); err != nil || names(t, top+"/var") != "" {
			t.Errorf("%v, and above are %s", err, names(t, top+"/var"))
		}
	}
}

// TestCleanGone has the directory removed by another before it is locked.
func TestCleanGone(t *testing.T) {
	top := top(t)
	mkdir(t, 0o755, top, "var/x")
	root, _, err := walk(top, "/var/x", 0, false)
	if err != nil {
		t.Fatal(err)
	}
	d := &Dir{Root: root, Path: "/var/x", ours: all, top: top, made: true}
	defer d.Close()
	if err := Clean(top, "/var/x", all, func(*Dir) error { return nil }); err != nil {
		t.Fatal(err)
	}
	if err := d.clean(func(*Dir) error { return errors.New("there is something to release") }); err != nil {
		t.Error(err)
	}
}

// TestUnused leaves no directory where none was and nothing came into it, and one
// that was there alone.
func TestUnused(t *testing.T) {
	top := top(t)
	opened(t, top, "/x/y").Close()
	mkdir(t, 0o755, top, "z")
	opened(t, top, "/z").Close()
	if got := names(t, top) + "," + names(t, top+"/x") + "," + names(t, top+"/z"); got != "x z,,.lock" {
		t.Errorf("left are %s", got)
	}
}

// TestForeignLock has a directory in which another program's file is called as the
// lock is.
func TestForeignLock(t *testing.T) {
	for name, c := range map[string]struct {
		make func(path string) error
		want string
	}{
		"a text": {func(path string) error { return os.WriteFile(path, []byte("theirs\n"), 0o644) }, "it has a file .lock of another program: name another directory"},
		"a link": {func(path string) error { return os.Symlink("target", path) }, `".lock" is a symbolic link, which is not followed: remove it`},
	} {
		top := top(t)
		lock := filepath.Join(mkdir(t, 0o755, top, "x"), ".lock")
		if err := os.WriteFile(filepath.Join(top, "x", "target"), []byte("theirs\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := c.make(lock); err != nil {
			t.Fatal(err)
		}
		ours := Ours{Named: all.Named, Listed: true}
		if _, err := Open(top, "/x", 0o755, ours); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: open: %v, want %s", name, err, c.want)
		}
		if err := Clean(top, "/x", ours, func(*Dir) error { return nil }); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: clean: %v, want %s", name, err, c.want)
		}
		if got, err := os.ReadFile(lock); err != nil || string(got) != "theirs\n" {
			t.Errorf("%s: the file has %q, %v", name, got, err)
		}
	}
}

// TestListed has a directory in which others keep what is called as ours is: only
// what was made here is removed, whole or not.
func TestListed(t *testing.T) {
	top := top(t)
	dir := mkdir(t, 0o755, top, "x")
	for _, name := range []string{"theirs", "theirs.part", "empty.part"} {
		mkdir(t, 0o755, dir, name)
	}
	ours := Ours{Named: all.Named, Listed: true}
	open := func() *Dir {
		t.Helper()
		d, err := Open(top, "/x", 0o755, ours)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	const foreign = "empty.part theirs theirs.part"
	d := open()
	for _, name := range []string{"theirs", "empty"} {
		if err := d.Make(name, 0o755, fill("text")); !errors.Is(err, fs.ErrExist) {
			t.Errorf("it made %s: %v", name, err)
		}
	}
	if err := d.Make("a", 0o755, fill("text")); err != nil {
		t.Fatal(err)
	}
	// What a process leaves that is killed, with a line of the list cut short.
	if err := d.list("killed"); err != nil {
		t.Fatal(err)
	}
	mkdir(t, 0o700, dir, "killed.part/below")
	st, err := d.lock.Stat()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.lock.WriteAt([]byte("thei"), st.Size()); err != nil {
		t.Fatal(err)
	}
	d.Close()
	d = open()
	if err := d.Make("rs", 0o755, fill("text")); err != nil {
		t.Fatal(err)
	}
	d.Close()
	if got := names(t, dir); got != ".lock a "+strings.Replace(foreign, "theirs", "rs theirs", 1) {
		t.Errorf("in it are %s", got)
	}
	if err := Clean(top, "/x", ours, func(*Dir) error { return nil }); err != nil {
		t.Error(err)
	}
	if got := names(t, dir); got != ".lock "+foreign {
		t.Errorf("after clean in it are %s", got)
	}
	// What others call so later is theirs.
	mkdir(t, 0o755, dir, "a")
	if err := Clean(top, "/x", ours, func(*Dir) error { return nil }); err != nil {
		t.Error(err)
	}
	if got := names(t, dir); got != ".lock a "+foreign {
		t.Errorf("after a second clean in it are %s", got)
	}
}
