package infile

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// TestOutputs has inputs and outputs by other names than each other's.
func TestOutputs(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	for _, d := range []string{"tree/include", "other"} {
		if err := os.MkdirAll(at(d), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range []string{"a", "b", "tree/include/a.h", "tree/Makefile", "tree/COPYING", "tree/notes.tgz", "tree/kheaders.tgz"} {
		text := f
		if f == "tree/kheaders.tgz" {
			text = "ours"
		}
		if err := os.WriteFile(at(f), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for from, to := range map[string]string{"symlink": "a", "way": "tree", "headers": "tree/include", "tree/out.h": "../b", "mine.h": "tree/include/a.h"} {
		if err := os.Symlink(to, at(from)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Link(at("a"), at("hardlink")); err != nil {
		t.Fatal(err)
	}
	ours := func(f *os.File) bool {
		b, err := io.ReadAll(f)
		return err == nil && string(b) == "ours"
	}
	for _, c := range []struct {
		in, out string
		same    bool
	}{
		{"a", "a", true},
		{"a", "other/../a", true},
		{"a", "symlink", true},
		{"symlink", "a", true},
		{"a", "hardlink", true},
		{"a", "b", false},
		{"a", "new", false},
		{"gone", "a", false},
		{"", "a", false},
		{"a", "", false},
		{"tree", "tree/include/a.h", true},
		{"tree", "way/include/a.h", true},
		{"tree", "headers/a.h", true},
		{"way", "tree/Makefile", true},
		{"tree", "tree/out.h", true},
		{"tree", "mine.h", true},
		{"tree/include", "tree/Makefile", false},
		{"tree", "tree/new.h", false},
		{"tree", "tree/COPYING", true},
		{"tree", "tree/notes.tgz", true},
		{"tree", "tree/kheaders.tgz", false},
		{"other", "tree/include/a.h", false},
	} {
		names := [2]string{}
		for i, n := range []string{c.in, c.out} {
			if n != "" {
				names[i] = at(n)
			}
		}
		err := Existing([]string{names[1]}, ours).CheckNames([]string{names[0]})
		if errors.Is(err, ErrSame) != c.same || (err != nil) != c.same {
			t.Errorf("input %q, output %q: error %v, want one: %v", c.in, c.out, err, c.same)
		}
	}
	if got := Existing([]string{"/dev/null", "/dev/stdout", dir}, nil); len(got) != 0 {
		t.Errorf("devices and directories are files to be replaced: %v", got)
	}
}
