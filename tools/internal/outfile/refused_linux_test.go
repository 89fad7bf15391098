package outfile

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/tmpfile"
)

// refuseLinks has the system refuse this process every link, as a security
// module may.
func refuseLinks(t *testing.T) {
	t.Helper()
	filter := []unix.SockFilter{
		{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: 0}, // the call's number
		{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: unix.SYS_LINKAT, Jf: 1},
		{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ERRNO | uint32(unix.EPERM)},
		{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ALLOW},
	}
	program := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	// A thread that lacks no_new_privs may not take the filter; TSYNC gives both
	// to the others.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		t.Fatal(err)
	}
	if _, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, unix.SECCOMP_FILTER_FLAG_TSYNC, uintptr(unsafe.Pointer(&program))); errno != 0 {
		t.Fatal(errno)
	}
}

// TestAbortAllAtCopy has AbortAll called in the midst of the copies that take the
// places of files which may not be given a name: it does not wait for them, and
// nothing is left, neither of the copy nor of those that were to come with it.
func TestAbortAllAtCopy(t *testing.T) {
	dir := os.Getenv("OUTFILE_COPY")
	if dir == "" {
		dir := t.TempDir()
		cmd := exec.Command(os.Args[0], "-test.run=^TestAbortAllAtCopy$", "-test.timeout=60s")
		cmd.Env = append(os.Environ(), "OUTFILE_COPY="+dir)
		if out, err := cmd.CombinedOutput(); cmd.ProcessState.ExitCode() != 7 {
			t.Errorf("%v\n%s", err, out)
		}
		if got := names(t, dir); got != "old" {
			t.Errorf("left behind: %q", got)
		}
		if b, err := os.ReadFile(filepath.Join(dir, "old")); err != nil || string(b) != "what was there" {
			t.Errorf("%q, %v", b, err)
		}
		return
	}
	if err := os.WriteFile(filepath.Join(dir, "old"), []byte("what was there"), 0o644); err != nil {
		t.Fatal(err)
	}
	refuseLinks(t)
	begun := make(chan bool)
	copies := 0
	copyText = func(from, to *tmpfile.File) error {
		if copies++; copies < 2 {
			return from.CopyTo(to)
		}
		to.WriteString("the first of it")
		begun <- true
		select {} // as on a disk that is very slow
	}
	go func() {
		var s Set
		for _, name := range []string{"new", "old", "another"} {
			f, err := s.Create(filepath.Join(dir, name))
			if err != nil {
				panic(err)
			}
			f.WriteString("text")
		}
		panic(s.Commit())
	}()
	<-begun
	AbortAll()
	os.Exit(7)
}

// TestRefusedLinks has files in their places all the same where links are
// refused, with their modes, and no others.
func TestRefusedLinks(t *testing.T) {
	dir := os.Getenv("OUTFILE_REFUSED")
	if dir == "" {
		dir := t.TempDir()
		cmd := exec.Command(os.Args[0], "-test.run=^TestRefusedLinks$", "-test.timeout=60s")
		cmd.Env = append(os.Environ(), "OUTFILE_REFUSED="+dir)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
		return
	}
	refuseLinks(t)
	if err := os.WriteFile(filepath.Join(dir, "old"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Link(filepath.Join(dir, "old"), filepath.Join(dir, "link")); err == nil {
		t.Fatal("links are not refused")
	}
	var s Set
	for _, name := range []string{"new", "old"} {
		f, err := s.Replace(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		f.WriteString("text of " + name)
	}
	if err := s.Commit(); err != nil {
		t.Fatal(err)
	}
	if got := names(t, dir); got != "new old" {
		t.Errorf("files %q", got)
	}
	for name, mode := range map[string]os.FileMode{"new": 0o644, "old": 0o600} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if st, err2 := os.Stat(filepath.Join(dir, name)); err != nil || err2 != nil || string(b) != "text of "+name || st.Mode() != mode {
			t.Errorf("%s: %q, %v, mode %v, %v", name, b, err, st.Mode(), err2)
		}
	}
}
