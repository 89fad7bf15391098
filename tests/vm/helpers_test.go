// Package vm tests the kernel modules in kernels that run: Debian's own, in
// QEMU.
package vm

import (
	"bytes"
	"debug/elf"
	"embed"
	"testing"
)

//go:embed *.sh
var scripts embed.FS

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

// renamed makes another module of kheaders.ko: it is called kheadera and does
// the same. A module's name is in struct module, and once more in .modinfo.
func renamed(t *testing.T, module []byte) []byte {
	t.Helper()
	for section, name := range map[string][]byte{
		".gnu.linkonce.this_module": section(t, module, ".gnu.linkonce.this_module"),
		".modinfo":                  section(t, module, ".modinfo"),
	} {
		want := "kheaders\x00"
		if section == ".modinfo" {
			want = "\x00name=" + want
		}
		i := bytes.Index(name, []byte(want))
		if i < 0 {
			t.Fatalf("no module name in section %s", section)
		}
		name[i+len(want)-2] = 'a'
	}
	return module
}
