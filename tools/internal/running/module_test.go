package running

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/kmod"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/kmod/kmodtest"
)

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
	// What shows no archive once is not given up for what was in the way before.
	tries = 0
	f.Load = func(m *kmod.Module) error {
		if tries++; tries < 10 {
			return unix.EBUSY
		}
		err := f.load(m)
		if tries < 12 {
			os.Remove(f.path(shownByModule))
		}
		return err
	}
	if h := f.must(Options{}); h.Srctree != dirOf(f, archive) || tries != 12 {
		t.Errorf("%+v after %d tries", h, tries)
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
