package tree

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/kernel"
)

// Meant says how to take what should not be so.
const Meant = "say by allow_mismatch (--allow-mismatch) that it is meant"

// Mend says what to do about two halves that do not belong together.
const Mend = "give both of one kernel and one build, or " + Meant

// AllowsMismatch tells whether the tree may consist of halves that do not belong
// together.
func (t *Tree) AllowsMismatch() bool { return t.options.AllowMismatch }

// checkHalves tells of a srctree and an objtree that are not of one kernel. A
// distribution's release says less than its Makefile and is not compared.
func (t *Tree) checkHalves(src, obj *layer) error {
	if err := checkSwapped(src, obj); err != nil {
		return fmt.Errorf("tree %s: %w, or %s", t.options.Name, err, Meant)
	}
	for _, check := range []func(src, obj *layer) error{t.checkIncluded, t.checkVersion, t.checkLeftOver} {
		if err := check(src, obj); err != nil {
			return fmt.Errorf("tree %s: %w: %s", t.options.Name, err, Mend)
		}
	}
	return nil
}

// checkSwapped tells of a srctree that is given as the objtree, and an objtree
// as the srctree: the one has no configuration, the other no source.
func checkSwapped(src, obj *layer) error {
	source, built := obj.entries[kernel.KconfigHeader], configured(src)
	if source == nil || built == nil || src.entries[kernel.KconfigHeader] != nil || configured(obj) != nil {
		return nil
	}
	return fmt.Errorf("srctree and objtree are swapped, for the srctree has %q of %s and the objtree %q of %s: give each in the place of the other", built.Path, built.Label, source.Path, source.Label)
}

// configured returns the file of the layer that shows that it has a build, nil
// where it has none.
func configured(l *layer) *Entry {
	for _, p := range []string{kernel.AutoConfHeader, kernel.AutoConf} {
		if e := l.entries[p]; e != nil {
			return e
		}
	}
	return nil
}

// checkVersion compares what the srctree's Makefile says with what the build
// found there.
func (t *Tree) checkVersion(src, obj *layer) error {
	makefile := src.entries[kernel.Makefile]
	if makefile == nil {
		return nil
	}
	text, err := readSmall(makefile)
	if err != nil {
		return err
	}
	says, ok := kernel.ParseMakefile(text)
	if !ok {
		return nil
	}
	exact := false
	if header := either(obj, src, kernel.VersionHeader); header != nil {
		text, err := readSmall(header)
		if err != nil {
			return err
		}
		built, same := kernel.SameVersion(says, text)
		if !same {
			return fmt.Errorf("%q of %s is of kernel %s, %q of %s of %s", makefile.Path, makefile.Label, says, header.Path, header.Label, built)
		}
		exact = built != ""
	}
	for _, file := range kernel.ReleaseFiles {
		e := either(obj, src, file)
		if e == nil {
			continue
		}
		text, err := readSmall(e)
		if err != nil {
			return err
		}
		release := kernel.ReleaseIn(file, text)
		if !kernel.SameRelease(says, release, !exact) {
			return fmt.Errorf("%q of %s is of kernel %s, %q of %s of %q", makefile.Path, makefile.Label, says, e.Path, e.Label, release)
		}
	}
	return nil
}

// checkIncluded compares the names of the srctree that there is and of the one
// that the objtree was built from, as its Makefile says: of two flavours of one
// version, such as rt, only that tells. Names that are not a kernel's, such as a
// checkout's, tell nothing, and where a tree lies differs between machines.
func (t *Tree) checkIncluded(_, obj *layer) error {
	makefile := obj.entries[kernel.Makefile]
	if makefile == nil {
		return nil
	}
	text, err := readSmall(makefile)
	if err != nil {
		return err
	}
	included := path.Base(kernel.IncludedSrctree(text))
	if !namesKernel(included) {
		return nil
	}
	names := t.srctrees()
	if len(names) == 0 || slices.Contains(names, included) || slices.ContainsFunc(names, func(n string) bool { return !namesKernel(n) }) {
		return nil
	}
	return fmt.Errorf("the objtree of %s was built from a srctree %q, and this one is %q", makefile.Label, included, names[0])
}

// srctrees returns the names of the directories that the srctree is in.
func (t *Tree) srctrees() []string {
	var names []string
	if t.srcRoot != "" {
		names = append(names, path.Base(t.srcRoot))
	}
	for _, in := range t.options.Inputs {
		switch {
		case in.Role == Src && in.Dest == "":
			names = append(names, path.Base(in.Path))
		case in.Role == Index:
			names = append(names, t.index.srctrees...)
		}
	}
	return names
}

func namesKernel(name string) bool {
	return strings.HasPrefix(name, "linux") && strings.ContainsAny(name, "0123456789")
}

// checkLeftOver looks for what an older build left in the srctree, which make
// itself would refuse to build beside. A package of headers has the configuration of
// its build, and may be given with more of the same one: with files of which none is
// another in the other half.
func (t *Tree) checkLeftOver(src, obj *layer) error {
	conf := configured(obj)
	if conf == nil {
		return nil
	}
	var paths []string
	built := t.builtBeside(obj)
	for p := range src.entries {
		if anyOf(t.wants).MayMatch(p) && (kernel.Generated(p) || obj.entries[p] == nil && built(p)) {
			paths = append(paths, p)
		}
	}
	slices.Sort(paths)
	oneBuild := false
	var alone *Entry // the first that the objtree does not have
	for _, p := range paths {
		left, ours := src.entries[p], obj.entries[p]
		if ours == nil {
			if alone == nil {
				alone = left
			}
			continue
		}
		if same, err := equal(left, ours); err != nil {
			return err
		} else if !same {
			return leftOver(left, ours)
		}
		oneBuild = oneBuild || p == kernel.AutoConf || p == kernel.AutoConfHeader
	}
	if oneBuild || alone == nil {
		return nil
	}
	return leftOver(alone, conf)
}

func leftOver(left, ours *Entry) error {
	return fmt.Errorf("%q of %s is of a build in the srctree, and %q of %s is another's: run `make mrproper` there", left.Path, left.Label, ours.Path, ours.Label)
}

// builtBeside returns what tells whether a path outside the headers is of a build.
// Host tools may be of another one than the configuration, as Debian's are, and
// come with the srctree: they are left over beside an objtree that has some of its
// own.
func (t *Tree) builtBeside(obj *layer) func(path string) bool {
	hostTool := t.options.HostTool
	if hostTool == nil {
		return kernel.Built
	}
	ownTools := sync.OnceValue(func() bool {
		for p := range obj.entries {
			if hostTool(p) {
				return true
			}
		}
		return false
	})
	return func(path string) bool { return kernel.Built(path) || hostTool(path) && ownTools() }
}

// either returns the entry of the layer that goes first, or of the other.
func either(first, then *layer, path string) *Entry {
	if e := first.entries[path]; e != nil {
		return e
	}
	return then.entries[path]
}

// equal compares the bytes of two files, which may be one of a package that is
// given as both.
func equal(a, b *Entry) (bool, error) {
	if a.Origin() == b.Origin() {
		return true, nil
	}
	return a.sameBytes(b)
}
