package running

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/kmod"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/kmod/kmodtest"
)

const release = "6.1.0-50-amd64"

// fake is a machine in a directory.
type fake struct {
	*System
	t *testing.T
	// notes are what it was told, loads how often a module was loaded, and
	// loaded the archive of the one that is.
	notes  []string
	loads  int
	loaded string
	busy   bool
}

// newFake makes a machine that has nothing.
func newFake(t *testing.T) *fake {
	t.Helper()
	root := t.TempDir()
	if err := os.Chmod(root, 0o755); err != nil {
		t.Fatal(err)
	}
	// Not those of who runs the test.
	t.Setenv("XDG_CACHE_HOME", "/var/cache")
	f := &fake{t: t}
	f.System = &System{
		Root: root, Release: release, Machine: "x86_64",
		Load: f.load, Unload: f.unload,
		NoExec: func(string) bool { return false },
		Note:   func(format string, args ...any) { f.notes = append(f.notes, fmt.Sprintf(format, args...)) },
	}
	f.write("/proc/sys/kernel/random/boot_id", "this boot\n")
	return f
}

// cache is the private directory.
const cache = "/var/cache/kheaders"

func (f *fake) write(path, text string) {
	f.t.Helper()
	path = f.path(path)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		f.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		f.t.Fatal(err)
	}
}

const shownByModule = "/proc/kheaders.tgz"

// load is the kernel's part: the archive of a module appears in /proc.
func (f *fake) load(m *kmod.Module) error {
	if f.loaded != "" {
		return kmod.ErrLoaded
	}
	b, err := os.ReadFile(m.Path)
	if err != nil {
		return err
	}
	_, rest, _ := strings.Cut(string(b), "IKHD_ST")
	f.loaded, _, _ = strings.Cut(rest, "IKHD_ED")
	f.loads++
	f.write(shownByModule, f.loaded)
	f.write("/sys/module/"+m.Name+"/initstate", "live\n")
	return nil
}

func (f *fake) unload(name string) error {
	if f.busy {
		return kmod.ErrInUse
	}
	f.loaded = ""
	os.Remove(f.path(shownByModule))
	os.RemoveAll(f.path("/sys/module/" + name))
	return nil
}

// module puts a module where modules.dep has it.
func (f *fake) module(release, archive string) {
	f.t.Helper()
	f.write("/lib/modules/"+f.Release+"/extra/kheaders.ko", string(kmodtest.Module("kheaders", release, archive)))
	f.write("/lib/modules/"+f.Release+"/modules.dep", "extra/kheaders.ko:\n")
}

// inCache are the names in the private directory, but for that of the lock.
func (f *fake) inCache() []string {
	found, _ := os.ReadDir(f.path(cache))
	var names []string
	for _, e := range found {
		if e.Name() != ".lock" {
			names = append(names, e.Name())
		}
	}
	return names
}

// find finds headers, and expects none to be left of what it needed for that.
func (f *fake) find(o Options) (*Headers, error) {
	f.t.Helper()
	h, err := Find(f.System, o)
	for _, name := range f.inCache() {
		if !entryName.MatchString(name) && !(f.busy && name == marker) {
			f.t.Errorf("%q is left", name)
		}
	}
	if err != nil && strings.Contains(err.Error(), "\n") {
		f.t.Errorf("the error has several lines: %q", err)
	}
	return h, err
}

func (f *fake) must(o Options) *Headers {
	f.t.Helper()
	h, err := f.find(o)
	if err != nil {
		f.t.Fatal(err)
	}
	return h
}

// fails expects an error that says so, and nothing unpacked.
func (f *fake) fails(o Options, want string) {
	f.t.Helper()
	h, err := f.find(o)
	if err == nil || !strings.Contains(err.Error(), want) {
		f.t.Errorf("%+v, error %v, want %q", h, err, want)
	}
	if got := f.inCache(); len(got) > 0 && !f.busy {
		f.t.Errorf("left are %q", got)
	}
}

// entries are the files of an archive, by name; a name with "/" at its end is a
// directory, and a text with "->" is where a link leads.
type entries map[string]string

func headersOf(release string) entries {
	return entries{
		"include/generated/utsrelease.h": "#define UTS_RELEASE \"" + release + "\"\n",
		"include/linux/types.h":          "typedef int t;\n",
	}
}

// with returns the files and further ones.
func (e entries) with(more entries) entries {
	all := entries{}
	for _, m := range []entries{e, more} {
		maps.Copy(all, m)
	}
	return all
}

// modules are the files by which modules are built, with host tools that are
// scripts.
var modules = entries{
	"Makefile": "all:\n", "Module.symvers": "", "scripts/Makefile.build": "", "scripts/basic/fixdep": "#!/bin/sh\n", "scripts/mod/modpost": "#!/bin/sh\n",
	"include/config/auto.conf": "CONFIG_MODULES=y\n", "include/config/kernel.release": "6.1.0\n",
}

// tarOf returns a tar of the files, in the order of their names.
func tarOf(t *testing.T, files entries) string {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		text := files[name]
		h := &tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: 0o644, Size: int64(len(text))}
		if strings.HasPrefix(text, "#!") {
			h.Mode = 0o755
		}
		if to, ok := strings.CutPrefix(text, "->"); ok {
			h.Typeflag, h.Linkname, h.Size, text = tar.TypeSymlink, to, 0, ""
		}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func tgzOf(t *testing.T, files entries) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, tarOf(t, files)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
