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
	for _, f := range []string{"a", "b", "tree/include/a.h", "tree/Makefile", "tree/COPYING", "tree/notes.tgz", "tree/kheaders.tgz", "tree/touched"} {
		text := f
		switch f {
		case "tree/kheaders.tgz":
			text = "ours"
		case "tree/touched":
			text = ""
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
	ours := func(f io.Reader) bool {
		b, err := io.ReadAll(f)
		return err == nil && string(b) == "ours"
	}
	for _, c := range []struct {
		in, out string
		want    error
	}{
		{"a", "a", ErrSame},
		{"a", "other/../a", ErrSame},
		{"a", "symlink", ErrSame},
		{"symlink", "a", ErrSame},
		{"a", "hardlink", ErrSame},
		{"a", "b", nil},
		{"a", "new", nil},
		{"gone", "a", nil},
		{"", "a", nil},
		{"a", "", nil},
		{"tree", "tree/include/a.h", ErrInside},
		{"tree", "way/include/a.h", ErrInside},
		{"tree", "headers/a.h", ErrInside},
		{"way", "tree/Makefile", ErrInside},
		{"tree", "tree/out.h", ErrInside},
		{"tree", "mine.h", ErrInside},
		{"tree/include", "tree/Makefile", nil},
		{"tree", "tree/new.h", nil},
		{"tree", "tree/COPYING", ErrInside},
		{"tree", "tree/notes.tgz", ErrInside},
		{"tree", "tree/kheaders.tgz", nil},
		{"tree", "tree/touched", nil},
		{"tree/touched", "tree/touched", ErrSame},
		{"other", "tree/include/a.h", nil},
	} {
		names := [2]string{}
		for i, n := range []string{c.in, c.out} {
			if n != "" {
				names[i] = at(n)
			}
		}
		err := Existing([]string{names[1]}, ours).CheckNames([]string{names[0]})
		if !errors.Is(err, c.want) {
			t.Errorf("input %q, output %q: error %v, want %v", c.in, c.out, err, c.want)
		}
	}
	if got := Existing([]string{"/dev/null", "/dev/stdout", dir}, nil); len(got) != 0 {
		t.Errorf("devices and directories are files to be replaced: %v", got)
	}
}
