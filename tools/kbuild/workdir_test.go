package main

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// regexpWork is the name of a work directory.
var regexpWork = regexp.MustCompile(`/[^ ]*/\.kbuild\.kheaders-[0-9]+\.tmp`)

// hostile are names that a package or target may have, and that a shell or
// make would read.
var hostile = []string{"vendor (new)", "a b", "e,f", "a#b", "a%b", "a$(x)b", "a&b", "a;b", `q"'`, "<>|", "[x]*?", "a:b", "ümläut", "!", "`id`", "~x y", "{a,b}"}

// TestHostileNames builds below each of them, with the same arguments of make
// but for the work directory's random name.
func TestHostileNames(t *testing.T) {
	dir, args := setUp(t, fakeMake)
	t.Chdir(dir)
	args = slices.DeleteFunc(args, func(a string) bool { return strings.HasPrefix(a, "--cc=") })
	i := slices.IndexFunc(args, func(a string) bool { return strings.HasPrefix(a, "--output=") })
	var first string
	for _, name := range hostile {
		bin := filepath.Join("bazel-out", name, "m "+name+".ko")
		if err := os.MkdirAll(filepath.Dir(bin), 0o755); err != nil {
			t.Fatal(err)
		}
		args[i] = "--output=" + bin
		if err := run(context.Background(), args); err != nil {
			t.Errorf("%q: %v", name, err)
			continue
		}
		b, err := os.ReadFile(bin)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(b), dir+"/bazel-out/.kbuild.kheaders-") {
			t.Errorf("%q: it is not built above the output:\n%s", name, b)
		}
		got := regexpWork.ReplaceAllString(string(b), "WORK")
		if first == "" {
			first = got
		}
		if got != first {
			t.Errorf("%q: make is called otherwise:\n%s\nthan for %q:\n%s", name, got, hostile[0], first)
		}
		if left, _ := os.ReadDir(filepath.Dir(bin)); len(left) != 1 {
			t.Errorf("%q: left behind: %v", name, left)
		}
	}
}

// TestNoPlainDirectory works in TMPDIR where the whole path of the output is
// hostile, and says what to do where TMPDIR is as well.
func TestNoPlainDirectory(t *testing.T) {
	dir, args := setUp(t, fakeMake)
	i := slices.IndexFunc(args, func(a string) bool { return strings.HasPrefix(a, "--output=") })
	below := filepath.Join(dir, "a b")
	if err := os.Mkdir(below, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Chdir(below)
	tmp := filepath.Join(dir, "tmp")
	if err := os.Mkdir(tmp, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", tmp)
	args[i] = "--output=x.ko"
	args = slices.DeleteFunc(args, func(a string) bool { return strings.HasPrefix(a, "--cc=") })
	if err := run(context.Background(), args); err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile("x.ko"); err != nil || !strings.Contains(string(b), "TMPDIR="+tmp+"/.kbuild.kheaders-") {
		t.Errorf("it was not built in TMPDIR: %v\n%s", err, b)
	}
	t.Setenv("TMPDIR", below)
	if err := run(context.Background(), args); err == nil || !strings.Contains(err.Error(), "set TMPDIR") {
		t.Errorf("nowhere is a plain path, but: %v", err)
	}
}

// TestMove goes to another file system, where there is one, and leaves nothing of
// an earlier run that was killed.
func TestMove(t *testing.T) {
	from := filepath.Join(t.TempDir(), "from")
	to := filepath.Join(t.TempDir(), "to")
	if shm, err := os.MkdirTemp("/dev/shm", "kbuild"); err == nil {
		defer os.RemoveAll(shm)
		to = filepath.Join(shm, "to")
	}
	for name, text := range map[string]string{from: "text", filepath.Join(filepath.Dir(to), ".to.kheaders-1.tmp"): "te"} {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := move(from, to); err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(to); err != nil || string(b) != "text" {
		t.Errorf("%q, %v", b, err)
	}
	if left, _ := os.ReadDir(filepath.Dir(to)); len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
}
