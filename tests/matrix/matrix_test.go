// Package matrix tests the modules of one archive for one kernel.
package matrix

import (
	"debug/elf"
	"os"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tests/elfmachine"
	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
)

// calls are the kernel's functions that only a module with that interface
// has to do with.
var calls = map[string]string{"procfs": "proc_create", "sysfs": "sysfs_create_bin_file"}

func TestModules(t *testing.T) {
	archive := string(runfile.Read(t, "ARCHIVE"))
	machine := elfmachine.Of(t, os.Getenv("MACHINE"))
	tested := 0
	for _, tc := range []struct {
		name          string
		procfs, sysfs bool
	}{
		{"procfs", true, false}, {"sysfs", false, true}, {"both", true, true},
	} {
		if os.Getenv(strings.ToUpper(tc.name)) == "" {
			continue
		}
		tested++
		t.Run(tc.name, func(t *testing.T) {
			ko := string(runfile.Read(t, strings.ToUpper(tc.name)))
			onlyCopy(t, ko, archive)
			f, err := elf.NewFile(strings.NewReader(ko))
			if err != nil {
				t.Fatal(err)
			}
			if f.Machine != machine {
				t.Errorf("built for %s, want %s", f.Machine, machine)
			}
			sameRelease(t, f)
			symbols, err := f.Symbols()
			if err != nil {
				t.Fatal(err)
			}
			called := map[string]bool{}
			for _, s := range symbols {
				called[s.Name] = called[s.Name] || s.Section == elf.SHN_UNDEF
			}
			if called[calls["procfs"]] != tc.procfs || called[calls["sysfs"]] != tc.sysfs {
				t.Errorf("calls of proc_create: %v, of sysfs_create_bin_file: %v", called[calls["procfs"]], called[calls["sysfs"]])
			}
			kernels := os.Getenv("SYSFS_NAME") != ""
			for path, want := range map[string]bool{
				"kheaders.tgz\x00":    tc.procfs || !kernels,
				"kheaders.tar.xz\x00": tc.sysfs && kernels,
			} {
				if strings.Contains(ko, path) != want {
					t.Errorf("the name %q is there: %v, want %v", path, !want, want)
				}
			}
		})
	}
	if tested == 0 {
		t.Fatal("no module to test: set PROCFS, SYSFS or BOTH")
	}
}

// onlyCopy fails unless the archive is between the markers, and nowhere else.
func onlyCopy(t *testing.T, ko, archive string) {
	t.Helper()
	const start, end = "IKHD_ST", "IKHD_ED"
	if n := strings.Count(ko, start+archive+end); n != 1 {
		t.Errorf("the archive is %d times between markers, want once", n)
	}
	// The largest thing in an archive is its middle; a second copy of it
	// would be one too many whatever is around it.
	if n := strings.Count(ko, archive[len(archive)/2:][:64]); n != 1 {
		t.Errorf("the middle of the archive is there %d times, want once", n)
	}
	if rest := len(ko) - len(archive); rest > 64<<10 {
		t.Errorf("beside the archive the module has %d bytes", rest)
	}
}

// sameRelease fails unless the module is for the kernel of the archive.
func sameRelease(t *testing.T, f *elf.File) {
	t.Helper()
	info := f.Section(".modinfo")
	if info == nil {
		t.Fatal("no .modinfo")
	}
	b, err := info.Data()
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]string{}
	for _, line := range strings.Split(string(b), "\x00") {
		k, v, _ := strings.Cut(line, "=")
		values[k] = v
	}
	release, _, _ := strings.Cut(values["vermagic"], " ")
	if release == "" || release != values["kheaders_release"] {
		t.Errorf("vermagic is for %q, the archive is of %q", release, values["kheaders_release"])
	}
}
