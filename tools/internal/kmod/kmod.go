// Package kmod loads kernel modules from files, compressed or not, and unloads
// them again.
package kmod

import (
	"bufio"
	"bytes"
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/codec"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/infile"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/oserr"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/textline"
)

// What Load and Unload say, for callers that go on.
var (
	// ErrLoaded says that a module of this name is loaded already.
	ErrLoaded = errors.New("a module of this name is loaded already")
	// ErrInUse says that somebody uses the module.
	ErrInUse = errors.New("the module is in use")
	// ErrNotModule says that a file is no kernel module.
	ErrNotModule = errors.New("it is no kernel module")
)

// maxImage is the largest module that is read, in bytes.
const maxImage = 1 << 30

// window is how far back a compressed module may look, in bytes: modules_install
// takes 1 MiB for xz, and nobody more than zstd's 8 MiB.
const window = 16 << 20

// Module is a module's file.
type Module struct {
	// Path is the file, Name what the kernel calls the module.
	Path, Name string
	// Release is `uname -r` of the kernel that it is for.
	Release string
	image   *os.File
}

// Open opens a module, which may be compressed by gzip, xz, zstd or bzip2. A file
// that is none is ErrNotModule. Close it.
func Open(file string) (*Module, error) {
	f, _, err := infile.Open(file)
	if err != nil {
		return nil, fmt.Errorf("open module %q: %w", file, err)
	}
	image, err := decompress(f)
	if err == nil && image != f {
		f.Close()
	}
	m := &Module{Path: file, image: image}
	if err == nil {
		if err = m.read(); err != nil {
			image.Close()
		}
	} else {
		f.Close()
	}
	if err != nil {
		return nil, fmt.Errorf("open module %q: %w", file, oserr.Reason(err))
	}
	return m, nil
}

// Image returns the module as the kernel has it, decompressed.
func (m *Module) Image() ([]byte, error) {
	st, err := m.image.Stat()
	if err != nil {
		return nil, fmt.Errorf("read module %q: %w", m.Path, err)
	}
	b := make([]byte, st.Size())
	if _, err := m.image.ReadAt(b, 0); err != nil {
		return nil, fmt.Errorf("read module %q: %w", m.Path, err)
	}
	return b, nil
}

// Close closes the file.
func (m *Module) Close() { m.image.Close() }

// decompress returns f as it is, or a file of what it decompresses to.
func decompress(f *os.File) (*os.File, error) {
	head := make([]byte, codec.MagicLen)
	n, err := f.ReadAt(head, 0)
	if err != nil && err != io.EOF {
		return nil, err
	}
	if bytes.HasPrefix(head[:n], []byte(elf.ELFMAG)) {
		return f, nil
	}
	if codec.Detect(head[:n]) == "" {
		return nil, ErrNotModule
	}
	z, _, stop, err := codec.NewReaderWindow(f, window)
	if err != nil {
		return nil, err
	}
	defer stop()
	// What is in it tells before it is decompressed.
	in := bufio.NewReader(z)
	if head, err := in.Peek(len(elf.ELFMAG)); err != nil || string(head) != elf.ELFMAG {
		return nil, ErrNotModule
	}
	out, err := memoryFile()
	if err != nil {
		return nil, err
	}
	written, err := io.Copy(out, io.LimitReader(in, maxImage+1))
	if err == nil && written > maxImage {
		err = fmt.Errorf("it decompresses to more than %d bytes", maxImage)
	}
	if err != nil {
		out.Close()
		return nil, err
	}
	return out, nil
}

// read reads the module's name and release from its .modinfo.
func (m *Module) read() error {
	f, err := elf.NewFile(m.image)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNotModule, err)
	}
	s := f.Section(".modinfo")
	if f.Type != elf.ET_REL || s == nil || s.Size > 1<<20 {
		return ErrNotModule
	}
	info, err := s.Data()
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNotModule, err)
	}
	for line := range strings.SplitSeq(string(info), "\x00") {
		key, value, _ := strings.Cut(line, "=")
		switch key {
		case "name":
			m.Name = value
		case "vermagic":
			m.Release, _, _ = strings.Cut(value, " ")
		}
	}
	if m.Name == "" || m.Release == "" || strings.Contains(m.Name, "/") {
		return ErrNotModule
	}
	return nil
}

// Find looks in modules.dep of dir, /lib/modules/RELEASE, for the module called
// name. It returns its file, after those of the modules that it needs, in the
// order of loading; none where there is no such module.
func Find(dir, name string) ([]string, error) {
	f, _, err := infile.Open(filepath.Join(dir, "modules.dep"))
	if err != nil {
		return nil, fmt.Errorf("read %q: %w", filepath.Join(dir, "modules.dep"), err)
	}
	defer f.Close()
	lines := textline.NewScanner(f, 1<<20)
	for lines.Scan() {
		file, needs, ok := strings.Cut(lines.Text(), ":")
		if !ok || nameOf(file) != name {
			continue
		}
		// modprobe loads them from the last to the first.
		files := []string{place(dir, file)}
		for _, need := range strings.Fields(needs) {
			files = append([]string{place(dir, need)}, files...)
		}
		return files, nil
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read %q: %w", filepath.Join(dir, "modules.dep"), err)
	}
	return nil, nil
}

// place is the path of a file that modules.dep names.
func place(dir, file string) string {
	if path.IsAbs(file) {
		return file
	}
	return filepath.Join(dir, file)
}

// nameOf returns the name of the module in a file.
func nameOf(file string) string {
	name, _, ok := strings.Cut(path.Base(file), ".ko")
	if !ok {
		return ""
	}
	return strings.ReplaceAll(name, "-", "_")
}
