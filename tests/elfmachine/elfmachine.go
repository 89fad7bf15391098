// Package elfmachine names the machines that tests build modules for.
package elfmachine

import (
	"debug/elf"
	"testing"
)

// byName has the names that targets use, those of uname -m where it has one.
var byName = map[string]elf.Machine{
	"aarch64":     elf.EM_AARCH64,
	"arm":         elf.EM_ARM,
	"i386":        elf.EM_386,
	"loongarch64": elf.EM_LOONGARCH,
	"ppc64le":     elf.EM_PPC64,
	"riscv64":     elf.EM_RISCV,
	"s390x":       elf.EM_S390,
	"x86-64":      elf.EM_X86_64,
}

// Of returns what an ELF file for a machine says. The test fails where the
// name is not known.
func Of(t testing.TB, name string) elf.Machine {
	t.Helper()
	m, ok := byName[name]
	if !ok {
		t.Fatalf("no machine %q is known", name)
	}
	return m
}
