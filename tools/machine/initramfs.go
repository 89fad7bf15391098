package machine

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"slices"
	"sort"
	"strings"
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
		for dir := path.Dir(name); dir != "/"; dir = path.Dir(dir) {
			if _, file := files[dir]; file {
				return fmt.Errorf("write initramfs: %q is a file, and %q is to be in it: give one of them another path", dir, name)
			}
		}
		if err := writeDirs(cw, dirs, path.Dir(name)); err != nil {
			return fmt.Errorf("write initramfs: %s: %w", path.Dir(name), err)
		}
		if err := writeFile(cw, name, files[name]); err != nil {
			return fmt.Errorf("write initramfs: %s: %w", name, err)
		}
	}
	if err := cw.Close(); err != nil {
		return fmt.Errorf("write initramfs: %w", err)
	}
	return nil
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

// Taken is the error for a file of the guest in the place of one of the machine's.
func Taken(name string) error {
	return fmt.Errorf("file %q of the guest is the machine's own: give yours another path there", name)
}

// mounts are the directories that the guest's script mounts something on, which
// hides what is there.
var mounts = []string{"/dev", "/proc", "/sys"}

// writeInitramfs writes the guest's file system, with a script that ends with
// end.
func (m Machine) writeInitramfs(w io.Writer, end string) error {
	files := map[string]File{
		"/bin/busybox": {Path: m.Busybox, Exec: true},
		"/init":        {Data: []byte("#!/bin/busybox sh\n" + prelude + trouble + m.Init + end), Exec: true},
		"/etc/passwd":  {Data: []byte("root:x:0:0::/:/bin/sh\nuser:x:1000:1000::/:/bin/sh\n")},
		"/etc/group":   {Data: []byte("root:x:0:\nuser:x:1000:\n")},
		"/tmp/said":    {},
		"/dev/.keep":   {},
		"/proc/.keep":  {},
		"/sys/.keep":   {},
	}
	for i, driver := range m.Drivers {
		files[fmt.Sprintf("/drivers/%02d.ko", i)] = File{Path: driver}
	}
	for name, f := range m.Files {
		if _, taken := files[name]; taken || slices.ContainsFunc(mounts, func(dir string) bool { return strings.HasPrefix(name, dir+"/") }) {
			return Taken(name)
		}
		files[name] = f
	}
	if m.Compressor == "" {
		return WriteInitramfs(w, files)
	}
	var cpio bytes.Buffer
	if err := WriteInitramfs(&cpio, files); err != nil {
		return err
	}
	compress := exec.Command(m.Compressor)
	compress.Stdin, compress.Stdout, compress.Stderr = &cpio, w, os.Stderr
	if err := compress.Run(); err != nil {
		return fmt.Errorf("compress the initramfs: %w", err)
	}
	return nil
}
