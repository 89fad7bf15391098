package hosttools

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
)

// ExecutableHead is as much of a file as tells whether it is a program, in bytes:
// as much as Linux looks at (BINPRM_BUF_SIZE).
const ExecutableHead = 256

// Executable tells from the beginning of a file, ExecutableHead bytes or all of it,
// whether the file is one to be executed: a script, with #! and the path of its
// interpreter, or an ELF file that is linked. What the file system says of it is
// of no use: Bazel and remote workers make any file executable.
func Executable(head []byte) bool {
	if line, ok := bytes.CutPrefix(head, []byte("#!")); ok {
		// Rust begins files with #![attributes].
		return bytes.HasPrefix(bytes.TrimLeft(line, " \t"), []byte("/"))
	}
	if len(head) < headerSize || string(head[:len(elf.ELFMAG)]) != elf.ELFMAG {
		return false
	}
	order := binary.ByteOrder(binary.LittleEndian)
	if elf.Data(head[elf.EI_DATA]) == elf.ELFDATA2MSB {
		order = binary.BigEndian
	}
	kind := elf.Type(order.Uint16(head[elf.EI_NIDENT:]))
	return kind == elf.ET_EXEC || kind == elf.ET_DYN
}
