package infile

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// ErrSame is what is wrong where an output is an input.
var ErrSame = errors.New("an output is an input as well")

// Outputs are the files that are there already of those that are to be written.
// Which file it is counts, not what it is called.
type Outputs []output

type output struct {
	name string
	info os.FileInfo
	// above are the directories that it is in.
	above []os.FileInfo
}

// Existing returns the regular files among the names. Empty names are passed
// over, as is what cannot be looked at: to write it will fail.
func Existing(names []string) Outputs {
	var out Outputs
	for _, name := range names {
		st, err := os.Stat(name)
		if name == "" || err != nil || !st.Mode().IsRegular() {
			continue
		}
		o := output{name: name, info: st}
		// Both where the name is and where it leads, for a link.
		for _, n := range []string{name, realName(name)} {
			dir, err := filepath.Abs(n)
			if dir = realName(filepath.Dir(dir)); err != nil {
				continue
			}
			for ; ; dir = filepath.Dir(dir) {
				if st, err := os.Stat(dir); err == nil {
					o.above = append(o.above, st)
				}
				if dir == filepath.Dir(dir) {
					break
				}
			}
		}
		out = append(out, o)
	}
	return out
}

// realName is a name without links, where it can be found.
func realName(name string) string {
	if real, err := filepath.EvalSymlinks(name); err == nil {
		return real
	}
	return name
}

// Check returns an error if a file that is read is one of the outputs: writing
// that would destroy it.
func (o Outputs) Check(read os.FileInfo) error {
	for _, out := range o {
		if os.SameFile(out.info, read) {
			return out.same()
		}
	}
	return nil
}

func (o output) same() error { return fmt.Errorf("%w: %q: write to another file", ErrSame, o.name) }

// CheckNames is Check for files by their names. A directory stands for the
// sources in it, read or not: what else is in one may be there from an earlier
// run. What is not there is passed over.
func (o Outputs) CheckNames(read []string) error {
	if len(o) == 0 {
		return nil
	}
	for _, name := range read {
		st, err := os.Stat(name)
		if name == "" || err != nil {
			continue
		}
		if err := o.Check(st); err != nil {
			return err
		}
		for _, out := range o {
			if st.IsDir() && out.source() && out.in(st) {
				return out.same()
			}
		}
	}
	return nil
}

func (o output) in(dir os.FileInfo) bool {
	for _, above := range o.above {
		if os.SameFile(above, dir) {
			return true
		}
	}
	return false
}

// source tells by its name whether a file is one that no command writes into a
// tree, but people do.
func (o output) source() bool {
	switch base := filepath.Base(o.name); base {
	case "Makefile", "Kbuild", "Kconfig", ".config", "Module.symvers":
		return true
	}
	switch filepath.Ext(o.name) {
	case ".c", ".h", ".S", ".rs", ".lds", ".dts", ".dtsi", ".py", ".pl", ".sh", ".rst":
		return true
	}
	return false
}
