package running

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/kmod"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/locate"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/oserr"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/privdir"
)

// marker is the file that names the modules that were loaded, in a line each,
// below the boot that they were loaded in. It is written before they are, and for
// none that is there already: a call that is killed in between leaves a marker of a
// module that is not there. Where somebody else loads it after that, his is
// unloaded by the next call.
const marker = ".loaded"

// moduleFiles returns the files of our module below /lib/modules, after those of
// the modules that it needs.
func (s *System) moduleFiles() ([]string, error) {
	dir := filepath.Join(locate.ModulesDir, s.Release)
	if _, err := os.Stat(s.path(dir)); err != nil {
		return nil, fmt.Errorf("%q is not there for a module: mount the host's /lib/modules, or name the module by --from", dir)
	}
	files, err := kmod.Find(s.path(dir), moduleName)
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("%q knows no module %s: run depmod once it is there, or name it by --from", filepath.Join(dir, "modules.dep"), moduleName)
	}
	return files, nil
}

// load loads modules. It names the last one, and tells whether that was not there
// before.
func (s *System) load(d *privdir.Dir, files []string) (name string, loaded bool, err error) {
	for _, file := range files {
		m, err := kmod.Open(file)
		if err != nil {
			return "", false, err
		}
		name = m.Name
		loaded, err = s.loadOne(d, m)
		m.Close()
		if err != nil {
			return "", false, err
		}
	}
	return name, loaded, nil
}

// isLive tells whether a module is loaded, and neither comes nor goes.
func (s *System) isLive(name string) bool {
	b, err := os.ReadFile(s.path("/sys/module/" + name + "/initstate"))
	return err == nil && strings.TrimSpace(string(b)) == "live"
}

// mayBeLive is isLive, and true where nothing tells, as /sys is not mounted.
func (s *System) mayBeLive(name string) bool {
	_, err := os.Stat(s.path("/sys/module"))
	return err != nil || s.isLive(name)
}

func (s *System) loadOne(d *privdir.Dir, m *kmod.Module) (bool, error) {
	if m.Release != s.Release {
		return false, fmt.Errorf("the module %q is for the kernel %q, and the one that runs is %q: take that of this kernel", m.Path, m.Release, s.Release)
	}
	if d.ReadOnly() {
		return false, fmt.Errorf("the module %q is not loaded: nothing can be unpacked into %q, which is not to be written to: mount a directory there, or name one by --dir", m.Path, d.Path)
	}
	if s.isLive(m.Name) {
		return false, nil
	}
	var loaded bool
	var err error
	undivided(func() { loaded, err = s.loadMarked(d, m) })
	return loaded, err
}

// loadMarked loads a module that the marker names as long as it is ours.
func (s *System) loadMarked(d *privdir.Dir, m *kmod.Module) (bool, error) {
	before := s.marked(d)
	if err := s.mark(d, append(before, m.Name)); err != nil {
		return false, err
	}
	err := s.Load(m)
	if err == nil {
		return true, nil
	}
	// It stays: another has loaded it.
	if merr := s.mark(d, before); merr != nil {
		return false, merr
	}
	switch {
	case errors.Is(err, kmod.ErrLoaded):
		return false, nil
	case errors.Is(err, unix.EBUSY):
		// Another loads or unloads it just now, or has its place.
		return false, &stuck{err, stuckTries}
	}
	return false, err
}

// boot names the time since the machine was booted.
func (s *System) boot() string {
	b, err := os.ReadFile(s.path("/proc/sys/kernel/random/boot_id"))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(b))
}

// marked returns the modules that the marker names: those of another boot are
// gone.
func (s *System) marked(d *privdir.Dir) []string {
	b, err := d.Root.ReadFile(marker)
	if err != nil {
		return nil
	}
	lines := strings.Split(strings.TrimSuffix(string(b), "\n"), "\n")
	if lines[0] != s.boot() {
		return nil
	}
	return lines[1:]
}

// mark writes the marker, or removes it where there are no modules.
func (s *System) mark(d *privdir.Dir, names []string) error {
	if len(names) > 0 {
		if err := d.WriteFile(marker, []byte(s.boot()+"\n"+strings.Join(names, "\n")+"\n")); err != nil {
			return fmt.Errorf("%w: %s", err, elsewhere)
		}
		return nil
	}
	if err := d.Root.Remove(marker); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove %q: %w: remove it by hand", filepath.Join(d.Path, marker), oserr.Reason(err))
	}
	return nil
}

// unloadMarked unloads the modules that were loaded by this call, or by one that
// was killed. One that somebody uses stays, and stays marked.
func (s *System) unloadMarked(d *privdir.Dir) error {
	if d.ReadOnly() {
		return nil
	}
	names := s.marked(d)
	for _, name := range slices.Backward(names) {
		if err := s.Unload(name); errors.Is(err, kmod.ErrInUse) {
			return fmt.Errorf("the module %s stays loaded, as it is in use: the next call unloads it", name)
		} else if err != nil {
			return err
		}
		names = names[:len(names)-1]
		if err := s.mark(d, names); err != nil {
			return err
		}
	}
	return s.mark(d, nil)
}

// tidy is unloadMarked for who goes on whatever comes of it.
func (s *System) tidy(d *privdir.Dir) {
	if err := s.unloadMarked(d); err != nil {
		s.Note("%v", err)
	}
}
