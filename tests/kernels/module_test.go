package kernels

import (
	"debug/elf"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tests/elfmachine"
	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
)

// copyModule copies the sources of our own module, where make can write.
func copyModule(t *testing.T, to string) {
	t.Helper()
	sources := filepath.Dir(runfile.Path(t, "EXTMOD"))
	for _, f := range []string{"Kbuild", "main.c", "counter.c", "counter.h"} {
		if err := os.WriteFile(filepath.Join(to, f), []byte(read(t, filepath.Join(sources, f))), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// checkModule looks at what a kernel looks at before it loads a module.
// exported says of the symbols of other modules which one has them; used is how
// many of them the module uses.
func checkModule(t *testing.T, ko, release string, exported map[string]string) (used int) {
	t.Helper()
	f, err := elf.Open(ko)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if want := elfmachine.Of(t, os.Getenv("MACHINE")); f.Machine != want {
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
		if s.Section != elf.SHN_UNDEF || owner == "" {
			continue
		}
		used++
		if !strings.Contains(string(b), "depends="+strings.ReplaceAll(owner, "-", "_")) && !strings.Contains(string(b), "depends="+owner) {
			t.Errorf("%s uses %s of %s, but does not say that it depends on it", filepath.Base(ko), s.Name, owner)
		}
	}
	return used
}

// checkHostTools compares what kheaders.json says of the programs in the
// unpacked archive with the programs that are there.
func checkHostTools(t *testing.T, tree, mode string) {
	t.Helper()
	var info struct {
		HostTools string `json:"host_tools"`
		Programs  []struct{ Path, Machine string }
	}
	if err := json.Unmarshal([]byte(read(t, filepath.Join(tree, "kheaders.json"))), &info); err != nil {
		t.Fatal(err)
	}
	if info.HostTools != mode {
		t.Errorf("kheaders.json says host_tools %q, want %q", info.HostTools, mode)
	}
	said := map[string]string{}
	for _, p := range info.Programs {
		said[p.Path] = p.Machine
	}
	err := filepath.WalkDir(tree, func(p string, d os.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		name, _ := filepath.Rel(tree, p)
		f, err := elf.Open(p)
		if err != nil { // no ELF file
			if said[name] != "" {
				t.Errorf("kheaders.json says that %s is a program for %s, and it is none", name, said[name])
			}
			return nil
		}
		defer f.Close()
		if want := map[elf.Machine]string{elf.EM_X86_64: "x86_64", elf.EM_AARCH64: "aarch64"}[f.Machine]; said[name] != want {
			t.Errorf("kheaders.json says that %s is for %q, and it is for %q", name, said[name], want)
		}
		if mode == "stripped" && (f.Section(".comment") != nil || f.Section(".symtab") != nil || f.Section(".gnu_debuglink") != nil) {
			t.Errorf("%s has symbols, or says where they are", name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
