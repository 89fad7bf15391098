package running

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/kmod"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/kmod/kmodtest"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/privdir"
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

// TestModule loads a module for as long as its archive is unpacked.
func TestModule(t *testing.T) {
	f := newFake(t)
	archive := tgzOf(t, headersOf(release))
	f.module(release, archive)
	for n := 1; n < 3; n++ {
		if h := f.must(Options{}); h.Srctree != dirOf(f, archive) || f.loads != n || f.loaded != "" {
			t.Errorf("%+v, %d loads, it is loaded: %v", h, f.loads, f.loaded != "")
		}
	}
	// A module that was there stays, also where it is named.
	m, err := kmod.Open(f.path("/lib/modules/" + release + "/extra/kheaders.ko"))
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	if err := f.load(m); err != nil {
		t.Fatal(err)
	}
	for _, from := range []string{"", m.Path} {
		if h := f.must(Options{From: from}); h.Srctree != dirOf(f, archive) || f.loaded == "" {
			t.Errorf("%+v, it is loaded: %v", h, f.loaded != "")
		}
	}
	if len(f.notes) > 0 {
		t.Errorf("notes %q", f.notes)
	}
}

// TestNamedModule takes the archive of the module that is named, whatever else is
// shown.
func TestNamedModule(t *testing.T) {
	f := newFake(t)
	f.write("/sys/kernel/kheaders.tar.xz", tgzOf(t, headersOf(release).with(entries{"large.h": ""})))
	archive := tgzOf(t, headersOf(release))
	f.write("/tmp/my.ko", string(kmodtest.Module("mine", release, archive)))
	if h := f.must(Options{From: f.path("/tmp/my.ko")}); h.Srctree != dirOf(f, archive) || f.loaded != "" || len(f.notes) > 0 {
		t.Errorf("%+v, it is loaded: %v, notes %q", h, f.loaded != "", f.notes)
	}
}

// TestKilled has what calls leave that are killed, at each place.
func TestKilled(t *testing.T) {
	archive := tgzOf(t, headersOf(release))
	for name, c := range map[string]struct {
		marker         string
		loaded, stays  bool
		boot, wantNote string
	}{
		"before it was loaded":          {"this boot\nkheaders\n", false, false, "", ""},
		"while it was loaded":           {"this boot\nkheaders\n", true, false, "", ""},
		"in another boot, not loaded":   {"that boot\nkheaders\n", false, false, "", ""},
		"in another boot, then another": {"that boot\nkheaders\n", true, true, "", ""},
	} {
		f := newFake(t)
		f.module(release, archive)
		f.write(cache+"/"+marker, c.marker)
		f.write(cache+"/"+filepath.Base(dirOf(f, archive))+".part/include/half.h", "x")
		os.Chmod(f.path(cache), 0o755)
		if c.loaded {
			m, err := kmod.Open(f.path("/lib/modules/" + release + "/extra/kheaders.ko"))
			if err != nil {
				t.Fatal(err)
			}
			f.load(m)
			m.Close()
		}
		h := f.must(Options{})
		if h.Srctree != dirOf(f, archive) || (f.loaded != "") != c.stays {
			t.Errorf("%s: %+v, it is loaded: %v", name, h, f.loaded != "")
		}
		if _, err := os.Stat(h.Srctree + "/include/half.h"); err == nil {
			t.Errorf("%s: what was half done is taken", name)
		}
	}
}

// TestAbort has a signal while the module is loaded: when Abort ends it is
// unloaded, and no marker is left of it.
func TestAbort(t *testing.T) {
	f := newFake(t)
	f.module(release, tgzOf(t, headersOf(release)))
	aborted := make(chan bool)
	f.Load = func(m *kmod.Module) error {
		if f.loads > 0 {
			return errors.New("it was aborted")
		}
		go func() {
			Abort()
			close(aborted)
		}()
		select {
		case <-aborted:
			t.Error("it does not wait for the module")
		case <-time.After(100 * time.Millisecond):
		}
		return f.load(m)
	}
	ended := make(chan bool)
	go func() {
		Find(f.System, Options{}) // what comes of it is nothing to who is ended
		close(ended)
	}()
	<-aborted
	if _, err := os.Stat(f.path(cache + "/" + marker)); f.loads != 1 || f.loaded != "" || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%d loads, it is loaded: %v, its marker: %v", f.loads, f.loaded != "", err)
	}
	current.Unlock() // the process would have ended
	<-ended
}

// TestThere has modules that are there before: they are neither marked nor loaded
// again, so a call that is killed leaves nothing that has the next one unload them.
func TestThere(t *testing.T) {
	f := newFake(t)
	archive := tgzOf(t, headersOf(release))
	f.module(release, archive)
	f.write("/lib/modules/"+f.Release+"/needed.ko", string(kmodtest.Module("needed", release, "")))
	f.write("/lib/modules/"+f.Release+"/modules.dep", "extra/kheaders.ko: needed.ko\n")
	f.write("/sys/module/needed/initstate", "live\n")
	f.Load = func(m *kmod.Module) error {
		if b, err := os.ReadFile(f.path(cache + "/" + marker)); m.Name != moduleName || string(b) != "this boot\nkheaders\n" {
			t.Errorf("%s is loaded, marked are %q, %v", m.Name, b, err)
		}
		return f.load(m)
	}
	f.Unload = func(name string) error {
		if name != moduleName {
			t.Errorf("%s is unloaded", name)
		}
		return f.unload(name)
	}
	if h := f.must(Options{}); h.Srctree != dirOf(f, archive) || f.loaded != "" {
		t.Errorf("%+v, it is loaded: %v", h, f.loaded != "")
	}
}

// pauses has the test wait for nothing, and tells what would have been waited.
func pauses(t *testing.T) *[]time.Duration {
	var all []time.Duration
	old := sleep
	sleep = func(d time.Duration) { all = append(all, d) }
	t.Cleanup(func() { sleep = old })
	return &all
}

// TestBare has a module that shows no archive: it is not loaded over and over.
func TestBare(t *testing.T) {
	for name, c := range map[string]struct {
		sys, there bool
		loads      int
	}{
		"live":            {true, false, bareTries},
		"no /sys":         {false, false, bareTries},
		"of others":       {true, true, 0},
		"others, no /sys": {false, true, 0},
	} {
		f := newFake(t)
		waited := pauses(t)
		f.module(release, "x")
		const state = "/sys/module/kheaders/initstate"
		if c.sys && c.there {
			f.write(state, "live\n")
		}
		loads := 0
		f.Load = func(*kmod.Module) error {
			if c.there {
				return kmod.ErrLoaded
			}
			loads++
			if c.sys {
				f.write(state, "live\n")
			}
			return nil
		}
		f.fails(Options{}, "the module kheaders is loaded and shows no /proc/kheaders.* and no /sys/kernel/kheaders.*: see that /proc and /sys are mounted")
		tries := bareTries
		if c.there {
			tries = stuckTries
		}
		if loads != c.loads || len(*waited) != tries-1 {
			t.Errorf("%s: %d loads, %d pauses", name, loads, len(*waited))
		}
	}
}

// TestStuck has a module whose place others have for as long as it is tried: there
// are pauses, ever longer ones, and what is to be told is told once.
func TestStuck(t *testing.T) {
	f := newFake(t)
	waited := pauses(t)
	f.module(release, "x")
	f.write("/var/cache/kheaders/"+marker, "this boot\nother\n")
	f.busy = true
	f.Load = func(*kmod.Module) error { return unix.EBUSY }
	f.fails(Options{}, "busy")
	if got := *waited; len(got) != stuckTries-1 || got[0] != minPause || got[len(got)-1] != maxPause || !slices.IsSorted(got) {
		t.Errorf("pauses %v", got)
	}
	if len(f.notes) != 1 {
		t.Errorf("notes %q", f.notes)
	}
	// Where they leave, it goes on.
	f.busy = false
	archive := tgzOf(t, headersOf(release))
	f.module(release, archive)
	tries := 0
	f.Load = func(m *kmod.Module) error {
		if tries++; tries < stuckTries {
			return unix.EBUSY
		}
		return f.load(m)
	}
	if h := f.must(Options{}); h.Srctree != dirOf(f, archive) {
		t.Errorf("%+v", h)
	}
}

// TestForeign has a directory that is named by --dir and has files of others: they
// stay, also those that are called as what is not finished.
func TestForeign(t *testing.T) {
	f := newFake(t)
	f.write("/proc/kheaders.tgz", tgzOf(t, headersOf(release)))
	sum := strings.Repeat("0a", 32)
	theirs := []string{"/d/film.part", "/d/y.part/below", "/d/file-" + sum, "/d/file-" + sum + ".part", "/d/y-" + sum[2:] + "/below", "/d/dir.loaded/below"}
	left := []string{"/d/" + release + "-" + sum + ".part/include/half.h", "/d/.loaded.part"}
	for _, file := range append(theirs, left...) {
		f.write(file, "text")
	}
	if h := f.must(Options{Dir: "/d"}); !strings.HasPrefix(h.Srctree, f.path("/d/")) {
		t.Errorf("%+v", h)
	}
	for _, file := range left {
		if _, err := os.Stat(f.path(file)); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s is left: %v", file, err)
		}
	}
	if err := Clean(f.System, "/d"); err != nil {
		t.Error(err)
	}
	for _, file := range theirs {
		if b, err := os.ReadFile(f.path(file)); string(b) != "text" {
			t.Errorf("%s of another has %q, %v", file, b, err)
		}
	}
	if got, err := os.ReadDir(f.path("/d")); err != nil || len(got) != len(theirs)+1 {
		t.Errorf("after clean there are %v, %v", got, err)
	}
}

// TestBusy has a module that somebody else uses when it is to be unloaded.
func TestBusy(t *testing.T) {
	f := newFake(t)
	f.module(release, tgzOf(t, headersOf(release)))
	f.busy = true
	f.must(Options{})
	if f.loaded == "" || len(f.notes) != 1 || !strings.Contains(f.notes[0], "in use") {
		t.Errorf("it is loaded: %v, notes %q", f.loaded != "", f.notes)
	}
	if err := Clean(f.System, ""); err == nil || !strings.Contains(err.Error(), "in use") {
		t.Errorf("clean: %v", err)
	}
	f.busy = false
	f.must(Options{})
	if f.loaded != "" || f.loads != 2 {
		t.Errorf("it is loaded: %v, %d times", f.loaded != "", f.loads)
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

// TestPlaces has others write where archives are unpacked.
func TestPlaces(t *testing.T) {
	archive := tgzOf(t, headersOf(release))
	for name, c := range map[string]struct {
		plant func(f *fake)
		want  string
	}{
		"link":        {func(f *fake) { os.Mkdir(f.path("/etc"), 0o755); os.Symlink("../../etc", f.path(cache)) }, "symbolic link"},
		"open":        {func(f *fake) { os.Mkdir(f.path(cache), 0o755); os.Chmod(f.path(cache), 0o777) }, "can be written to"},
		"open above":  {func(f *fake) { os.Chmod(f.path("/var/cache"), 0o777) }, "can be written to"},
		"file":        {func(f *fake) { f.write(cache, "") }, "no directory"},
		"linked name": {func(f *fake) { os.Mkdir(f.path(cache), 0o755); os.Symlink("/etc", dirOf(f, archive)) }, "symbolic link"},
		"open name": {func(f *fake) {
			os.MkdirAll(dirOf(f, archive), 0o755)
			os.Chmod(dirOf(f, archive), 0o777)
		}, "can be written to"},
	} {
		f := newFake(t)
		f.write("/proc/kheaders.tgz", archive)
		f.write("/var/cache/other", "")
		c.plant(f)
		if h, err := f.find(Options{}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %+v, %v, want %q", name, h, err, c.want)
		}
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

func TestUserPlaces(t *testing.T) {
	for _, c := range []struct {
		dir       string
		uid       int
		xdg, home string
		want      string
	}{
		{"", 0, "/xdg", "/home", "/var/cache/kheaders /run/kheaders"},
		{"", 7, "/xdg", "/home", "/xdg/kheaders"},
		{"", 7, "", "/home", "/home/.cache/kheaders"},
		{"", 7, "relative", "/home", "/home/.cache/kheaders"},
		{"", 7, "", "", ""},
		{"", 7, "", "relative", ""},
		{"/d/../e/", 0, "", "", "/e"},
		{"/", 0, "", "", ""},
	} {
		got, err := places(c.dir, c.uid, func(name string) string {
			return map[string]string{"XDG_CACHE_HOME": c.xdg, "HOME": c.home}[name]
		})
		if strings.Join(got, " ") != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%+v: %q, %v", c, got, err)
		}
	}
}

// TestReadOnly has root's first directory, or both, on a file system that is not to
// be written to: what it has is used, and else the other.
func TestReadOnly(t *testing.T) {
	oldID, oldOpen := euid, openDir
	defer func() { euid, openDir = oldID, oldOpen }()
	euid = func() int { return 0 }
	const run = "/run/kheaders"
	for name, c := range map[string]struct {
		has      bool
		readOnly []string
		want     string // "" is an error
	}{
		"has it":             {true, []string{cache}, cache},
		"has it, no other":   {true, []string{cache, run}, cache},
		"has another":        {false, []string{cache}, run},
		"has another, alone": {false, []string{cache, run}, ""},
	} {
		f := newFake(t)
		openDir = privdir.Open
		archive := tgzOf(t, headersOf(release))
		f.write("/proc/kheaders.tgz", tgzOf(t, headersOf(release).with(entries{"other.h": ""})))
		if c.has {
			f.write("/proc/kheaders.tgz", archive)
		}
		f.write("/run/other", "")
		f.must(Options{})
		f.write("/proc/kheaders.tgz", archive)
		openDir = func(top, path string, perm fs.FileMode, ours privdir.Ours) (*privdir.Dir, error) {
			if !slices.Contains(c.readOnly, path) {
				return privdir.Open(top, path, perm, ours)
			}
			root, err := os.OpenRoot(filepath.Join(top, path))
			if errors.Is(err, fs.ErrNotExist) {
				return nil, unix.EROFS
			}
			return &privdir.Dir{Root: root, Path: path}, err
		}
		if c.want == "" {
			if h, err := f.find(Options{}); err == nil || !errors.Is(err, unix.EROFS) || !strings.Contains(err.Error(), "--dir") {
				t.Errorf("%s: %+v, %v", name, h, err)
			}
			continue
		}
		if h := f.must(Options{}); filepath.Dir(h.Srctree) != f.path(c.want) {
			t.Errorf("%s: it is in %s", name, h.Srctree)
		}
		_, err := os.Stat(f.path(run))
		if (err == nil) != (c.want == run) {
			t.Errorf("%s: %s: %v", name, run, err)
		}
	}
}

// TestFull has no room for the directory.
func TestFull(t *testing.T) {
	old := openDir
	defer func() { openDir = old }()
	for _, reason := range []error{unix.ENOSPC, unix.EDQUOT} {
		openDir = func(_, path string, _ fs.FileMode, _ privdir.Ours) (*privdir.Dir, error) {
			return nil, fmt.Errorf("open %q: make %q: %w", path, path, reason)
		}
		f := newFake(t)
		f.write("/proc/kheaders.tgz", tgzOf(t, headersOf(release)))
		f.fails(Options{}, fmt.Sprintf("open %q: make %q: %v: make room, or name another directory by --dir", cache, cache, reason))
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
