package kernels

import (
	"debug/elf"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var machines = map[string]elf.Machine{"x86-64": elf.EM_X86_64, "aarch64": elf.EM_AARCH64}

// copyModule copies the sources of our own module, where make can write.
func copyModule(t *testing.T, to string) {
	t.Helper()
	sources := filepath.Dir(data(t, "EXTMOD"))
	for _, f := range []string{"Kbuild", "main.c", "counter.c", "counter.h"} {
		if err := os.WriteFile(filepath.Join(to, f), []byte(read(t, filepath.Join(sources, f))), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// checkModule looks at what a kernel looks at before it loads a module.
// exported says of the symbols of other modules which one has them.
func checkModule(t *testing.T, ko, release string, exported map[string]string) {
	t.Helper()
	f, err := elf.Open(ko)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if want := machines[os.Getenv("MACHINE")]; f.Machine != want {
		t.Errorf("%s is for %v, want %v", filepath.Base(ko), f.Machine, want)
	}
	info := f.Section(".modinfo")
	if info == nil {
		t.Fatalf("%s has no .modinfo", ko)
	}
	b, err := info.Data()
	if err != nil {
		t.Fatal(err)
	}
	if want := "vermagic=" + release + " "; !strings.Contains(string(b), want) {
		t.Errorf("%s has no %q", filepath.Base(ko), want)
	}
	symbols, err := f.Symbols()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range symbols {
		owner := exported[s.Name]
		if s.Section == elf.SHN_UNDEF && owner != "" && !strings.Contains(string(b), "depends="+strings.ReplaceAll(owner, "-", "_")) && !strings.Contains(string(b), "depends="+owner) {
			t.Errorf("%s uses %s of %s, but does not say that it depends on it", filepath.Base(ko), s.Name, owner)
		}
	}
}
