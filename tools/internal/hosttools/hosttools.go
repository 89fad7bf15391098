// Package hosttools knows the programs that run while a module builds: which
// machine they are for, what a set does with them, and how to take the symbols
// out of them.
package hosttools

import (
	"debug/elf"
	"encoding/binary"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
)

// Mode says what a set does with the host tools of its profile.
type Mode string

// The modes.
const (
	// Keep takes them as they are.
	Keep Mode = "keep"
	// Stripped takes them without symbols and debug information.
	Stripped Mode = "stripped"
	// None leaves them out, and takes what they are built from.
	None Mode = "none"
)

// Modes are all of them.
var Modes = []Mode{Keep, Stripped, None}

// ParseMode reads a mode by its name.
func ParseMode(s string) (Mode, error) {
	if slices.Contains(Modes, Mode(s)) {
		return Mode(s), nil
	}
	return "", fmt.Errorf("unknown host tools mode %q: use keep, stripped or none", s)
}

// AnyMachine, in place of the name of a machine, is any.
const AnyMachine = "any"

// names are what uname -m calls the machines of ELF files, by machine, number
// of bits, and whether the high byte comes first.
var names = map[elf.Machine]map[elf.Class][2]string{
	elf.EM_386:       {elf.ELFCLASS32: {"i686", ""}},
	elf.EM_X86_64:    {elf.ELFCLASS64: {"x86_64", ""}, elf.ELFCLASS32: {"x32", ""}},
	elf.EM_AARCH64:   {elf.ELFCLASS64: {"aarch64", "aarch64_be"}},
	elf.EM_ARM:       {elf.ELFCLASS32: {"arm", "armeb"}},
	elf.EM_LOONGARCH: {elf.ELFCLASS64: {"loongarch64", ""}, elf.ELFCLASS32: {"loongarch32", ""}},
	elf.EM_MIPS:      {elf.ELFCLASS64: {"mips64el", "mips64"}, elf.ELFCLASS32: {"mipsel", "mips"}},
	elf.EM_PPC:       {elf.ELFCLASS32: {"", "ppc"}},
	elf.EM_PPC64:     {elf.ELFCLASS64: {"ppc64le", "ppc64"}},
	elf.EM_RISCV:     {elf.ELFCLASS64: {"riscv64", ""}, elf.ELFCLASS32: {"riscv32", ""}},
	elf.EM_S390:      {elf.ELFCLASS64: {"", "s390x"}},
	elf.EM_SPARCV9:   {elf.ELFCLASS64: {"", "sparc64"}},
}

// aliases are what Debian, Go and Bazel call them, and uname -m by the processor.
var aliases = map[string]string{
	"amd64": "x86_64", "i386": "i686", "i486": "i686", "i586": "i686", "386": "i686", "arm64": "aarch64", "armhf": "arm", "armel": "arm",
	"ppc64el": "ppc64le", "mips64le": "mips64el", "mipsle": "mipsel", "loong64": "loongarch64",
}

// armVersion is what uname -m says on 32-bit ARM: armv5tejl, armv7l, armv8l; its
// last letter tells which byte comes first.
var armVersion = regexp.MustCompile(`^armv[4-9][a-z]*([lb])$`)

// Runs tells whether programs for a machine, as Machine calls it, run where uname -m
// says uname.
func Runs(machine, uname string) bool {
	here, err := ParseMachine(uname)
	if err != nil {
		here = uname // one of those that have no other name
	}
	if here == "mips" || here == "mips64" {
		// It does not say there which byte comes first.
		return machine == here || machine == here+"el"
	}
	return machine == here
}

// ParseMachine returns what uname -m calls a machine, given any name for it.
// The empty string and AnyMachine are returned as they are.
func ParseMachine(s string) (string, error) {
	if a := aliases[s]; a != "" {
		return a, nil
	}
	if a := armVersion.FindStringSubmatch(s); a != nil {
		return map[string]string{"l": "arm", "b": "armeb"}[a[1]], nil
	}
	if s == "" || s == AnyMachine {
		return s, nil
	}
	var known []string
	for _, classes := range names {
		for _, pair := range classes {
			known = append(known, pair[0], pair[1])
		}
	}
	if slices.Contains(known, s) {
		return s, nil
	}
	slices.Sort(known)
	known = slices.DeleteFunc(known, func(n string) bool { return n == "" })
	return "", fmt.Errorf("unknown machine %q: use what uname -m says there, one of %s, or any", s, strings.Join(known, ", "))
}

// headerSize is as much of an ELF file as says what machine it is for, in bytes.
const headerSize = 20

// Machine reads the beginning of a file and returns what uname -m calls the
// machine that it runs on, "" for what is no ELF file, such as a script.
func Machine(r io.Reader) (string, error) {
	var h [headerSize]byte
	if n, err := io.ReadFull(r, h[:]); err == io.EOF || err == io.ErrUnexpectedEOF || err == nil && string(h[:4]) != elf.ELFMAG {
		return "", nil
	} else if err != nil {
		return "", fmt.Errorf("read its first %d bytes: %w", n, err)
	}
	big, order := 0, binary.ByteOrder(binary.LittleEndian)
	if elf.Data(h[elf.EI_DATA]) == elf.ELFDATA2MSB {
		big, order = 1, binary.BigEndian
	}
	m := elf.Machine(order.Uint16(h[18:]))
	if name := names[m][elf.Class(h[elf.EI_CLASS])][big]; name != "" {
		return name, nil
	}
	return strings.ToLower(strings.TrimPrefix(m.String(), "EM_")), nil
}
