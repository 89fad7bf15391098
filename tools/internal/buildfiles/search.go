package buildfiles

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/kernel"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/makefile"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/quote"
)

// Search is what makefiles add to the search path that all sources of a kernel
// and its modules are compiled with, in the order in which they name it, each
// once.
type Search struct {
	// Dirs are directories of the tree, there or not; "." is its top.
	Dirs []string
	// Forced are headers that are included before every source: paths in the
	// tree, or names that the search path finds, there or not.
	Forced []string
	// Read are the makefiles that were read.
	Read []string
	// By are the makefiles that name a directory, a header or a makefile first; none
	// that which make begins with.
	By map[string]string
}

// File is a makefile.
type File = makefile.File

// starts are the makefiles that make begins with, in a tree for an
// architecture: what one sets holds for those behind it.
func starts(arch string) []string {
	return []string{kernel.Makefile, "arch/" + arch + "/Makefile", "scripts/Makefile.build", "scripts/Makefile.lib", "scripts/Makefile.modfinal"}
}

// searchPath matches the variables by which the kernel's sources are compiled,
// for all of them or with an option.
var searchPath = regexp.MustCompile(`^(?:(?:LINUX|USER)INCLUDE|NOSTDINC_FLAGS|(?:subdir-)?(?:cc|as|cpp|c|a)flags|(?:orig|modkern|_)?_?(?:[ca]|cpp|cc)_?flags|(?:KBUILD_|EXTRA_|K)?(?:C|CPP|A)FLAGS(?:_MODULE|_KERNEL)?|KBUILD_SUBDIR_(?:CC|AS)FLAGS)(?:-[ym])?$`)

const (
	// maxIncluded bounds how deep makefiles include one another.
	maxIncluded = 40
	// maxWork bounds the work of reading them, in steps: the kernel's own take a
	// fraction of it.
	maxWork = 128 << 20
	// maxGlobs bounds how many names with a part that only make knows are looked
	// up: each is compared with all makefiles that there are.
	maxGlobs = 1000
)

// ReadSearch reads the makefiles of a tree that hold for all sources, for an
// architecture's directory below arch/: those that make begins with, and what
// these include. Conditionals follow the tree's auto.conf, where it has one, or
// else all branches count. find returns the makefiles that there are of names, in
// which a * stands for what only make knows: see Named.
func ReadSearch(arch string, find func(names []string) ([]File, error)) (Search, error) {
	var s Search // empty, beside an error
	l := library{texts: map[string]File{}, asked: map[string]bool{}, globs: map[string][]string{}}
	t := &makefile.Tree{Arch: arch, Config: kernel.AutoConf, Start: starts(arch), Files: l.files, Wants: searchPath.MatchString, Work: maxWork}
	for round := 0; ; round++ {
		flags, read := makefile.ReadFlags(t)
		if t.Work < 0 {
			return s, fmt.Errorf("%s: what makefiles set is too much to work out from there on, so the search path for headers is not known: shorten what it lists there, or leave that file out of the tree or archive", where(t.Stopped))
		}
		if l.tooMany != nil {
			return s, fmt.Errorf("%s: makefiles include more than %d names with a part that only make knows, so the search path for headers is not known: write the names out, or leave that file out of the tree or archive", where(*l.tooMany), maxGlobs)
		}
		if len(l.wanted) == 0 {
			return searchOf(flags, read), nil
		}
		files, err := find(l.wanted)
		if err != nil {
			return s, err
		}
		if round >= maxIncluded && len(files) > 0 {
			return s, fmt.Errorf("makefiles include one another more than %d deep: %q comes last", maxIncluded, files[0].Path)
		}
		if !l.add(files) {
			return searchOf(flags, read), nil
		}
	}
}

func where(p makefile.Place) string { return fmt.Sprintf("%s:%d", quote.Text(p.File), p.Line) }

// searchOf sorts flags into what they are.
func searchOf(flags []makefile.Flag, read []makefile.Included) Search {
	s := Search{By: map[string]string{}}
	for _, f := range read {
		s.Read = append(s.Read, f.Path)
		s.By[f.Path] = f.By
	}
	seen := map[string]bool{}
	for _, f := range flags {
		into, key := &s.Dirs, f.Path
		if f.Forced {
			into, key = &s.Forced, "\x00"+f.Path
		}
		if !seen[key] {
			seen[key] = true
			*into = append(*into, f.Path)
			if s.By[f.Path] == "" {
				s.By[f.Path] = f.At.File
			}
		}
	}
	return s
}

// library has the makefiles that were found, and what else is wanted.
type library struct {
	texts map[string]File
	paths []string
	asked map[string]bool
	// globs have, of names with a *, the paths that were found, sorted; tooMany is
	// where there is one more than may be.
	globs   map[string][]string
	tooMany *makefile.Place
	// wanted are names that nobody looked for yet, in the order in which make comes
	// by them.
	wanted []string
}

// files returns what there is of a name, which is included at a place.
func (l *library) files(name string, at makefile.Place) []File {
	glob := strings.Contains(name, "*")
	if !l.asked[name] {
		if glob && len(l.globs) == maxGlobs {
			if l.tooMany == nil {
				l.tooMany = &at
			}
			return nil
		}
		if glob {
			l.globs[name] = nil
			for _, p := range l.paths {
				l.compare(name, p)
			}
		}
		l.asked[name] = true
		l.wanted = append(l.wanted, name)
	}
	if f, ok := l.texts[name]; ok {
		return []File{f}
	}
	var out []File
	for _, p := range l.globs[name] {
		out = append(out, l.texts[p])
	}
	return out
}

// compare notes a path if a name with a * may be that of it.
func (l *library) compare(name, p string) {
	if Named(name, p) {
		l.globs[name] = append(l.globs[name], p)
	}
}

// Named tells whether a name, in which a * stands for any part of one, may be
// that of a path.
func Named(name, p string) bool {
	if i := strings.IndexAny(name, `*?[\`); name == p || i < 0 || !strings.HasPrefix(p, name[:i]) {
		return name == p
	}
	ok, err := path.Match(name, p)
	return ok && err == nil
}

// add takes in files, and tells whether there is any that is new.
func (l *library) add(files []File) bool {
	n := len(l.paths)
	l.wanted = nil
	for _, f := range files {
		if _, twice := l.texts[f.Path]; !twice && !strings.ContainsRune(f.Text, 0) {
			l.texts[f.Path] = f
			l.paths = append(l.paths, f.Path)
		}
	}
	for name := range l.globs {
		for _, p := range l.paths[n:] {
			l.compare(name, p)
		}
		slices.Sort(l.globs[name])
	}
	slices.Sort(l.paths)
	return len(l.paths) > n
}
