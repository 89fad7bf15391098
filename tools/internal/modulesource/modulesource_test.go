package modulesource

import (
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew")

var writers = map[string]func(io.Writer, Params) error{
	"kheaders.c": Source, "Kbuild": Kbuild, "Kconfig": Kconfig,
}

func write(t *testing.T, name string, p Params) string {
	t.Helper()
	var b strings.Builder
	if err := writers[name](&b, p); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// The golden files are what users get to see; a change of them is meant.
func TestGolden(t *testing.T) {
	for dir, p := range map[string]Params{
		"header": {Format: "tgz", Release: "6.1.0-50-amd64", Arch: "x86", Profile: "modules", Strip: "comments"},
		"incbin": {Format: "tar.zst", Embed: EmbedIncbin},
		"sysfs":  {Format: "tar.zst", Interface: InterfaceSysfs},
		"both":   {Format: "tgz", Embed: EmbedIncbin, Interface: InterfaceBoth, SysfsName: KernelSysfsName},
	} {
		for name := range writers {
			t.Run(dir+"/"+name, func(t *testing.T) {
				got := write(t, name, p)
				// Not their real names: Bazel must not take the C for a
				// source, nor Go's tools for part of this package.
				file := filepath.Join("testdata", dir, name+".golden")
				if *update {
					if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
						t.Fatal(err)
					}
					if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				if got != string(want) {
					t.Errorf("%s differs from %s; if it should, run go test -update\n%s", name, file, got)
				}
			})
		}
	}
}

// Only what is asked for is in the source, and no two names for it.
func TestInterfaces(t *testing.T) {
	for _, tc := range []struct {
		p          Params
		want, none []string
	}{
		{Params{Format: "tgz"}, []string{"/proc/kheaders.tgz"}, []string{"sysfs_", "/sys", "kobj"}},
		{Params{Format: "tgz", Interface: InterfaceProcfs}, []string{"/proc/kheaders.tgz"}, []string{"sysfs_", "/sys", "kobj"}},
		{Params{Format: "tgz", Interface: InterfaceSysfs}, []string{"/sys/kernel/kheaders.tgz"}, []string{"proc_", "/proc/"}},
		{Params{Format: "tar.zst", Interface: InterfaceBoth}, []string{"/sys/kernel/kheaders.tar.zst", "/proc/kheaders.tar.zst"}, nil},
		{Params{Format: "tgz", Interface: InterfaceBoth, SysfsName: "kheaders.tar.xz"}, []string{"/sys/kernel/kheaders.tar.xz", "/proc/kheaders.tgz"}, []string{"/sys/kernel/kheaders.tgz"}},
	} {
		for _, name := range []string{"kheaders.c", "Kconfig"} {
			text := write(t, name, tc.p)
			for _, s := range tc.want {
				if !strings.Contains(text, s) {
					t.Errorf("%s of %+v has no %q", name, tc.p, s)
				}
			}
			for _, s := range tc.none {
				if strings.Contains(text, s) {
					t.Errorf("%s of %+v has %q", name, tc.p, s)
				}
			}
		}
	}
}

// The kernel's own IKHEADERS has the same name in /sys/kernel, if that was
// asked for.
func TestKconfigConflict(t *testing.T) {
	const conflict = "depends on IKHEADERS != y"
	for p, want := range map[Params]bool{
		{Format: "tgz"}: false,
		{Format: "tgz", Interface: InterfaceBoth}:                             false,
		{Format: "tgz", Interface: InterfaceBoth, SysfsName: KernelSysfsName}: true,
	} {
		if got := strings.Contains(write(t, "Kconfig", p), conflict); got != want {
			t.Errorf("%+v: %q is there: %v, want %v", p, conflict, got, want)
		}
	}
}

// A marker in the code, besides the data's own, would be found by who cuts
// the archive out of an image.
func TestMarkersOnlyAroundData(t *testing.T) {
	src := write(t, "kheaders.c", Params{Format: "tgz"})
	src = regexp.MustCompile(`sizeof\("IKHD_ED"\)`).ReplaceAllString(src, "")
	if strings.Contains(src, "IKHD_") {
		t.Error("kheaders.c with a header has a marker of its own")
	}
	src = write(t, "kheaders.c", Params{Format: "tgz", Embed: EmbedIncbin})
	if n := strings.Count(src, "IKHD_"); n != 2 {
		t.Errorf("kheaders.c with incbin has %d markers, want 2", n)
	}
}

// What the kernel's own style checker asks of every file.
func TestKernelStyle(t *testing.T) {
	for name := range writers {
		for _, p := range []Params{
			{Format: "tar.zst"},
			{Format: "tar.zst", Embed: EmbedIncbin},
			{Format: "tar.zst", Interface: InterfaceSysfs},
			{Format: "tar.zst", Embed: EmbedIncbin, Interface: InterfaceBoth, SysfsName: KernelSysfsName},
		} {
			text := write(t, name, p)
			first, _, _ := strings.Cut(text, "\n")
			if !strings.HasSuffix(first, "SPDX-License-Identifier: GPL-2.0") {
				t.Errorf("%s opens with %q", name, first)
			}
			if !strings.HasSuffix(text, "\n") || strings.HasSuffix(text, "\n\n") {
				t.Errorf("%s does not end with one newline", name)
			}
			for i, line := range strings.Split(text, "\n") {
				width := len(line) + 7*strings.Count(line, "\t")
				if width > 80 || strings.TrimRight(line, " \t") != line || strings.HasPrefix(line, "    ") {
					t.Errorf("%s, %+v, line %d: %q", name, p, i+1, line)
				}
			}
		}
	}
}

func TestDataFile(t *testing.T) {
	for want, p := range map[string]Params{
		"kheaders_data.h":       {Format: "tgz"},
		"kheaders_data.tar.bz2": {Format: "tar.bz2", Embed: EmbedIncbin},
	} {
		if got := p.DataFile(); got != want {
			t.Errorf("%+v: %q, want %q", p, got, want)
		}
	}
}

func TestBadParams(t *testing.T) {
	for _, tc := range []struct {
		p    Params
		want string
	}{
		{Params{}, `format ""`},
		{Params{Format: "../x"}, `format "../x"`},
		{Params{Format: "tgz\n"}, `format "tgz\n"`},
		{Params{Format: "TGZ"}, `format "TGZ"`},
		{Params{Format: ".tgz"}, `format ".tgz"`},
		{Params{Format: "tgz", Embed: "elf"}, `unknown embed "elf": use header or incbin`},
		{Params{Format: "tgz", Interface: "debugfs"}, `unknown interface "debugfs": use procfs, sysfs or both`},
		{Params{Format: "tgz", SysfsName: "kheaders.tar.xz"}, "the interface is procfs: use sysfs or both"},
		{Params{Format: "tgz", Interface: "sysfs", SysfsName: "a/b"}, `"a/b" cannot be the name`},
		{Params{Format: "tgz", Interface: "both", SysfsName: ".."}, `".." cannot be the name`},
		{Params{Format: "tgz", Interface: "both", SysfsName: `a"b`}, "cannot be the name"},
		{Params{Format: "tgz", Interface: "both", SysfsName: "a\n"}, "cannot be the name"},
		{Params{Format: "tgz", Release: `6.1"`}, `kheaders_release "6.1\""`},
		{Params{Format: "tgz", Profile: `a\`}, `kheaders_profile "a\\"`},
		{Params{Format: "tgz", Arch: "x\ny"}, `kheaders_arch "x\ny"`},
		{Params{Format: "tgz", Strip: "é"}, "kheaders_strip"},
		{Params{Format: "tgz", Strip: "??/"}, "kheaders_strip"},
	} {
		for name, f := range writers {
			var b strings.Builder
			err := f(&b, tc.p)
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("%s of %+v: error %v, want one with %s", name, tc.p, err, tc.want)
				continue
			}
			if strings.Contains(err.Error(), "\n") || b.Len() > 0 {
				t.Errorf("%s of %+v: %d bytes written, error %q", name, tc.p, b.Len(), err)
			}
		}
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestWriteError(t *testing.T) {
	for name, f := range writers {
		if err := f(broken{}, Params{Format: "tgz"}); err == nil || !strings.Contains(err.Error(), "no space left") {
			t.Errorf("%s: error %v", name, err)
		}
	}
}
