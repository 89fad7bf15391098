package gate

import (
	"debug/elf"
	"fmt"
)

// page is what a module's memory is counted in, in bytes.
const page = 4 << 10

// ModuleMemory is how much memory a kernel module takes: its allocated sections,
// in whole pages, in bytes.
func ModuleMemory(path string) (int64, error) {
	f, err := elf.Open(path)
	if err != nil {
		return 0, fmt.Errorf("read module %q: %w: give a .ko that is not compressed", path, err)
	}
	defer f.Close()
	var sum uint64
	for _, s := range f.Sections {
		if s.Flags&elf.SHF_ALLOC == 0 {
			continue
		}
		if align := s.Addralign; align > 1 && align <= page {
			sum = (sum + align - 1) / align * align
		}
		if sum += s.Size; sum > 1<<40 || s.Size > 1<<40 {
			return 0, fmt.Errorf("read module %q: its sections take more than 1 TiB, which cannot be", path)
		}
	}
	if f.Type != elf.ET_REL || sum == 0 {
		return 0, fmt.Errorf("read module %q: it is an ELF file and no kernel module: give kheaders.ko", path)
	}
	return int64((sum + page - 1) / page * page), nil
}
