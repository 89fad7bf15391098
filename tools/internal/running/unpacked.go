package running

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/privdir"
)

// source is what an archive is taken from: the kernel, for the zero value.
type source struct {
	// archive is a file that is one, module one that has one.
	archive, module string
}

// errAgain says that the archive went away while it was read.
var errAgain = errors.New("the archive went away while it was read")

// stuck is errAgain for a reason that may last: after so many tries in a row it is
// told.
type stuck struct {
	reason error
	tries  int
}

func (s *stuck) Error() string        { return s.reason.Error() }
func (s *stuck) Is(target error) bool { return target == errAgain }
func (s *stuck) Unwrap() error        { return s.reason }

// bare says that a module is loaded, and shows no archive.
func bare(name string, tries int) error {
	return &stuck{fmt.Errorf("the module %s is loaded and shows no /proc/kheaders.* and no /sys/kernel/kheaders.*: see that /proc and /sys are mounted, or name an archive by --from", name), tries}
}

const (
	// tries is how often the archive may go away.
	tries = 1000
	// stuckTries is how often in a row what others do may be in the way,
	// and bareTries how often a module is loaded that then shows nothing.
	stuckTries, bareTries = 50, 3
	// minPause and maxPause are what is waited between tries that are stuck.
	minPause, maxPause = 5 * time.Millisecond, 50 * time.Millisecond
)

// sleep is what tests need not wait for.
var sleep = time.Sleep

// unpacked returns the directory of an archive, which is unpacked if it is not
// there. All of that is under one lock.
func (s *System) unpacked(from source, o Options) (*Headers, error) {
	if from == (source{}) && len(s.shown()) == 0 {
		// Before anything is made.
		if _, err := s.moduleFiles(); err != nil {
			return nil, s.nothing(err)
		}
	}
	dirs, err := s.open(o.Dir)
	if err != nil {
		return nil, err
	}
	defer closeDirs(dirs)
	d := dirs[len(dirs)-1]
	setCurrent(s, d)
	defer setCurrent(nil, nil)
	// What a call that was killed has loaded.
	undivided(func() { s.tidy(d) })
	var h *Headers
	inRow, limit := 0, 0
	err = errAgain
	for n := 0; n < tries && errors.Is(err, errAgain); n++ {
		h, err = s.once(dirs, from, o)
		// Before the lock is given back.
		undivided(func() { s.tidy(d) })
		var lasting *stuck
		if !errors.As(err, &lasting) {
			inRow = 0
			continue
		}
		if lasting.tries != limit {
			inRow, limit = 0, lasting.tries
		}
		if inRow++; inRow == limit {
			return nil, lasting.reason
		}
		sleep(min(minPause*time.Duration(inRow), maxPause))
	}
	if errors.Is(err, errAgain) {
		return nil, fmt.Errorf("%w, %d times: does something unload the module over and over?", err, tries)
	}
	return h, err
}

// once is one try of unpacked.
func (s *System) once(dirs []*privdir.Dir, from source, o Options) (*Headers, error) {
	d := dirs[len(dirs)-1]
	var found []*archive
	var err error
	switch {
	case from.archive != "":
		found, err = s.read([]string{from.archive}, s.ofKernel(from.archive))
	case from.module != "":
		found, err = s.fromModule(d, []string{from.module})
	default:
		found, err = s.fromKernel(d)
	}
	if err != nil {
		return nil, err
	}
	defer closeAll(found)
	a, err := s.choose(found, o)
	if err != nil {
		return nil, err
	}
	name := s.Release + "-" + a.sum
	for _, d := range dirs {
		has, err := d.Has(name)
		if err != nil {
			return nil, err
		}
		if has {
			return s.headers(d, name), nil
		}
	}
	if err := s.unpack(d, name, a, o); err != nil {
		return nil, err
	}
	return s.headers(d, name), nil
}

// fromKernel returns what the kernel hands out, by a module that is loaded for
// that if need be.
func (s *System) fromKernel(d *privdir.Dir) ([]*archive, error) {
	if files := s.shown(); len(files) > 0 {
		return s.read(files, true)
	}
	files, err := s.moduleFiles()
	if err != nil {
		return nil, s.nothing(err)
	}
	found, err := s.fromModule(d, files)
	if err != nil && !errors.Is(err, errAgain) {
		err = s.nothing(err)
	}
	return found, err
}

// fromModule returns what the kernel hands out once the modules are loaded: by
// the last one, unless that was there before.
func (s *System) fromModule(d *privdir.Dir, files []string) ([]*archive, error) {
	before := s.shown()
	name, loaded, err := s.load(d, files)
	if err != nil {
		return nil, err
	}
	limit := bareTries
	if !loaded {
		before, limit = nil, stuckTries
	}
	shown := without(s.shown(), before)
	if len(shown) == 0 && s.mayBeLive(name) {
		// Or it was unloaded meanwhile, and is loaded again.
		return nil, bare(name, limit)
	}
	if len(shown) == 0 {
		return nil, errAgain
	}
	return s.read(shown, true)
}

// nothing says that there are no headers, and why no module gives any.
func (s *System) nothing(why error) error {
	return fmt.Errorf("no headers of the running kernel %q: no package is installed, there is no /proc/kheaders.* and no /sys/kernel/kheaders.*, and %w", s.Release, why)
}

// without returns the files that others does not have.
func without(files, others []string) []string {
	return slices.DeleteFunc(files, func(f string) bool { return slices.Contains(others, f) })
}
