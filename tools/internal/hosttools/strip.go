package hosttools

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
)

// Strip appends to dst a program without what does not get into memory when it
// runs: symbol table, debug information, comments. What it cannot be sure of it
// leaves as it is, and the note says why; the note is "" where it did strip, or
// where there is no need.
//
// An ELF file is loaded by its segments, so every byte up to the end of the
// last one stays where it is. Behind that comes a new table of the sections that
// are part of the segments, at their old indices, and their names.
func Strip(dst, src []byte) (out []byte, note string) {
	f, err := elf.NewFile(bytes.NewReader(src))
	switch {
	case !bytes.HasPrefix(src, []byte(elf.ELFMAG)):
		return append(dst, src...), ""
	case err != nil:
		return append(dst, src...), "symbols not stripped: not a whole ELF file"
	case f.Type != elf.ET_EXEC && f.Type != elf.ET_DYN:
		return append(dst, src...), "symbols not stripped: neither a program nor a shared library"
	case f.Class != elf.ELFCLASS64:
		return append(dst, src...), "symbols not stripped: not a 64-bit ELF file"
	case f.Section(".rustc") != nil:
		// It is in no segment.
		return append(dst, src...), "symbols not stripped: rustc reads its section .rustc"
	}
	kept, end, ok := loaded(f)
	if !ok || end > uint64(len(src)) {
		return append(dst, src...), "symbols not stripped: its sections are not in the usual order"
	}
	if len(kept) == len(f.Sections) {
		return append(dst, src...), ""
	}
	tail := newTail(f, kept, end)
	if end+uint64(len(tail.bytes)) >= uint64(len(src)) {
		return append(dst, src...), ""
	}
	start := len(dst)
	dst = append(dst, src[:end]...)
	dst = append(dst, tail.bytes...)
	header := dst[start:]
	// e_shoff, e_shnum and e_shstrndx of the 64-bit header.
	f.ByteOrder.PutUint64(header[40:], tail.table)
	f.ByteOrder.PutUint16(header[60:], uint16(len(kept)+1))
	f.ByteOrder.PutUint16(header[62:], uint16(len(kept)))
	return dst, ""
}

// loaded returns the sections that are part of segments, which begin with the
// empty one at index 0, and where the last byte of the segments ends. It is not
// ok where others are in between.
func loaded(f *elf.File) (kept []*elf.Section, end uint64, ok bool) {
	for i, s := range f.Sections {
		if i > 0 && s.Flags&elf.SHF_ALLOC == 0 {
			continue
		}
		if i != len(kept) || s.Link != 0 && int(s.Link) >= len(f.Sections) {
			return nil, 0, false
		}
		kept = append(kept, s)
		if i > 0 && s.Type != elf.SHT_NOBITS {
			end = max(end, s.Offset+s.FileSize)
		}
	}
	for _, s := range kept {
		// What they refer to stays, too.
		if int(s.Link) >= len(kept) {
			return nil, 0, false
		}
		if (s.Type == elf.SHT_REL || s.Type == elf.SHT_RELA) && int(s.Info) >= len(kept) {
			return nil, 0, false
		}
	}
	for _, p := range f.Progs {
		if p.Off+p.Filesz < p.Off {
			return nil, 0, false
		}
		end = max(end, p.Off+p.Filesz)
	}
	// The segments cover the headers of the file and of the segments.
	return kept, end, len(f.Progs) > 0 && len(kept) > 1 && end >= 64
}

// tail is what follows the segments.
type tail struct {
	bytes []byte
	table uint64 // where the table of sections begins in the file
}

func newTail(f *elf.File, kept []*elf.Section, end uint64) tail {
	const own = ".shstrtab"
	names := []byte{0}
	var b bytes.Buffer
	var headers []elf.Section64
	for i, s := range kept {
		h := elf.Section64{
			Type: uint32(s.Type), Flags: uint64(s.Flags), Addr: s.Addr, Off: s.Offset, Size: s.Size,
			Link: s.Link, Info: s.Info, Addralign: s.Addralign, Entsize: s.Entsize,
		}
		if i > 0 {
			h.Name = uint32(len(names))
			names = append(append(names, s.Name...), 0)
		} else {
			h = elf.Section64{}
		}
		headers = append(headers, h)
	}
	headers = append(headers, elf.Section64{
		Name: uint32(len(names)), Type: uint32(elf.SHT_STRTAB), Off: end, Size: uint64(len(names) + len(own) + 1), Addralign: 1,
	})
	b.Write(append(append(names, own...), 0))
	for (end+uint64(b.Len()))%8 != 0 {
		b.WriteByte(0)
	}
	t := tail{table: end + uint64(b.Len())}
	// A bytes.Buffer takes every write, and the headers are of fixed size.
	_ = binary.Write(&b, f.ByteOrder, headers)
	t.bytes = b.Bytes()
	return t
}
