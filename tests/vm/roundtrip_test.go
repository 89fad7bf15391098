// Package vm builds and loads modules for kernels that run: Debian's own, in
// QEMU.
package vm

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"debug/elf"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
	"github.com/rules-kheaders/rules_kheaders/tests/vm/machine"
	"github.com/rules-kheaders/rules_kheaders/tools/cpulimit"
)

//go:embed roundtrip.sh
var script string

// TestRoundTrip builds an external module from nothing but what the running
// kernel hands out, and loads it into that kernel. Where there is a program
// kheaders for the guest, that unpacks it there.
func TestRoundTrip(t *testing.T) {
	use := os.Getenv("KHEADERS") != ""
	archive, sources := runfile.Read(t, "ARCHIVE"), filepath.Dir(runfile.Path(t, "EXTMOD"))
	tree, mod := t.TempDir(), t.TempDir()
	m := machine.Machine{
		Arch:    os.Getenv("ARCH"),
		Kernel:  runfile.Path(t, "KERNEL"),
		Busybox: runfile.Path(t, "BUSYBOX"),
		Init:    script,
		Files:   map[string]machine.File{"/kheaders.ko": {Path: runfile.Path(t, "MODULE")}},
		Drivers: runfile.Paths(t, "DRIVERS"),
		Channel: func(port io.ReadWriter) error {
			start := time.Now()
			guest := bufio.NewReadWriter(bufio.NewReader(port), bufio.NewWriter(port))
			got, err := take(guest)
			if err != nil {
				return fmt.Errorf("take the headers out of the kernel: %w", err)
			}
			if !use && !bytes.Equal(got, archive) {
				return errors.New("what came out of the kernel is not the archive that went in")
			}
			t.Logf("the headers came out, %.1f s after the start", time.Since(start).Seconds())
			ko, err := build(got, sources, tree, mod)
			if err != nil {
				return err
			}
			t.Logf("the module was built, %.1f s after the start", time.Since(start).Seconds())
			other, err := forAnotherKernel(t, bytes.Clone(ko), tree)
			if err != nil {
				return err
			}
			if err := give(guest, other); err != nil {
				return err
			}
			return give(guest, ko)
		},
	}
	if use {
		m.Files["/kheaders"] = machine.File{Path: runfile.Path(t, "KHEADERS"), Exec: true}
		m.Files["/archive"] = machine.File{Path: runfile.Path(t, "ARCHIVE")}
	}
	if os.Getenv("COMPRESSOR") != "" {
		// That the guest runs shows that the kernel decompresses it.
		m.Compressor = runfile.Path(t, "COMPRESSOR")
	}
	m.Run(t)
}

// take reads a file from the guest: a line with its size and checksum, then
// its bytes.
func take(guest *bufio.ReadWriter) ([]byte, error) {
	line, err := guest.ReadString('\n')
	if err != nil {
		return nil, err
	}
	var size int
	var sum string
	if _, err := fmt.Sscan(line, &size, &sum); err != nil {
		return nil, fmt.Errorf("read %q: %w", line, err)
	}
	b := make([]byte, size)
	if _, err := io.ReadFull(guest, b); err != nil {
		return nil, err
	}
	if got := fmt.Sprintf("%x", sha256.Sum256(b)); got != sum {
		return nil, fmt.Errorf("the guest sent a file of checksum %s, but %s came", sum, got)
	}
	return b, nil
}

// give sends a file when the guest asks for it.
func give(guest *bufio.ReadWriter, b []byte) error {
	line, err := guest.ReadString('\n')
	if err != nil {
		return fmt.Errorf("wait for the guest: %w", err)
	}
	if line != "next\n" {
		return fmt.Errorf("the guest said %q, not that it is ready", line)
	}
	fmt.Fprintf(guest, "%d %x\n", len(b), sha256.Sum256(b))
	guest.Write(b)
	return guest.Flush()
}

// build unpacks the archive, a tgz or a tar, into the empty directory tree, and builds and
// installs the module of sources from that alone.
func build(archive []byte, sources, tree, mod string) ([]byte, error) {
	for _, f := range []string{"Kbuild", "main.c", "counter.c", "counter.h"} {
		b, err := os.ReadFile(filepath.Join(sources, f))
		if err != nil {
			return nil, err
		}
		if err := os.WriteFile(filepath.Join(mod, f), b, 0o644); err != nil {
			return nil, err
		}
	}
	flags := "-xf"
	if bytes.HasPrefix(archive, []byte("\x1f\x8b")) {
		flags = "-xzf"
	}
	if err := run(archive, "tar", flags, "-", "-C", tree); err != nil {
		return nil, err
	}
	args, cross := []string{"-C", tree, "M=" + mod, "modules"}, os.Getenv("CROSS_COMPILE")
	if cross != "" {
		args = append(args, "ARCH="+os.Getenv("ARCH"), "CROSS_COMPILE="+cross)
	}
	if err := run(nil, "make", args...); err != nil {
		return nil, err
	}
	if err := run(nil, cross+"strip", "--strip-debug", filepath.Join(mod, "extmod.ko")); err != nil {
		return nil, err
	}
	return os.ReadFile(filepath.Join(mod, "extmod.ko"))
}

func run(stdin []byte, name string, args ...string) error {
	cmd := exec.Command(name, args...)
	// Nothing of the test's environment may help: a user has a shell.
	cmd.Env = []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C"}
	cmd.Stdin = bytes.NewReader(stdin)
	if out, err := cpulimit.CombinedOutput(cmd, cpulimit.Limit{}); err != nil {
		return fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, out)
	}
	return nil
}

// forAnotherKernel changes a module so that the kernel must not load it: with
// MODVERSIONS, the checksum of each symbol that it takes from the kernel;
// without, the release it was built for.
func forAnotherKernel(t *testing.T, module []byte, tree string) ([]byte, error) {
	conf, err := os.ReadFile(filepath.Join(tree, "include/config/auto.conf"))
	if err != nil {
		return nil, err
	}
	if !bytes.Contains(conf, []byte("\nCONFIG_MODVERSIONS=y\n")) {
		t.Log("the kernel has no MODVERSIONS")
		vermagic := []byte("\x00vermagic=")
		info := section(t, module, ".modinfo")
		i := bytes.Index(info, vermagic)
		if i < 0 {
			return nil, errors.New("the module has no vermagic")
		}
		info[i+len(vermagic)]++
		return module, nil
	}
	t.Log("the kernel has MODVERSIONS")
	// One struct modversion_info: unsigned long crc, char name[64 - sizeof(long)].
	const entry = 64
	versions := section(t, module, "__versions")
	if len(versions) < entry {
		return nil, errors.New("the kernel has MODVERSIONS, but the module has no checksums")
	}
	for i := 0; i+entry <= len(versions); i += entry {
		versions[i] ^= 1
	}
	return module, nil
}

// section returns the bytes of a section in a copy of a module, to be
// changed in place; nil if there is none.
func section(t *testing.T, module []byte, name string) []byte {
	t.Helper()
	f, err := elf.NewFile(bytes.NewReader(module))
	if err != nil {
		t.Fatal(err)
	}
	s := f.Section(name)
	if s == nil {
		return nil
	}
	return module[s.Offset : s.Offset+s.Size]
}
