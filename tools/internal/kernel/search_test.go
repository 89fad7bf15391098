package kernel

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// TestSearchPath takes one tree both ways: by the paths of its files, and as a
// directory.
func TestSearchPath(t *testing.T) {
	for _, c := range []struct {
		arch   string
		files  []string
		want   []string // among the directories
		not    []string
		boards []string
	}{
		{
			arch: "x86", files: []string{"arch/x86/include/asm/a.h", "arch/arm/mach-foo/include/mach/hw.h"},
			want: []string{"include", "arch/x86/include/generated/uapi"}, not: []string{"arch/arm/mach-foo/include"},
		},
		{
			arch:   "arm",
			files:  []string{"arch/arm/plat-bar/include/plat/p.h", "arch/arm/mach-foo/include/mach/hw.h", "arch/arm/mach-foo/core.c", "arch/arm/mach-baz/include", "arch/arm/include/asm/a.h"},
			want:   []string{"arch/arm/include", "include/uapi"},
			boards: []string{"arch/arm/mach-foo/include", "arch/arm/plat-bar/include"},
		},
		{
			arch: "um", files: []string{"arch/um/include/shared/os.h"},
			want: []string{"arch/um/include/shared", "arch/x86/include", "arch/x86/um/shared", "arch/x86/include/generated/uapi"},
		},
		{
			arch:   "mips",
			files:  []string{"arch/mips/include/asm/mach-malta/irq.h", "arch/mips/include/asm/mach-loongson64/cpu/c.h", "arch/mips/include/asm/octeon/o.h"},
			boards: []string{"arch/mips/include/asm/mach-loongson64", "arch/mips/include/asm/mach-loongson64/cpu", "arch/mips/include/asm/mach-malta"},
		},
		{arch: "powerpc", files: []string{"arch/powerpc/kernel/entry.h"}, boards: []string{"arch/powerpc"}},
		{arch: "powerpc", files: []string{"include/linux/a.h"}},
	} {
		top := t.TempDir()
		for _, f := range c.files {
			full := filepath.Join(top, f)
			if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(full, nil, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		byPaths, byDir := NewSearchPath(c.arch, SubdirsOf(c.files)), NewSearchPath(c.arch, SubdirsBelow(top))
		if !slices.Equal(byPaths.Dirs, byDir.Dirs) || byPaths.Fixed != byDir.Fixed {
			t.Errorf("%s: by its paths a tree has %q, as a directory %q", c.arch, byPaths.Dirs, byDir.Dirs)
		}
		if got := byPaths.Dirs[byPaths.Fixed:]; !slices.Equal(got, c.boards) {
			t.Errorf("%s: boards %q, want %q", c.arch, got, c.boards)
		}
		for _, d := range c.want {
			if !slices.Contains(byPaths.Dirs[:byPaths.Fixed], d) {
				t.Errorf("%s: %q is not searched", c.arch, d)
			}
		}
		for _, d := range c.not {
			if slices.Contains(byPaths.Dirs, d) {
				t.Errorf("%s: %q is searched", c.arch, d)
			}
		}
	}
}

// TestSearchPathLinks follows a link to a directory, as Bazel's sandbox has
// them.
func TestSearchPathLinks(t *testing.T) {
	top, elsewhere := t.TempDir(), t.TempDir()
	if err := os.MkdirAll(filepath.Join(elsewhere, "include"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(top, "arch/arm"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(elsewhere, filepath.Join(top, "arch/arm/mach-foo")); err != nil {
		t.Fatal(err)
	}
	if s := NewSearchPath("arm", SubdirsBelow(top)); !slices.Contains(s.Dirs, "arch/arm/mach-foo/include") {
		t.Errorf("%q has no arch/arm/mach-foo/include", s.Dirs)
	}
}

// TestStrangePaths ends for paths that no tree has.
func TestStrangePaths(t *testing.T) {
	NewSearchPath("arm", SubdirsOf([]string{"", "/", "/a/b", "..", "../../a", ".", "a//b", "./arch/arm"}))
}

func TestGeneric(t *testing.T) {
	for name, want := range map[string]string{"asm/io.h": "asm-generic/io.h", "linux/io.h": "", "asm": ""} {
		if got := Generic(name); got != want {
			t.Errorf("Generic(%q) = %q, want %q", name, got, want)
		}
	}
}

// TestHeaderArches has user-mode Linux take the headers of its host as well.
func TestHeaderArches(t *testing.T) {
	for arch, want := range map[string][]string{"um": {"um", "x86"}, "x86": {"x86"}, "arm64": {"arm64"}} {
		if got := HeaderArches(arch); !slices.Equal(got, want) {
			t.Errorf("%s has headers of %q, want %q", arch, got, want)
		}
	}
}
