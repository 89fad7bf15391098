package machine

import (
	"debug/elf"
	"errors"
	"fmt"
	"os/exec"
	"slices"
)

// machines are the processors that programs of an architecture are for.
var machines = map[string][]elf.Machine{
	"arm":   {elf.EM_ARM},
	"arm64": {elf.EM_AARCH64},
	"riscv": {elf.EM_RISCV},
	"s390":  {elf.EM_S390},
	"x86":   {elf.EM_X86_64, elf.EM_386},
}

// FindBusybox returns the busybox of this machine, on PATH.
func FindBusybox() (string, error) {
	path, err := exec.LookPath("busybox")
	if err != nil {
		return "", errors.New("find the guest's shell: there is no busybox on PATH: install Debian's busybox-static, or name one")
	}
	return path, nil
}

// checkBusybox makes sure that a program runs without libraries, on the
// architecture.
func checkBusybox(path, arch string) error {
	f, err := elf.Open(path)
	if err != nil {
		return fmt.Errorf("read busybox %q: %w: name a static one", path, err)
	}
	defer f.Close()
	if !slices.Contains(machines[arch], f.Machine) {
		return fmt.Errorf("busybox %q is for %s, and the kernel for %s: name one for that", path, f.Machine, arch)
	}
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP {
			return fmt.Errorf("busybox %q needs libraries: name a static one, such as that of Debian's busybox-static", path)
		}
	}
	return nil
}
