package infile

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// ErrSame is what is wrong where an output is an input.
var ErrSame = errors.New("an output is an input as well")

// ErrInside is what is wrong where an output lies in a directory that is read,
// and is nothing that an earlier run has put there.
var ErrInside = errors.New("lies in a directory that is read and was not written by kheaders")

// Outputs are the files that are there already of those that are to be written.
// Which file it is counts, not what it is called.
type Outputs []output

type output struct {
	name string
	info os.FileInfo
	// above are the directories that it is in.
	above []os.FileInfo
	ours  func(io.Reader) bool
}

// Existing returns the regular files among the names. Empty names are passed
// over, as is what cannot be looked at: to write it will fail. ours tells by
// what is in a file that an earlier run has written it; nil is for no file.
func Existing(names []string, ours func(io.Reader) bool) Outputs {
	var out Outputs
	for _, name := range names {
		st, err := os.Stat(name)
		if name == "" || err != nil || !st.Mode().IsRegular() {
			continue
		}
		o := output{name: name, info: st, ours: ours}
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

// CheckNames is Check for files by their names. A directory stands for all files
// in it, read or not, but for those that hold nothing and for what an earlier
// run has put there. What is not there is passed over.
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
			if st.IsDir() && out.in(st) && out.info.Size() > 0 && !out.earlier() {
				return fmt.Errorf("output %q %w: remove it, or write to another file", out.name, ErrInside)
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

// earlier tells whether an earlier run has written the file.
func (o output) earlier() bool {
	if o.ours == nil {
		return false
	}
	f, _, err := Open(o.name)
	if err != nil {
		return false
	}
	defer f.Close()
	return o.ours(f)
}
