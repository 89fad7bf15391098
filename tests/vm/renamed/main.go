// Command renamed makes another module of kheaders.ko: it is called kheadera and
// does the same.
package main

import (
	"bytes"
	"debug/elf"
	"fmt"
	"os"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: renamed MODULE OUTPUT")
		os.Exit(2)
	}
	module, err := os.ReadFile(os.Args[1])
	if err == nil {
		err = rename(module)
	}
	if err == nil {
		err = os.WriteFile(os.Args[2], module, 0o644)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "renamed: %v\n", err)
		os.Exit(1)
	}
}

// rename renames a module in place. Its name is in struct module, and once more
// in .modinfo.
func rename(module []byte) error {
	f, err := elf.NewFile(bytes.NewReader(module))
	if err != nil {
		return err
	}
	for section, want := range map[string]string{
		".gnu.linkonce.this_module": "kheaders\x00",
		".modinfo":                  "\x00name=kheaders\x00",
	} {
		s := f.Section(section)
		if s == nil {
			return fmt.Errorf("the module has no section %s", section)
		}
		text := module[s.Offset : s.Offset+s.Size]
		i := bytes.Index(text, []byte(want))
		if i < 0 {
			return fmt.Errorf("no module name in section %s", section)
		}
		text[i+len(want)-2] = 'a'
	}
	return nil
}
