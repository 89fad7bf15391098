package kernels

import (
	"debug/elf"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
)

// TestMarkers cuts the archive out of kheaders.ko by its markers.
func TestMarkers(t *testing.T) {
	ko, archive := read(t, runfile.Path(t, "MODULE")), read(t, runfile.Path(t, "ARCHIVE"))
	_, rest, ok := strings.Cut(ko, "IKHD_ST")
	if !ok {
		t.Fatal("no IKHD_ST in kheaders.ko")
	}
	end := strings.LastIndex(rest, "IKHD_ED")
	if end < 0 {
		t.Fatal("no IKHD_ED in kheaders.ko")
	}
	if rest[:end] != archive {
		t.Errorf("between the markers are %d bytes that differ from the archive's %d", end, len(archive))
	}
}

// TestModule looks at what a kernel looks at before it loads a module, and at
// what must not be in it.
func TestModule(t *testing.T) {
	path := runfile.Path(t, "MODULE")
	f, err := elf.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, s := range f.Sections {
		if strings.HasPrefix(s.Name, ".debug_") {
			t.Errorf("kheaders.ko has debug information: section %s", s.Name)
		}
	}
	info := f.Section(".modinfo")
	if info == nil {
		t.Fatal("kheaders.ko has no .modinfo")
	}
	b, err := info.Data()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"license=GPL", "name=kheaders", "vermagic="} {
		if !strings.Contains(string(b), want) {
			t.Errorf("modinfo has no %q: %q", want, b)
		}
	}
	if s := read(t, path); strings.Contains(s, "/sandbox/") || strings.Contains(s, "/execroot/") {
		t.Error("kheaders.ko names a directory of the build machine")
	}
}
