package plan

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tools/gazelle/survey"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/closure"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/tree"
)

// noBuildFiles is a workspace without any.
type noBuildFiles struct{}

func (noBuildFiles) Place(rel string) survey.Place {
	return survey.Place{Rel: rel, Settings: &survey.Settings{}}
}

func (noBuildFiles) Load(string) *survey.Package { return nil }

// all takes all files of a tree.
type all struct{}

func (all) Excludes(string) bool   { return false }
func (all) MayContain(string) bool { return true }
func (all) MayMatch(string) bool   { return true }

// The closure that a build computes finds a header exactly where Gazelle does:
// a root that one knows and the other does not fails the build, or is left out
// for nothing.
func TestClosureFindsTheSameHeaders(t *testing.T) {
	for _, c := range []struct {
		arch, file, name string
		found            bool
	}{
		{"arm", "arch/arm/mach-foo/include/mach/hw.h", "mach/hw.h", true},
		{"arm", "arch/arm/plat-orion/include/plat/irq.h", "plat/irq.h", true},
		{"arm", "arch/arm/mach-foo/hw.h", "hw.h", false},
		{"arm64", "arch/arm/mach-foo/include/mach/hw.h", "mach/hw.h", false},
		{"um", "arch/x86/include/asm/a.h", "asm/a.h", true},
		{"um", "arch/um/include/shared/os.h", "os.h", true},
		{"um", "arch/x86/um/shared/sysdep/ptrace.h", "sysdep/ptrace.h", true},
		{"x86", "arch/um/include/shared/os.h", "os.h", false},
		{"x86", "include/uapi/linux/a.h", "linux/a.h", true},
		{"x86", "include/asm-generic/a.h", "asm/a.h", true},
		{"x86", "include/uapi/asm-generic/a.h", "asm/a.h", true},
		{"x86", "kernel/a.h", "a.h", false},
	} {
		top := t.TempDir()
		paths := []string{"Makefile", "Kbuild", "arch/" + c.arch + "/Makefile", c.file}
		for _, p := range paths {
			if err := os.MkdirAll(filepath.Dir(filepath.Join(top, p)), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(top, p), []byte("VERSION = 6\nPATCHLEVEL = 1\n"), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		p := New(survey.New(top, []string{"BUILD.bazel"}, noBuildFiles{}), func(string, string, string) (Named, error) { return Named{}, nil })
		kernel := p.trees[""]
		if kernel == nil {
			t.Fatalf("%s: the survey finds no kernel", top)
		}
		if got := p.hasHeader(kernel, c.arch, c.name); got != c.found {
			t.Errorf("%s: Gazelle finds %s as <%s>: %v, want %v", c.arch, c.file, c.name, got, c.found)
		}
		tr, err := tree.Load(tree.Options{Name: "//:tree", Inputs: []tree.Input{{Role: tree.Src, Label: "//:linux", Path: top}}}, all{})
		if err != nil {
			t.Fatal(err)
		}
		r, err := closure.Run(tr, closure.Options{Tree: "//:tree", Arch: c.arch, Roots: []string{c.name}})
		tr.Close()
		if got := err == nil && r.Reasons[c.file] != ""; got != c.found {
			t.Errorf("%s: the closure finds %s as <%s>: %v (%v), want %v", c.arch, c.file, c.name, got, err, c.found)
		}
	}
}
