package running

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/kmod"
)

func dirOf(f *fake, archive string) string {
	return f.path(fmt.Sprintf("%s/%s-%x", cache, release, sha256.Sum256([]byte(archive))))
}

// TestProc takes what the kernel shows, once.
func TestProc(t *testing.T) {
	f := newFake(t)
	archive := tgzOf(t, headersOf(release))
	f.write("/proc/kheaders.tgz", archive)
	h := f.must(Options{})
	if want := (Headers{Srctree: dirOf(f, archive)}); *h != want {
		t.Errorf("headers %+v, want %+v", *h, want)
	}
	if b, err := os.ReadFile(h.Srctree + "/include/linux/types.h"); string(b) != "typedef int t;\n" {
		t.Errorf("the header is %q, %v", b, err)
	}
	want := fs.FileMode(0o700)
	if os.Geteuid() == 0 {
		want = 0o755
	}
	for _, dir := range []string{f.path(cache), h.Srctree} {
		if st, err := os.Stat(dir); err != nil || st.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", dir, st.Mode(), err)
		}
	}
	first, err := os.Stat(h.Srctree)
	if err != nil {
		t.Fatal(err)
	}
	f.must(Options{})
	if again, err := os.Stat(h.Srctree); err != nil || !os.SameFile(first, again) {
		t.Errorf("it was unpacked again, %v", err)
	}
	// Rebuilt, it is of the same release.
	f.write("/proc/kheaders.tgz", tgzOf(t, headersOf(release).with(entries{"new.h": ""})))
	if other := f.must(Options{}); other.Srctree == h.Srctree {
		t.Error("a rebuilt kernel has the headers of the old one")
	}
	if f.loads > 0 || len(f.notes) > 0 {
		t.Errorf("%d loads, notes %q", f.loads, f.notes)
	}
}

// TestTwo has two archives: of the same bytes, of others, and one that is broken.
func TestTwo(t *testing.T) {
	small, large := tgzOf(t, headersOf(release)), tgzOf(t, headersOf(release).with(entries{"new.h": ""}))
	other := tgzOf(t, headersOf("6.1.0-49-amd64").with(entries{"1.h": "", "2.h": "", "3.h": ""}))
	for name, c := range map[string]struct {
		proc, sys, want string
		notes           int
	}{
		"same":             {small, small, small, 0},
		"larger in /proc":  {large, small, large, 1},
		"larger in /sys":   {small, large, large, 1},
		"another kernel's": {small, other, small, 1},
	} {
		f := newFake(t)
		f.write("/proc/kheaders.tgz", c.proc)
		f.write("/sys/kernel/kheaders.tar.xz", c.sys)
		if h := f.must(Options{}); h.Srctree != dirOf(f, c.want) || len(f.notes) != c.notes {
			t.Errorf("%s: %s, notes %q", name, h.Srctree, f.notes)
		}
		for _, from := range []string{"/proc/kheaders.tgz", "/sys/kernel/kheaders.tar.xz"} {
			if c.sys == other {
				continue
			}
			b, err := os.ReadFile(f.path(from))
			if h := f.must(Options{From: f.path(from)}); err != nil || h.Srctree != dirOf(f, string(b)) {
				t.Errorf("%s: from %s: %s, %v", name, from, h.Srctree, err)
			}
		}
	}
}

// cutFile is one that the kernel takes away in the middle.
type cutFile struct {
	file
	left int
	err  error
}

func (c *cutFile) Read(b []byte) (int, error) {
	if c.left == 0 {
		return 0, &fs.PathError{Op: "read", Path: "x", Err: c.err}
	}
	n, err := c.file.Read(b[:min(len(b), c.left)])
	c.left -= n
	return n, err
}

// TestCut has the archive go a hundred times while it is read, at any place, in
// each of the two times that it is.
func TestCut(t *testing.T) {
	f := newFake(t)
	archive := tgzOf(t, headersOf(release))
	f.write("/sys/kernel/kheaders.tar.xz", archive)
	old := openFile
	defer func() { openFile = old }()
	cuts := 0
	openFile = func(path string) (file, error) {
		r, err := old(path)
		if err != nil || cuts == 100 {
			return r, err
		}
		cuts++
		if cuts%10 == 0 {
			r.Close()
			return nil, unix.ENODEV
		}
		return &cutFile{r, cuts * 2 * len(archive) / 101, []error{unix.ENODEV, unix.EIO}[cuts%2]}, nil
	}
	if h := f.must(Options{}); h.Srctree != dirOf(f, archive) || cuts != 100 {
		t.Errorf("%+v after %d cuts", h, cuts)
	}
	// Of a file that the kernel does not take away it is an error.
	cuts = 0
	openFile = func(path string) (file, error) {
		r, err := old(path)
		cuts++
		return &cutFile{r, 10, unix.EIO}, err
	}
	f.write("/home/kheaders.tgz", archive)
	if _, err := f.find(Options{From: f.path("/home/kheaders.tgz")}); !errors.Is(err, unix.EIO) || cuts != 1 {
		t.Errorf("error %v after %d tries", err, cuts)
	}
	// What never ends is told.
	f.write("/sys/kernel/kheaders.tar.xz", archive+" ")
	if _, err := f.find(Options{}); err == nil || !strings.Contains(err.Error(), "1000 times") {
		t.Errorf("error %v", err)
	}
}

// TestBad has archives that are not taken: nothing is left of them.
func TestBad(t *testing.T) {
	good := headersOf(release)
	whole, plain := tgzOf(t, good), tarOf(t, good)
	for name, c := range map[string]struct {
		archive, want string
		o             Options
	}{
		"another kernel":   {tgzOf(t, headersOf("6.1.0-49-amd64")), `is of the kernel "6.1.0-49-amd64", and the one that runs is "6.1.0-50-amd64"`, Options{}},
		"no release":       {tgzOf(t, entries{"a.h": ""}), "does not say what kernel it is of, and the one that runs is \"6.1.0-50-amd64\": take one", Options{}},
		"a link out":       {tgzOf(t, good.with(entries{"l": "->../../etc"})), "leads out", Options{}},
		"an absolute link": {tgzOf(t, good.with(entries{"l": "->/etc"})), "leads out", Options{}},
		"below a link":     {tgzOf(t, good.with(entries{"a": "->include", "a/b": "x"})), "symbolic link", Options{}},
		"absolute":         {tgzOf(t, good.with(entries{"/etc/x": "x"})), "absolute", Options{}},
		"dots":             {tgzOf(t, good.with(entries{"include/../../x": "x"})), `".."`, Options{}},
		"release by link":  {tgzOf(t, entries{"include/generated/utsrelease.h": "->../../../x"}), "leads out", Options{}},
		"empty":            {"", "has no end", Options{}},
		"no archive":       {"text", "unexpected EOF", Options{}},
		"no end":           {plain[:len(plain)-1024], "has no end", Options{}},
		"more behind":      {plain + "more", "after", Options{}},
		"too many files":   {whole, "more than 3 files", Options{MaxFiles: 3}},
		"too large":        {whole, "more than 20 bytes", Options{MaxBytes: 20}},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFake(t)
			f.write("/proc/kheaders.tgz", c.archive)
			f.fails(c.o, c.want)
			f.fails(Options{From: f.path("/proc/kheaders.tgz"), MaxBytes: c.o.MaxBytes, MaxFiles: c.o.MaxFiles}, c.want)
			os.Remove(f.path("/proc/kheaders.tgz"))
			f.module(release, c.archive)
			f.fails(c.o, c.want)
			if f.loaded != "" {
				t.Error("the module stays")
			}
		})
	}
	for n := 0; n < len(whole); n += 7 {
		f := newFake(t)
		f.write("/proc/kheaders.tgz", whole[:n])
		f.fails(Options{}, "")
	}
}

// TestNothing has machines without headers: the error says what is not there.
func TestNothing(t *testing.T) {
	f := newFake(t)
	f.fails(Options{}, `"/lib/modules/6.1.0-50-amd64" is not there for a module`)
	if _, err := os.Stat(f.path("/var")); err == nil {
		t.Error("a directory was made for nothing")
	}
	f.write("/lib/modules/"+release+"/modules.dep", "kernel/other.ko:\n")
	f.fails(Options{}, "knows no module kheaders")
	f.module("6.1.0-49-amd64", "x")
	f.fails(Options{}, `is for the kernel "6.1.0-49-amd64"`)
	f.module(release, "x")
	f.Load = func(*kmod.Module) error { return errors.New("it needs CAP_SYS_MODULE") }
	f.fails(Options{}, "CAP_SYS_MODULE")
	f.Load = func(*kmod.Module) error { f.write("/sys/module/kheaders/initstate", "live\n"); return nil }
	f.fails(Options{}, "is loaded and shows no /proc/kheaders.*")
	f.fails(Options{From: f.path("/none")}, "no such file")
	f.fails(Options{From: f.path("/lib/modules")}, "neither a kernel's source tree")
	f.Release = "../x"
	f.fails(Options{}, "no name of a directory")
}

// tree writes what an installed package has.
func (f *fake) tree(dir, release string, more entries) {
	for name, text := range (entries{
		"include/generated/autoconf.h": "#define CONFIG_X 1\n", "include/generated/utsrelease.h": "#define UTS_RELEASE \"" + release + "\"\n",
		"include/config/auto.conf": "CONFIG_X=y\n", "arch/x86/include/generated/asm/a.h": "",
		"scripts/mod/modpost": "", "scripts/basic/fixdep": "", "Module.symvers": "",
	}).with(more) {
		f.write(dir+"/"+name, text)
	}
}

const sourceMakefile = "VERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = 0\n"

// TestInstalled takes an installed package, in one directory or in two.
func TestInstalled(t *testing.T) {
	f := newFake(t)
	f.write("/proc/kheaders.tgz", tgzOf(t, headersOf(release)))
	f.tree("/usr/src/one", release, entries{"Makefile": sourceMakefile, "include/linux/types.h": ""})
	os.MkdirAll(f.path("/lib/modules/"+release), 0o755)
	build := f.path("/lib/modules/" + release + "/build")
	os.Symlink("../../../usr/src/one", build)
	if h := f.must(Options{}); *h != (Headers{Srctree: build, Modules: true}) {
		t.Errorf("one directory: %+v", *h)
	}
	os.Remove(build)
	f.tree("/usr/src/linux-headers-"+release, release, entries{"Makefile": "include ../common/Makefile\n"})
	f.write("/usr/src/common/Makefile", sourceMakefile)
	f.write("/usr/src/common/include/linux/types.h", "")
	f.write("/usr/src/common/arch/x86/Makefile", "")
	two := Headers{Srctree: f.path("/usr/src/common"), Objtree: f.path("/usr/src/linux-headers-" + release), Modules: true}
	if h := f.must(Options{}); *h != two {
		t.Errorf("two directories: %+v", *h)
	}
	if h := f.must(Options{From: f.path("/usr/src/one")}); h.Srctree != f.path("/usr/src/one") {
		t.Errorf("one that is named: %+v", *h)
	}
	// One that is not the running kernel's is not taken, and told of.
	os.RemoveAll(f.path("/usr/src/linux-headers-" + release))
	f.tree("/usr/src/one", "6.1.0-49-amd64", nil)
	os.Symlink("../../../usr/src/one", build)
	h := f.must(Options{})
	if !strings.HasPrefix(h.Srctree, f.path(cache)) || len(f.notes) != 1 || !strings.Contains(f.notes[0], `"6.1.0-49-amd64"`) {
		t.Errorf("another kernel's: %+v, notes %q", *h, f.notes)
	}
	if _, err := f.find(Options{From: build}); err == nil || !strings.Contains(err.Error(), `"6.1.0-49-amd64"`) {
		t.Errorf("another kernel's, named: %v", err)
	}
	// One that is gone is none.
	os.RemoveAll(f.path("/usr/src/one"))
	f.notes = nil
	if h := f.must(Options{}); !strings.HasPrefix(h.Srctree, f.path(cache)) || len(f.notes) > 0 {
		t.Errorf("a link that leads nowhere: %+v, notes %q", *h, f.notes)
	}
}

// TestModules tells which archives build modules, and what stap finds in them.
func TestModules(t *testing.T) {
	const elf = "\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00"
	const elf32 = "\x7fELF\x01\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00"
	all := headersOf(release).with(modules)
	without := func(name string) entries {
		e := all.with(nil)
		delete(e, name)
		return e
	}
	for name, c := range map[string]struct {
		files   entries
		noExec  bool
		builds  bool
		wantNot string
		machine string // "" is x86_64
	}{
		"all":          {all, false, true, "", ""},
		"headers":      {headersOf(release), false, false, "", ""},
		"no symvers":   {without("Module.symvers"), false, false, "", ""},
		"no modpost":   {without("scripts/mod/modpost"), false, false, "", ""},
		"noexec":       {all, true, false, "noexec", ""},
		"this machine": {all.with(entries{"scripts/mod/modpost": elf + "\x3e\x00"}), false, true, "", ""},
		"another":      {all.with(entries{"scripts/mod/modpost": elf + "\xb7\x00"}), false, false, "aarch64", ""},
		"32-bit arm":   {all.with(entries{"scripts/mod/modpost": elf32 + "\x28\x00"}), false, true, "", "armv7l"},
		"i586":         {all.with(entries{"scripts/mod/modpost": elf32 + "\x03\x00"}), false, true, "", "i586"},
		"mips":         {all.with(entries{"scripts/mod/modpost": elf32 + "\x08\x00"}), false, true, "", "mips"},
		"of links":     {all.with(entries{".config": "->include/linux/types.h", "include/config/kernel.release": "->../linux/types.h"}), false, true, "", ""},
	} {
		f := newFake(t)
		if c.machine != "" {
			f.Machine = c.machine
		}
		f.NoExec = func(string) bool { return c.noExec }
		f.write("/proc/kheaders.tgz", tgzOf(t, c.files))
		h := f.must(Options{})
		if h.Modules != c.builds || h.Systemtap != c.builds {
			t.Errorf("%s: %+v", name, *h)
		}
		if notes := strings.Join(f.notes, "|"); (notes == "") != (c.wantNot == "") || !strings.Contains(notes, c.wantNot) {
			t.Errorf("%s: notes %q", name, f.notes)
		}
		if b, _ := os.ReadFile(h.Srctree + "/include/linux/types.h"); string(b) != "typedef int t;\n" {
			t.Errorf("%s: a header is changed: %q", name, b)
		}
		if !c.builds {
			continue
		}
		for file, want := range map[string]string{".config": "CONFIG_MODULES=y\n", "include/config/kernel.release": release + "\n"} {
			if b, err := os.ReadFile(h.Srctree + "/" + file); string(b) != want {
				t.Errorf("%s: %s is %q, %v", name, file, b, err)
			}
		}
	}
}

func TestEnv(t *testing.T) {
	had := []string{"PATH=/bin", "BCC_KERNEL_SOURCE=/old", "KDIR=/old", "SYSTEMTAP_RELEASE=old", "BPFTRACE_KERNEL_BUILD=/old", "KDIRECTORY=x"}
	for _, c := range []struct {
		h    Headers
		want []string
	}{
		{Headers{Srctree: "/h"}, []string{"BCC_KERNEL_SOURCE=/h", "BPFTRACE_KERNEL_SOURCE=/h", "DD_KERNEL_HEADER_DIRS=/h"}},
		{Headers{Srctree: "/h", Modules: true, Systemtap: true}, []string{"BCC_KERNEL_SOURCE=/h", "BPFTRACE_KERNEL_SOURCE=/h", "DD_KERNEL_HEADER_DIRS=/h", "KDIR=/h", "SYSTEMTAP_RELEASE=/h"}},
		{Headers{Srctree: "/s", Objtree: "/o", Modules: true}, []string{"BPFTRACE_KERNEL_SOURCE=/s", "BPFTRACE_KERNEL_BUILD=/o", "DD_KERNEL_HEADER_DIRS=/s /o", "KDIR=/o"}},
	} {
		if got, want := c.h.Env(had), append([]string{"PATH=/bin", "KDIRECTORY=x"}, c.want...); !slices.Equal(got, want) {
			t.Errorf("%+v: %q, want %q", c.h, got, want)
		}
	}
}

// TestEight has eight calls at once, with a module that they load: in the end it
// is unloaded, and there is one directory.
func TestEight(t *testing.T) {
	f := newFake(t)
	archive := tgzOf(t, headersOf(release))
	f.module(release, archive)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if h, err := Find(f.System, Options{}); err != nil || h.Srctree != dirOf(f, archive) {
				t.Errorf("%+v, %v", h, err)
			}
		})
	}
	all.Wait()
	if got := f.inCache(); len(got) != 1 || f.loaded != "" || len(f.notes) > 0 {
		t.Errorf("left are %q, it is loaded: %v, notes %q", got, f.loaded != "", f.notes)
	}
	if err := Clean(f.System, ""); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(f.path(cache)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("after clean: %v, %q", err, f.inCache())
	}
}
