package running

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/privdir"
)

// TestForeign has a directory that is named by --dir and has files of others: they
// stay, also those that are called as what is not finished.
func TestForeign(t *testing.T) {
	f := newFake(t)
	f.write("/proc/kheaders.tgz", tgzOf(t, headersOf(release)))
	sum := strings.Repeat("0a", 32)
	theirs := []string{
		"/d/film.part", "/d/y.part/below", "/d/file-" + sum, "/d/file-" + sum + ".part", "/d/y-" + sum[2:] + "/below", "/d/dir.loaded/below",
		"/d/" + release + "-" + sum + "/below", "/d/" + release + "-" + sum + ".part/below",
	}
	left := []string{"/d/.loaded.part"}
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
