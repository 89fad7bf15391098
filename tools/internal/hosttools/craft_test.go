package hosttools

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"strings"
	"testing"
)

// section is one of a crafted program: its header, and its bytes if it has
// some of its own.
type section struct {
	elf.Section64
	bytes int
}

// craft makes a program of one segment that is as long as said, and of sections
// behind the empty one, as no linker writes them.
func craft(order binary.ByteOrder, segment uint64, sections ...section) []byte {
	const headers = 64 + 56
	data := elf.ELFDATA2LSB
	if order == binary.BigEndian {
		data = elf.ELFDATA2MSB
	}
	h := elf.Header64{
		Type: uint16(elf.ET_EXEC), Machine: uint16(elf.EM_X86_64), Version: 1, Phoff: 64, Ehsize: 64,
		Phentsize: 56, Phnum: 1, Shentsize: 64, Shnum: uint16(len(sections) + 1),
	}
	copy(h.Ident[:], []byte{0x7f, 'E', 'L', 'F', byte(elf.ELFCLASS64), byte(data), 1})
	var body bytes.Buffer
	list := []elf.Section64{{}}
	for i, s := range sections {
		if s.Off == 0 {
			s.Off, s.Size = uint64(headers+body.Len()), uint64(s.bytes)
		}
		if elf.SectionType(s.Type) == elf.SHT_STRTAB {
			h.Shstrndx = uint16(i + 1)
		}
		body.Write(bytes.Repeat([]byte{byte('a' + i)}, s.bytes-1))
		body.WriteByte(0)
		list = append(list, s.Section64)
	}
	h.Shoff = uint64(headers + body.Len())
	var b bytes.Buffer
	binary.Write(&b, order, h)
	binary.Write(&b, order, elf.Prog64{Type: uint32(elf.PT_LOAD), Filesz: segment, Memsz: segment})
	b.Write(body.Bytes())
	binary.Write(&b, order, list)
	return b.Bytes()
}

const alloc = uint64(elf.SHF_ALLOC)

func loadedSection(n int) section {
	return section{elf.Section64{Type: uint32(elf.SHT_PROGBITS), Flags: alloc}, n}
}

func other(n int) section { return section{elf.Section64{Type: uint32(elf.SHT_PROGBITS)}, n} }

// TestStripCrafted has programs that are laid out otherwise than linkers do.
func TestStripCrafted(t *testing.T) {
	names := section{elf.Section64{Type: uint32(elf.SHT_STRTAB)}, 1}
	linked := func(s section, link, info uint32) section {
		s.Link, s.Info = link, info
		return s
	}
	rela := func(info uint32) section {
		return section{elf.Section64{Type: uint32(elf.SHT_RELA), Flags: alloc, Info: info}, 24}
	}
	const odd = "symbols not stripped: its sections are not in the usual order"
	for name, c := range map[string]struct {
		segment  uint64
		sections []section
		note     string
		kept     int // sections that remain, with the first and the names; 0: as it is
	}{
		"usual":                    {120 + 100, []section{loadedSection(100), other(1000), names}, "", 3},
		"sections past segments":   {120, []section{loadedSection(100), other(1000), names}, "", 3},
		"nothing to strip":         {120 + 100, []section{loadedSection(100)}, "", 0},
		"little to strip":          {120 + 100, []section{loadedSection(100), names}, "", 0},
		"another in between":       {120 + 100, []section{loadedSection(100), other(1000), loadedSection(10), names}, odd, 0},
		"a link to one that stays": {120 + 100, []section{loadedSection(100), linked(loadedSection(10), 1, 0), other(1000), names}, "", 4},
		"a link to one that goes":  {120 + 100, []section{linked(loadedSection(100), 2, 0), other(1000), names}, odd, 0},
		"a link to none":           {120 + 100, []section{linked(loadedSection(100), 9, 0), other(1000), names}, odd, 0},
		"relocates what stays":     {120 + 100, []section{loadedSection(100), rela(1), other(1000), names}, "", 4},
		"relocates what goes":      {120 + 100, []section{loadedSection(100), rela(3), other(1000), names}, odd, 0},
		"nothing is loaded":        {120, []section{other(1000), names}, odd, 0},
		"a segment past the end":   {1 << 20, []section{loadedSection(100), other(1000), names}, odd, 0},
		"a segment past all":       {1<<64 - 1, []section{loadedSection(100), other(1000), names}, "symbols not stripped: not a whole ELF file", 0},
	} {
		for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
			src := craft(order, c.segment, c.sections...)
			out, note := Strip(nil, src)
			if note != c.note {
				t.Errorf("%s: note %q, want %q", name, note, c.note)
			}
			if c.kept == 0 {
				if !bytes.Equal(out, src) {
					t.Errorf("%s: changed", name)
				}
				continue
			}
			f, err := elf.NewFile(bytes.NewReader(out))
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			if len(f.Sections) != c.kept || len(out) >= len(src) || len(out)%8 != 0 {
				t.Errorf("%s: %d sections, %d bytes of %d", name, len(f.Sections), len(out), len(src))
			}
			for i, s := range f.Sections[:c.kept-1] {
				want := elf.Section64{}
				if i > 0 {
					want = c.sections[i-1].Section64
				}
				if uint32(s.Type) != want.Type || uint64(s.Flags) != want.Flags || s.Link != want.Link || s.Info != want.Info {
					t.Errorf("%s: section %d is %+v", name, i, s.SectionHeader)
				}
				if b, err := s.Data(); i > 0 && (err != nil || len(b) != c.sections[i-1].bytes || b[0] != byte('a'+i-1)) {
					t.Errorf("%s: section %d has %q, %v", name, i, b, err)
				}
			}
			if last := f.Sections[c.kept-1]; last.Name != ".shstrtab" || last.Type != elf.SHT_STRTAB {
				t.Errorf("%s: the last section is %+v", name, last.SectionHeader)
			}
		}
	}
	object := craft(binary.LittleEndian, 220, loadedSection(100), other(1000), names)
	object[16] = byte(elf.ET_REL)
	if out, note := Strip(nil, object); !bytes.Equal(out, object) || !strings.Contains(note, "neither a program nor a shared library") {
		t.Errorf("an object file: %q", note)
	}
}

// TestStripRust has a library of macros for rustc, which reads what no segment
// has.
func TestStripRust(t *testing.T) {
	src := craft(binary.LittleEndian, 220, loadedSection(100), other(1000), section{elf.Section64{Type: uint32(elf.SHT_STRTAB)}, 7})
	if out, note := Strip(nil, src); note != "" || len(out) >= len(src) {
		t.Fatalf("%d bytes of %d are left, %q", len(out), len(src), note)
	}
	src = bytes.Replace(src, []byte("cccccc\x00"), []byte(".rustc\x00"), 1)
	if out, note := Strip(nil, src); !bytes.Equal(out, src) || note != "symbols not stripped: rustc reads its section .rustc" {
		t.Errorf("%d bytes of %d are left, %q", len(out), len(src), note)
	}
}
