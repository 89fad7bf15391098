package closure

import (
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/infile"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/oserr"
)

// File is a root outside of the tree.
type File struct {
	// Label is what messages and the manifest call it.
	Label string
	// Path is where it is on this machine.
	Path string
	// Alone says that nothing but what is given may be read. Otherwise what it
	// includes from beside itself is followed, given or not.
	Alone bool
}

// outside are the files outside of the tree.
type outside struct {
	files   []source
	outputs infile.Outputs
	// real has the files' paths without links, ends all ends of their paths.
	real, ends map[string]bool
}

// newOutside lists the files among roots that are not in the tree, and those
// below directories, links followed.
func newOutside(given []File, outputs infile.Outputs) (*outside, error) {
	out := &outside{outputs: outputs, real: map[string]bool{}, ends: map[string]bool{}}
	for _, f := range given {
		st, err := os.Stat(f.Path)
		if err != nil {
			return nil, fmt.Errorf("root %s: %w", f.Label, oserr.Reason(err))
		}
		if !st.IsDir() {
			if err := out.add(f.Label, f.Path, f.Alone); err != nil {
				return nil, err
			}
			continue
		}
		n := len(out.files)
		w := dirWalker{out: out, root: f, seen: map[string]bool{}}
		if err := w.dir(f.Path, ""); err != nil {
			return nil, err
		}
		if len(out.files) == n {
			return nil, fmt.Errorf("root %s is a directory without files: give one that has C files", f.Label)
		}
	}
	return out, nil
}

func (o *outside) add(label, p string, alone bool) error {
	st, err := os.Stat(p)
	if err != nil {
		return fmt.Errorf("root %s: %w", label, oserr.Reason(err))
	}
	if !st.Mode().IsRegular() {
		return fmt.Errorf("root %s is neither a file nor a directory", label)
	}
	if err := o.outputs.Check(st); err != nil {
		return fmt.Errorf("root %s: %w", label, err)
	}
	real, err := filepath.EvalSymlinks(p)
	if err != nil {
		return fmt.Errorf("root %s: %w", label, oserr.Reason(err))
	}
	open := func() (io.ReadCloser, error) {
		f, err := os.Open(p)
		if err != nil {
			return nil, fmt.Errorf("root %s: %w", label, oserr.Reason(err))
		}
		return f, nil
	}
	o.real[real] = true
	for end, more := p, true; more; _, end, more = strings.Cut(end, "/") {
		o.ends[end] = true
	}
	o.files = append(o.files, source{shown: label, at: p, alone: alone, open: open, size: st.Size(), text: !isC(p)})
	return nil
}

// dirWalker lists what is below a root that is a directory.
type dirWalker struct {
	out  *outside
	root File
	seen map[string]bool // directories without links
}

func (w *dirWalker) dir(at, member string) error {
	real, err := filepath.EvalSymlinks(at)
	if err != nil {
		return fmt.Errorf("root %s: %w", w.root.Label, oserr.Reason(err))
	}
	// By links, one directory may be there often, or within itself.
	if w.seen[real] {
		return nil
	}
	w.seen[real] = true
	entries, err := os.ReadDir(at)
	if err != nil {
		return fmt.Errorf("root %s: %w", w.root.Label, oserr.Reason(err))
	}
	for _, d := range entries {
		if strings.HasPrefix(d.Name(), ".") {
			continue
		}
		p, m := filepath.Join(at, d.Name()), path.Join(member, d.Name())
		if st, err := os.Stat(p); err == nil && st.IsDir() {
			if above(p, real) {
				continue
			}
			if err := w.dir(p, m); err != nil {
				return err
			}
			continue
		}
		if err := w.out.add(w.root.Label+"!"+m, p, w.root.Alone); err != nil {
			return err
		}
	}
	return nil
}

// above tells whether a link leads to a directory that holds below.
func above(link, below string) bool {
	real, err := filepath.EvalSymlinks(link)
	if err != nil {
		return false
	}
	rel, err := filepath.Rel(real, below)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, "../")
}

// beside tells whether a file outside has another one beside itself by a name
// in quotes, and adds that to those to be read, unless it is one of them.
func (o *outside) beside(f source, name string) (found bool, err error) {
	p := filepath.Join(filepath.Dir(f.at), name)
	real, err := filepath.EvalSymlinks(p)
	if err != nil || filepath.IsAbs(name) {
		return false, nil
	}
	if o.real[real] {
		return true, nil
	}
	if st, err := os.Stat(p); err != nil || f.alone || !st.Mode().IsRegular() {
		return false, nil
	}
	return true, o.add(name+", beside "+f.shown, p, false)
}

// named tells whether a file that was given may be the one of a name, found in
// a directory that only the compiler's flags tell.
func (o *outside) named(name string) bool {
	return o.ends[strings.TrimLeft(path.Clean(name), "./")]
}

// filledIn tells whether a name stands in a text that is no C, and looks as if
// a program made a header's name of it.
func filledIn(f source, name string) bool {
	return f.text && strings.ContainsAny(name, "%{}$")
}
