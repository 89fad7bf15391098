package machine

import (
	"fmt"
	"io"
	"os"
	"path"
	"sort"
	"time"

	"github.com/cavaliergopher/cpio"
)

// File is one file of an initramfs: what Path names on this machine, or else
// Data.
type File struct {
	Path string
	Data []byte
	Exec bool
}

// WriteInitramfs writes files, by their absolute path in the guest, as a cpio
// archive of the kind that the kernel unpacks ("newc", see the kernel's
// Documentation/driver-api/early-userspace/buffer-format.rst). Everything is
// root's and has no date, and the order is that of the paths: the same files
// make the same bytes. No root is needed.
func WriteInitramfs(w io.Writer, files map[string]File) error {
	cw := cpio.NewWriter(w)
	dirs := map[string]bool{"/": true}
	names := make([]string, 0, len(files))
	for name := range files {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		if err := writeDirs(cw, dirs, path.Dir(name)); err != nil {
			return fmt.Errorf("write initramfs: %s: %w", path.Dir(name), err)
		}
		if err := writeFile(cw, name, files[name]); err != nil {
			return fmt.Errorf("write initramfs: %s: %w", name, err)
		}
	}
	return cw.Close()
}

// writeDirs writes dir after the directories above it, each once.
func writeDirs(cw *cpio.Writer, done map[string]bool, dir string) error {
	if done[dir] {
		return nil
	}
	done[dir] = true
	if err := writeDirs(cw, done, path.Dir(dir)); err != nil {
		return err
	}
	return cw.WriteHeader(&cpio.Header{Name: dir[1:], Mode: cpio.TypeDir | 0o755, Links: 2, ModTime: time.Unix(0, 0)})
}

func writeFile(cw *cpio.Writer, name string, f File) error {
	data := f.Data
	if f.Path != "" {
		var err error
		if data, err = os.ReadFile(f.Path); err != nil {
			return err
		}
	}
	mode := cpio.FileMode(cpio.TypeReg | 0o644)
	if f.Exec {
		mode |= 0o111
	}
	if err := cw.WriteHeader(&cpio.Header{Name: name[1:], Mode: mode, Size: int64(len(data)), ModTime: time.Unix(0, 0)}); err != nil {
		return err
	}
	_, err := cw.Write(data)
	return err
}
