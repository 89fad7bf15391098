// Package booted tries a kheaders.ko in a kernel that runs: in a virtual machine
// that has nothing but busybox, the module and its archive.
package booted

import (
	_ "embed"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/codec"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/hosttools"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/kmod"
	"github.com/rules-kheaders/rules_kheaders/tools/machine"
)

//go:embed load.sh
var load string

//go:embed unpack.sh
var unpack string

// Options say what is tried. Kernel, Drivers, Files and Init of the machine are
// set by them.
type Options struct {
	Machine machine.Machine
	// Kernel is an image, or a package (.deb) that has one in /boot.
	Kernel string
	// Drivers are modules, compressed or not, that are loaded first.
	Drivers []string
	// Module is kheaders.ko, compressed or not; Archive what it has inside.
	Module, Archive string
	// Shown are the files by which the kernel hands it out; none: those that
	// come with the module.
	Shown []string
	// Rounds is how many times the module is loaded and unloaded after the
	// first.
	Rounds int
	// Checks are scripts of further checks, run in this order.
	Checks []string
	// Files are further ones, by their path in the guest.
	Files map[string]string
}

// Test boots the kernel and gives each check to each. All that is on the
// console goes to log.
func (o Options) Test(log io.Writer, each func(machine.Result)) error {
	scripts := fmt.Sprintf("files=%s\nrounds=%d\n", word(strings.Join(o.Shown, " ")), o.Rounds) + load
	for _, name := range o.Checks {
		b, err := os.ReadFile(name)
		if err != nil {
			return fmt.Errorf("read script of checks: %w", err)
		}
		scripts += string(b) + "\n"
	}
	m, stop, err := o.machine(scripts)
	if err != nil {
		return err
	}
	defer stop()
	return m.Run(log, each)
}

// Shell boots the kernel and gives a shell in it, where /headers has what the
// module hands out. It returns the exit status of a script from stdin, as
// machine.Machine does.
func (o Options) Shell(stdin *os.File, stdout io.Writer) (status int, err error) {
	decompress, err := tarFlag(o.Archive)
	if err != nil {
		return 0, err
	}
	m, stop, err := o.machine(fmt.Sprintf("files=%s\ndecompress=%s\n", word(strings.Join(o.Shown, " ")), decompress) + unpack)
	if err != nil {
		return 0, err
	}
	defer stop()
	return m.Shell(stdin, stdout)
}

// machine returns the machine, whose script is init. stop frees what it holds.
func (o Options) machine(init string) (m machine.Machine, stop func(), err error) {
	m = o.Machine
	m.Init, m.Kernel = init, o.Kernel
	ko, err := module(o.Module)
	if err != nil {
		return m, nil, err
	}
	m.Files = map[string]machine.File{"/archive": {Path: o.Archive}, "/kheaders.ko": {Data: ko}}
	for i, driver := range o.Drivers {
		if ko, err = module(driver); err != nil {
			return m, nil, err
		}
		m.Files[fmt.Sprintf("/drivers/%02d.ko", i)] = machine.File{Data: ko}
	}
	for name, path := range o.Files {
		// The scripts load what is in /drivers, and unpack into /headers.
		if _, taken := m.Files[name]; taken || strings.HasPrefix(name, "/drivers/") || name == "/headers" {
			return m, nil, machine.Taken(name)
		}
		program, err := isProgram(path)
		if err != nil {
			return m, nil, err
		}
		m.Files[name] = machine.File{Path: path, Exec: program}
	}
	if m.Image, err = kernelOf(o.Kernel); err != nil {
		return m, nil, err
	}
	return m, func() { m.Image.Close() }, nil
}

// isProgram tells by a file's content whether it can be run in the guest.
func isProgram(path string) (bool, error) {
	head, err := headOf(path, hosttools.ExecutableHead)
	return hosttools.Executable(head), err
}

// headOf returns the first n bytes of a file, or all of a shorter one.
func headOf(path string, n int) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	head, err := io.ReadAll(io.LimitReader(f, int64(n)))
	if err != nil {
		return nil, fmt.Errorf("read file: %w", err)
	}
	return head, nil
}

// module returns a kernel module, decompressed.
func module(path string) ([]byte, error) {
	m, err := kmod.Open(path)
	if err != nil {
		return nil, err
	}
	defer m.Close()
	return m.Image()
}

// tarFlag returns what tells busybox's tar how an archive is compressed.
func tarFlag(archive string) (string, error) {
	head, err := headOf(archive, codec.MagicLen)
	if err != nil {
		return "", err
	}
	return map[string]string{"gzip": "z", "xz": "J", "bzip2": "j", "zstd": "a"}[codec.Detect(head)], nil
}

// word quotes a text for the guest's shell.
func word(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
