package privdir

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
)

const (
	// maxList is as much of the list as is read, in bytes.
	maxList = 1 << 20
	// listHead begins the list: what else a file of that name has is another
	// program's.
	listHead = "directories of kheaders\n"
)

// errNoList is that the lock's file has what others have written.
var errNoList = errors.New("it has a file " + lockName + " of another program: name another directory")

// listed returns the names of directories that Make has made, or was about to:
// the lines of the lock's file. There are none where others have written that.
func (d *Dir) listed() (map[string]bool, error) {
	b, err := io.ReadAll(io.NewSectionReader(d.lock, 0, maxList))
	if err != nil {
		return nil, err
	}
	rest, ok := bytes.CutPrefix(b, []byte(listHead))
	if !ok && len(b) > 0 {
		return nil, errNoList
	}
	names := map[string]bool{}
	for line := range bytes.SplitSeq(rest, []byte("\n")) {
		names[string(line)] = true
	}
	return names, nil
}

// list adds a name to the list. A line before it that was cut short, by a process
// that was killed, is ended.
func (d *Dir) list(name string) error {
	made, err := d.listed()
	if err != nil || made[name] {
		return err
	}
	st, err := d.lock.Stat()
	if err != nil {
		return err
	}
	line := "\n" + name + "\n"
	if st.Size() == 0 {
		line = listHead + name + "\n"
	}
	_, err = d.lock.WriteAt([]byte(line), st.Size())
	return err
}

// mkdir makes the directory called part, which is to be called name, once that is
// on the list: whoever kills the process, it is known to be ours.
func (d *Dir) mkdir(name, part string) error {
	for _, n := range []string{name, part} {
		switch _, err := d.Root.Lstat(n); {
		case err == nil:
			return fmt.Errorf("there is a %q already: %w: remove it, or name another directory", n, fs.ErrExist)
		case !errors.Is(err, fs.ErrNotExist):
			return err
		}
	}
	if err := d.list(name); err != nil {
		return err
	}
	d.mu.Lock()
	d.part = part
	d.mu.Unlock()
	return d.Root.Mkdir(part, 0o700)
}
