// Package kmodtest makes files that look like kernel modules, for tests.
package kmodtest

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
)

// Module returns an ELF file that has what kmod reads of a module: the name, and
// the release of the kernel that it is for. The archive stands in it as in
// kheaders.ko.
func Module(name, release, archive string) []byte {
	info := "license=GPL\x00name=" + name + "\x00vermagic=" + release + " SMP preempt mod_unload \x00"
	names := "\x00.modinfo\x00.rodata\x00.shstrtab\x00"
	data := "IKHD_ST" + archive + "IKHD_ED"
	const head, section = 64, 64
	var b bytes.Buffer
	w := func(v any) { binary.Write(&b, binary.LittleEndian, v) }
	at := uint64(head)
	sections := []elf.Section64{{}}
	for i, text := range []string{info, data, names} {
		kind := elf.SHT_PROGBITS
		if i == 2 {
			kind = elf.SHT_STRTAB
		}
		sections = append(sections, elf.Section64{
			Name: []uint32{1, 10, 18}[i], Type: uint32(kind), Off: at, Size: uint64(len(text)), Addralign: 1,
		})
		at += uint64(len(text))
	}
	w(elf.Header64{
		Ident: [elf.EI_NIDENT]byte{0x7f, 'E', 'L', 'F', byte(elf.ELFCLASS64), byte(elf.ELFDATA2LSB), byte(elf.EV_CURRENT)},
		Type:  uint16(elf.ET_REL), Machine: uint16(elf.EM_X86_64), Version: uint32(elf.EV_CURRENT),
		Shoff: at, Ehsize: head, Shentsize: section, Shnum: uint16(len(sections)), Shstrndx: 3,
	})
	b.WriteString(info + data + names)
	w(sections)
	return b.Bytes()
}
