package tmpfile

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sys/unix"
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

// both runs a test with files that have no name and, as on other file systems,
// with such that have one.
func both(t *testing.T, test func(t *testing.T)) {
	for _, named := range []bool{false, true} {
		t.Run(fmt.Sprintf("named=%v", named), func(t *testing.T) {
			noUnnamed = named
			defer func() { noUnnamed = false }()
			test(t)
		})
	}
}

func TestMove(t *testing.T) {
	both(t, func(t *testing.T) {
		dir := t.TempDir()
		path := filepath.Join(dir, "a")
		for _, text := range []string{"new", "replaces it"} {
			f, err := Create(path)
			if err != nil {
				t.Fatal(err)
			}
			f.WriteString(text)
			if err := f.Move(); err != nil {
				t.Fatal(err)
			}
			f.Close()
			if b, err := os.ReadFile(path); err != nil || string(b) != text {
				t.Errorf("%q, %v, want %q", b, err, text)
			}
		}
		f, err := Create(path)
		if err != nil {
			t.Fatal(err)
		}
		f.Remove()
		f.Close()
		if got := names(t, dir); got != "a" {
			t.Errorf("files %q", got)
		}
	})
}

// TestMoveFails has a directory come to the place meanwhile.
func TestMoveFails(t *testing.T) {
	both(t, func(t *testing.T) {
		dir := t.TempDir()
		path := filepath.Join(dir, "a")
		f, err := Create(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if err := os.Mkdir(path, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := f.Move(); err == nil {
			t.Error("a directory is replaced")
		}
		if got := names(t, dir); got != "a" {
			t.Errorf("files %q", got)
		}
	})
}

func TestUnnamed(t *testing.T) {
	both(t, func(t *testing.T) {
		dir := t.TempDir()
		f, err := Unnamed(dir)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if _, err := f.WriteAt([]byte("x"), 1<<20); err != nil {
			t.Error(err)
		}
		if got := names(t, dir); got != "" {
			t.Errorf("files %q", got)
		}
	})
}

// TestKilled has a process killed that has files and a directory in the works:
// but for where files must have names nothing is left, and there the next run
// removes it, and neither what another process has in the works nor what is not
// its own.
func TestKilled(t *testing.T) {
	both(t, func(t *testing.T) {
		dir := t.TempDir()
		path := filepath.Join(dir, "a")
		run := exec.Command(os.Args[0], "-test.run=^TestKilledRun$")
		run.Env = append(os.Environ(), "TMPFILE_PATH="+path, fmt.Sprintf("TMPFILE_NAMED=%v", noUnnamed))
		if out, err := run.Output(); err == nil || run.ProcessState.ExitCode() != -1 || string(out) != "ready\n" {
			t.Fatalf("%v\n%s", err, out)
		}
		left := len(strings.Fields(names(t, dir)))
		if want := map[bool]int{false: 1, true: 2}[noUnnamed]; left != want {
			t.Errorf("left behind: %s", names(t, dir))
		}
		alive, err := Create(path)
		if err != nil {
			t.Fatal(err)
		}
		defer alive.Close()
		aliveDir, err := Mkdir(path)
		if err != nil {
			t.Fatal(err)
		}
		defer aliveDir.Release()
		others := []string{".a.kheaders-x1.tmp", ".a.kheaders-.tmp", ".b.kheaders-1.tmp", ".a.1.tmp"}
		for _, name := range others {
			if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Symlink(others[0], filepath.Join(dir, ".a.kheaders-1.tmp")); err != nil {
			t.Fatal(err)
		}
		Sweep(path)
		want := len(others) + 2 // the link and the directory
		if noUnnamed {
			want++
		}
		if got := strings.Fields(names(t, dir)); len(got) != want {
			t.Errorf("after the sweep: %s", got)
		}
		if _, err := os.Stat(aliveDir.Name); err != nil {
			t.Error(err)
		}
		if err := alive.Move(); err != nil {
			t.Error(err)
		}
	})
}

// TestKilledRun is what TestKilled runs.
func TestKilledRun(t *testing.T) {
	path := os.Getenv("TMPFILE_PATH")
	if path == "" {
		t.Skip("TestKilled runs this")
	}
	noUnnamed = os.Getenv("TMPFILE_NAMED") == "true"
	f, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	f.WriteString("text")
	d, err := Mkdir(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(d.Name, "full", "of"), 0o755); err != nil {
		t.Fatal(err)
	}
	fmt.Println("ready")
	self, _ := os.FindProcess(os.Getpid())
	self.Kill()
	select {}
}

// TestManyAtOnce has many write one file, each of which sweeps: one of them is
// there in the end, whole, and no other.
func TestManyAtOnce(t *testing.T) {
	both(t, func(t *testing.T) {
		dir := t.TempDir()
		path := filepath.Join(dir, "a")
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				for range 50 {
					Sweep(path)
					f, err := Create(path)
					if err != nil {
						t.Error(err)
						return
					}
					f.WriteString("text")
					if err := f.Move(); err != nil {
						t.Error(err)
					}
					f.Close()
					d, err := Mkdir(path)
					if err != nil {
						t.Error(err)
						return
					}
					if err := os.Remove(d.Name); err != nil {
						t.Error(err)
					}
					d.Release()
				}
			})
		}
		all.Wait()
		if got := names(t, dir); got != "a" {
			t.Errorf("files %q", got)
		}
		if b, err := os.ReadFile(path); err != nil || string(b) != "text" {
			t.Errorf("%q, %v", b, err)
		}
	})
}

// TestNames counts the names that a file without one gets on its way: its place
// alone where nothing is there, as what is killed then leaves nothing that no
// output is called.
func TestNames(t *testing.T) {
	defer func() { linkat = unix.Linkat }()
	dir := t.TempDir()
	path := filepath.Join(dir, "a")
	for _, want := range []string{"a", ".a.kheaders-*.tmp"} {
		var got []string
		linkat = func(oldDir int, old string, newDir int, name string, flags int) error {
			err := unix.Linkat(oldDir, old, newDir, name, flags)
			if err == nil {
				got = append(got, filepath.Base(name))
			}
			return err
		}
		f, err := Create(path)
		if err != nil {
			t.Fatal(err)
		}
		if f.name != "" {
			t.Skip("files must have names here")
		}
		if free := f.Free(); free != (want == "a") {
			t.Errorf("%s: the place is free: %v", want, free)
		}
		if err := f.Move(); err != nil {
			t.Fatal(err)
		}
		f.Close()
		if len(got) != 1 {
			t.Fatalf("names %q, want %q", got, want)
		}
		if ok, _ := filepath.Match(want, got[0]); !ok {
			t.Errorf("name %q, want %q", got[0], want)
		}
	}
}

// TestTakeBack has a file that got its place leave it again, but never one that
// came there meanwhile.
func TestTakeBack(t *testing.T) {
	for _, replaced := range []bool{false, true} {
		dir := t.TempDir()
		path := filepath.Join(dir, "a")
		f, err := Create(path)
		if err != nil {
			t.Fatal(err)
		}
		if f.name != "" {
			t.Skip("files must have names here")
		}
		if err := f.Place(); err != nil {
			t.Fatal(err)
		}
		want := ""
		if replaced {
			if err := os.WriteFile(path+"2", nil, 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Rename(path+"2", path); err != nil {
				t.Fatal(err)
			}
			want = "a"
		}
		f.TakeBack()
		if got := names(t, dir); got != want {
			t.Errorf("files %q, want %q", got, want)
		}
		if err := f.Move(); err != nil {
			t.Error(err)
		}
		f.Close()
		if got := names(t, dir); got != "a" {
			t.Errorf("files %q after the move", got)
		}
	}
}

// TestLinkRefused has the system give no name to a file without one, at once or
// where a name would have to be replaced: the file is in its place all the same,
// with its mode, and no other is left.
func TestLinkRefused(t *testing.T) {
	defer func() { linkat = unix.Linkat }()
	for _, refused := range []error{unix.EPERM, unix.EACCES, unix.EINVAL, unix.EOPNOTSUPP, unix.EMLINK, unix.EXDEV} {
		dir := t.TempDir()
		path := filepath.Join(dir, "a")
		for _, text := range []string{"new", "replaces it", "the name is taken"} {
			linkat = func(int, string, int, string, int) error {
				if text == "the name is taken" {
					text = ""
					return unix.EEXIST
				}
				return refused
			}
			want := text
			f, err := Create(path)
			if err != nil {
				t.Fatal(err)
			}
			f.WriteString(text)
			f.Chmod(0o640)
			if err := f.Move(); err != nil {
				t.Fatalf("%v: %v", refused, err)
			}
			f.Close()
			if b, err := os.ReadFile(path); err != nil || string(b) != want {
				t.Errorf("%v: %q, %v, want %q", refused, b, err, want)
			}
			if st, err := os.Stat(path); err != nil || st.Mode() != 0o640 {
				t.Errorf("%v: mode %v, %v", refused, st.Mode(), err)
			}
			if got := names(t, dir); got != "a" {
				t.Errorf("%v: files %q", refused, got)
			}
		}
	}
}

// TestLongNames has names as long as a file's may be.
func TestLongNames(t *testing.T) {
	both(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), strings.Repeat("n", 255))
		for range 2 {
			f, err := Create(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := f.Move(); err != nil {
				t.Error(err)
			}
			f.Close()
		}
	})
}
