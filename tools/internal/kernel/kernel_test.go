package kernel

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestParseArch(t *testing.T) {
	for in, want := range map[string]string{"x86": "x86", "amd64": "x86", "x86_64": "x86", "aarch64": "arm64", "arm64": "arm64"} {
		if got, err := ParseArch(in); got != want || err != nil {
			t.Errorf("ParseArch(%q) = %q, %v", in, got, err)
		}
	}
	for in, want := range map[string]string{"z80": `unknown architecture "z80": use one of alpha,`, "": "no architecture given: name one of alpha,"} {
		if _, err := ParseArch(in); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("ParseArch(%q): %v", in, err)
		}
	}
}

func TestArchesSeen(t *testing.T) {
	for _, c := range []struct{ paths, want []string }{
		{nil, nil},
		{[]string{"arch/Kconfig", "arch", "include/arch/x/a.h"}, nil},
		{[]string{"arch/x86/Makefile", "arch/arm/include/asm/a.h"}, []string{"arm", "x86"}},
		{[]string{"arch/x86/Makefile", "arch/arm/include/generated/asm/a.h", "arch/um/include/generated"}, []string{"arm"}},
		{[]string{"arch/x86/include/generated/asm/a.h", "arch/um/include/generated/asm/a.h", "arch/um/Makefile"}, []string{"um"}},
		{[]string{"arch/x86/include/generated/asm/a.h", "arch/um/include/asm/a.h"}, []string{"x86"}},
		{[]string{"arch/x86/include/asm/a.h", "arch/um/include/asm/a.h", "arch/arm/include/asm/a.h"}, []string{"arm", "um", "x86"}},
	} {
		var s ArchesSeen
		for _, p := range c.paths {
			s.Add(p)
		}
		if got := s.List(); !slices.Equal(got, c.want) {
			t.Errorf("%q are of %q, want %q", c.paths, got, c.want)
		}
	}
}

func TestRelease(t *testing.T) {
	for _, c := range []struct{ uts, make, want string }{
		{"#define UTS_RELEASE \"6.1.0-50-amd64\"\n", "6.1.176\n", "6.1.0-50-amd64"}, // Debian's 6.1
		{"", "6.1.7-test\n", "6.1.7-test"},
		{"#define UTS_RELEASE \"\"\n", "5.10.0", "5.10.0"},
		{"#define UTS_RELEASE \"cut", "5.10.0", "5.10.0"},
		{"#define UTS_RELEASE \"cut\n#define X \"x\"\n", "5.10.0", "5.10.0"},
		{"#define UTS_RELEASE \"6.1.0-a\"b\"\n#define X \"x\"\n", "", "6.1.0-a\"b"},
		{"", "", ""},
	} {
		if got := Release(func(file string) string { return map[string]string{UTSRelease: c.uts, KernelRelease: c.make}[file] }); got != c.want {
			t.Errorf("%q and %q say %q, want %q", c.uts, c.make, got, c.want)
		}
	}
}

func TestIsRelease(t *testing.T) {
	for release, want := range map[string]bool{
		"6.1.0-50-amd64": true, "6.12.117+deb13-amd64": true, "6.1.0~rc3_x@y#z": true, "mainline": true,
		"": false, "6.1.0 a": false, "6.1.0\t": false, "6.1.0-a\"b": false, "6.1'": false, `6.1\n`: false, "../6.1": false, ".6": false, "6.1/a": false, "6.1\x00": false, "6.1\x7f": false,
	} {
		if IsRelease(release) != want {
			t.Errorf("%q: %v", release, !want)
		}
	}
}

func TestParseVersion(t *testing.T) {
	for text, want := range map[string]Version{
		"6.1": {6, 1}, "6.1.176": {6, 1}, "6.12.0-50-amd64": {6, 12}, "7.2-rc1": {7, 2}, "5.10.0+": {5, 10}, "65535.65535": {65535, 65535},
	} {
		if got, err := ParseVersion(text); err != nil || got != want {
			t.Errorf("ParseVersion(%q) = %v, %v, want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "6", ".", "six.one", "6.", "6.x", "-6.1", "65536.1", "6.65536"} {
		if v, err := ParseVersion(text); err == nil {
			t.Errorf("ParseVersion(%q) = %v, want an error", text, v)
		}
	}
}

func TestCompare(t *testing.T) {
	order := []Version{{}, {4, 16}, {5, 2}, {5, 13}, {6, 0}}
	for i, v := range order {
		for j, w := range order {
			if got, want := v.Compare(w), min(1, max(-1, i-j)); got != want {
				t.Errorf("%v.Compare(%v) = %d, want %d", v, w, got, want)
			}
		}
	}
}

func TestParseMakefile(t *testing.T) {
	for text, want := range map[string]string{
		"VERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = 176\nEXTRAVERSION =\n":      "6.1.176",
		"# a\nVERSION=7\nPATCHLEVEL=2\nSUBLEVEL=0\nEXTRAVERSION=-rc3\n":      "7.2.0-rc3",
		"VERSION = 6\nPATCHLEVEL = 1\nifdef X\nVERSION = 9\nendif\n":         "6.1",
		"VERSION = 2\nprog: prog.o\n":                                        "",
		"VERSION = 2\nPATCHLEVEL = $(shell date)\n":                          "",
		"export VERSION PATCHLEVEL\nall:\n\techo $(VERSION).$(PATCHLEVEL)\n": "",
		"": "",
	} {
		v, ok := ParseMakefile(text)
		if ok != (want != "") || ok && v.String() != want {
			t.Errorf("ParseMakefile(%q) = %v, %v, want %q", text, v, ok, want)
		}
	}
}

func TestReadConfig(t *testing.T) {
	c, err := ReadConfig(strings.NewReader("# CONFIG_OFF is not set\nCONFIG_A=y\nCONFIG_B=m\r\nCONFIG_C=n\nCONFIG_S=\"a=b\"\n\nother=1\n"))
	if want := (Config{"CONFIG_A": "y", "CONFIG_B": "m", "CONFIG_S": `"a=b"`}); err != nil || !reflect.DeepEqual(c, want) {
		t.Errorf("%v, %v, want %v", c, err, want)
	}
	long := strings.Repeat("x", maxConfigLine-100)
	if c, err := ReadConfig(strings.NewReader("CONFIG_LONG=" + long + "\nCONFIG_A=y\n")); err != nil || c["CONFIG_LONG"] != long || c["CONFIG_A"] != "y" {
		t.Errorf("a long line: %d options, %v", len(c), err)
	}
	if _, err := ReadConfig(strings.NewReader("CONFIG_A=y\n" + strings.Repeat("x", maxConfigLine+1))); err == nil || !strings.Contains(err.Error(), "line 2 is longer than ") {
		t.Errorf("a line without an end: error %v", err)
	}
}

func TestConfigArch(t *testing.T) {
	for text, want := range map[string]string{
		"#\n# Automatically generated file; DO NOT EDIT.\n# Linux/x86 6.1.176 Kernel Configuration\n#\n": "x86",
		"# Linux/arm64 7.2.0-rc1 Kernel Configuration":                                                   "arm64",
		"CONFIG_A=y\n": "",
	} {
		if got := ConfigArch(text); got != want {
			t.Errorf("%q says %q, want %q", text, got, want)
		}
	}
}

func TestGivenHeaders(t *testing.T) {
	without, with := GivenHeaders(false), GivenHeaders(true)
	names := func(list []GivenHeader) []string {
		var out []string
		for _, g := range list {
			out = append(out, g.Name)
		}
		return out
	}
	if got := names(without); !slices.Contains(got, "linux/kconfig.h") || slices.Contains(got, "linux/vermagic.h") {
		t.Errorf("without modules: %q", got)
	}
	if got := names(with); !slices.Contains(got, "linux/kconfig.h") || !slices.Contains(got, "linux/vermagic.h") {
		t.Errorf("with modules: %q", got)
	}
}

func TestReadConfigHeader(t *testing.T) {
	c := ReadConfigHeader([]byte("/*\n * Linux/x86 6.1.0 Kernel Configuration\n */\n#define CONFIG_X86 1\r\n#define CONFIG_HZ 250\n#define CONFIG_A_MODULE 1\n#define CONFIG_B \"1\"\n#define CONFIG_64BIT 1"))
	if fmt.Sprint(c) != "map[CONFIG_64BIT:y CONFIG_A_MODULE:y CONFIG_X86:y]" {
		t.Errorf("options %v", c)
	}
}
