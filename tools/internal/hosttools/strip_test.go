package hosttools

import (
	"bytes"
	"debug/elf"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const hello = `#include <stdio.h>
static int counter = 41;
static int buffer[1000];
int main(void) { buffer[7] = ++counter; printf("hello %d\n", buffer[7]); return 0; }
`

// compiled makes programs of the kinds that host tools are.
func compiled(t *testing.T) map[string]string {
	t.Helper()
	cc, err := exec.LookPath("gcc")
	if err != nil {
		t.Skip("no gcc on PATH to make programs with")
	}
	dir := t.TempDir()
	source := filepath.Join(dir, "hello.c")
	if err := os.WriteFile(source, []byte(hello), 0o644); err != nil {
		t.Fatal(err)
	}
	made := map[string]string{}
	for name, flags := range map[string][]string{
		"pie": {"-g", "-fPIE", "-pie"}, "fixed": {"-g", "-no-pie"}, "optimized": {"-g3", "-O2"}, "threads": {"-g", "-pthread"},
		"library": {"-g", "-shared", "-fPIC"}, "object": {"-g", "-c"}, "bare": {"-s"},
	} {
		out := filepath.Join(dir, name)
		if b, err := exec.Command(cc, append(flags, "-o", out, source)...).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", name, err, b)
		}
		made[name] = out
	}
	return made
}

func TestStripCompiled(t *testing.T) {
	for name, path := range compiled(t) {
		src, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		out, note := Strip(nil, src)
		if name == "object" {
			if !bytes.Equal(out, src) || !strings.Contains(note, "neither a program") {
				t.Errorf("an object file is changed, or not noted: %q", note)
			}
			continue
		}
		if note != "" {
			t.Errorf("%s: note %q", name, note)
		}
		check(t, name, src, out)
		if name == "library" {
			continue
		}
		to := path + ".stripped"
		if err := os.WriteFile(to, out, 0o755); err != nil {
			t.Fatal(err)
		}
		if b, err := exec.Command(to).CombinedOutput(); err != nil || string(b) != "hello 42\n" {
			t.Errorf("%s: runs with %v and %q", name, err, b)
		}
	}
}

// TestStripItself strips the test's own program, which Go linked, and runs it.
func TestStripItself(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	src, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	out, note := Strip([]byte("before"), src)
	if note != "" || !bytes.HasPrefix(out, []byte("before")) {
		t.Fatalf("note %q, or what was before is lost", note)
	}
	out = out[len("before"):]
	check(t, "itself", src, out)
	to := filepath.Join(t.TempDir(), "stripped")
	if err := os.WriteFile(to, out, 0o755); err != nil {
		t.Fatal(err)
	}
	if b, err := exec.Command(to, "-test.list=TestStripItself").CombinedOutput(); err != nil || !strings.Contains(string(b), "TestStripItself") {
		t.Errorf("runs with %v and %q", err, b)
	}
}

// check fails unless out is src without symbols, whose segments are the same.
func check(t *testing.T, name string, src, out []byte) {
	t.Helper()
	before, err := elf.NewFile(bytes.NewReader(src))
	if err != nil {
		t.Fatal(err)
	}
	after, err := elf.NewFile(bytes.NewReader(out))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if len(out) > len(src) {
		t.Errorf("%s: %d bytes became %d", name, len(src), len(out))
	}
	if len(before.Progs) != len(after.Progs) {
		t.Fatalf("%s: %d segments, want %d", name, len(after.Progs), len(before.Progs))
	}
	for i, p := range before.Progs {
		if p.ProgHeader != after.Progs[i].ProgHeader {
			t.Errorf("%s: segment %d differs", name, i)
		}
		a, b := make([]byte, p.Filesz), make([]byte, p.Filesz)
		if _, err := p.ReadAt(a, 0); err != nil && p.Filesz > 0 {
			t.Fatal(err)
		}
		if _, err := after.Progs[i].ReadAt(b, 0); err != nil && p.Filesz > 0 {
			t.Fatal(err)
		}
		// The first one begins with the file's header, which tells of the
		// sections.
		if p.Off == 0 && len(a) >= 64 {
			a, b = a[64:], b[64:]
		}
		if !bytes.Equal(a, b) {
			t.Errorf("%s: the bytes of segment %d differ", name, i)
		}
	}
	for _, s := range before.Sections {
		kept := after.Section(s.Name)
		if s.Flags&elf.SHF_ALLOC != 0 && (kept == nil || kept.Addr != s.Addr || kept.Size != s.Size || kept.Type != s.Type || kept.Link != s.Link) {
			t.Errorf("%s: section %s is not as it was", name, s.Name)
		}
		if s.Flags&elf.SHF_ALLOC == 0 && s.Name != ".shstrtab" && s.Name != "" && kept != nil && len(out) < len(src) {
			t.Errorf("%s: section %s is still there", name, s.Name)
		}
	}
	again, _ := Strip(nil, out)
	if !bytes.Equal(again, out) {
		t.Errorf("%s: stripping again changes it", name)
	}
}

func TestStripOthers(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	src, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string][]byte{
		"empty": {}, "script": []byte("#!/bin/sh\n"), "head": src[:64], "half": src[:len(src)/2], "magic": []byte("\x7fELF"),
		"32 bits": []byte(head(1, 1, 3, 0)),
	} {
		out, _ := Strip(nil, text)
		if !bytes.Equal(out, text) {
			t.Errorf("%s: changed", name)
		}
	}
}

func FuzzStrip(f *testing.F) {
	f.Add([]byte("#!/bin/sh\n"))
	f.Add([]byte(head(2, 1, 62, 0)))
	f.Fuzz(func(t *testing.T, src []byte) {
		out, _ := Strip(nil, src)
		if len(out) > len(src) {
			t.Errorf("%d bytes became %d", len(src), len(out))
		}
	})
}
