package outfile

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/tmpfile"
)

// TestNamesOnTheWay watches a directory for the names that a set's files get: new
// ones no other than their own, also beside one that is replaced.
func TestNamesOnTheWay(t *testing.T) {
	dir := t.TempDir()
	probe, err := tmpfile.Create(filepath.Join(dir, "probe"))
	if err != nil {
		t.Fatal(err)
	}
	defer probe.Close()
	if names(t, dir) != "" {
		probe.Remove()
		t.Skip("files must have names here")
	}
	if err := os.WriteFile(filepath.Join(dir, "old"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	watch, err := unix.InotifyInit1(unix.IN_NONBLOCK | unix.IN_CLOEXEC)
	if err != nil {
		t.Skip(err)
	}
	defer unix.Close(watch)
	if _, err := unix.InotifyAddWatch(watch, dir, unix.IN_CREATE); err != nil {
		t.Fatal(err)
	}
	var s Set
	defer s.Abort()
	for _, name := range []string{"new", "old", "another"} {
		f, err := s.Create(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		f.WriteString("text of " + name)
	}
	if err := s.Commit(); err != nil {
		t.Fatal(err)
	}
	// Each event ends with the name that came.
	events := make([]byte, 64<<10)
	n, err := unix.Read(watch, events)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{"new\x00": true, ".new.": false, "another\x00": true, ".another.": false, ".old.": true} {
		if got := strings.Contains(string(events[:n]), name); got != want {
			t.Errorf("%q came: %v", name, got)
		}
	}
	if got := names(t, dir); got != "another new old" {
		t.Errorf("files %q", got)
	}
}

// TestPlaceTaken has something come to the place of one of the files when others
// have theirs: these leave them again, and the set gets there by other names.
func TestPlaceTaken(t *testing.T) {
	dir := t.TempDir()
	var s Set
	defer s.Abort()
	for _, name := range []string{"a", "b"} {
		f, err := s.Create(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		f.WriteString("text of " + name)
	}
	if err := s.each((*File).finish); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "b"), []byte("came"), 0o600); err != nil {
		t.Fatal(err)
	}
	before := names(t, dir)
	if s.place() && before == "b" {
		t.Error("what came is replaced by a link")
	}
	if got := names(t, dir); got != before {
		t.Errorf("files %q, want %q", got, before)
	}
	if err := s.each((*File).name); err != nil {
		t.Fatal(err)
	}
	if err := s.move(); err != nil {
		t.Fatal(err)
	}
	if got := names(t, dir); got != "a b" {
		t.Errorf("files %q", got)
	}
	if b, err := os.ReadFile(filepath.Join(dir, "b")); err != nil || string(b) != "text of b" {
		t.Errorf("%q, %v", b, err)
	}
}
