package hosttools

import (
	"bytes"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// head makes the beginning of an ELF file.
func head(class, data byte, machine ...byte) string {
	b := append([]byte("\x7fELF"), class, data)
	b = append(b, make([]byte, 12)...)
	return string(append(b, machine...))
}

func TestMachine(t *testing.T) {
	for text, want := range map[string]string{
		head(2, 1, 62, 0):                  "x86_64",
		head(1, 1, 3, 0):                   "i686",
		head(2, 1, 183, 0):                 "aarch64",
		head(2, 2, 0, 22):                  "s390x",
		head(2, 2, 0, 21):                  "ppc64",
		head(2, 1, 21, 0):                  "ppc64le",
		head(2, 1, 243, 0):                 "riscv64",
		head(2, 1, 247, 0):                 "bpf", // no name of uname's
		"#!/bin/sh\nexec true, and more\n": "",
		"\x7fELF":                          "",
		"":                                 "",
	} {
		if got, err := Machine(strings.NewReader(text)); got != want || err != nil {
			t.Errorf("%q: %q, %v, want %q", text, got, err, want)
		}
	}
	broken := errors.New("broken")
	if _, err := Machine(iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("error %v, want %v", err, broken)
	}
}

func TestParse(t *testing.T) {
	for text, want := range map[string]string{"x86_64": "x86_64", "amd64": "x86_64", "arm64": "aarch64", "": "", "any": "any", "ppc64el": "ppc64le",
		"i386": "i686", "i586": "i686", "i686": "i686", "armhf": "arm", "armv5tejl": "arm", "armv6l": "arm", "armv7l": "arm", "armv8l": "arm", "armv7b": "armeb", "mips64": "mips64"} {
		if got, err := ParseMachine(text); got != want || err != nil {
			t.Errorf("machine %q: %q, %v, want %q", text, got, err, want)
		}
	}
	if _, err := ParseMachine("pdp11"); err == nil || !strings.Contains(err.Error(), `"pdp11"`) || !strings.Contains(err.Error(), "x86_64") {
		t.Errorf("pdp11: error %v", err)
	}
	for _, m := range Modes {
		if got, err := ParseMode(string(m)); got != m || err != nil {
			t.Errorf("mode %q: %q, %v", m, got, err)
		}
	}
	if _, err := ParseMode("strip"); err == nil || !strings.Contains(err.Error(), "keep, stripped or none") {
		t.Errorf("mode strip: error %v", err)
	}
}

// TestRuns has what uname -m says, and the programs that run there.
func TestRuns(t *testing.T) {
	for uname, run := range map[string]string{
		"x86_64": "x86_64", "aarch64": "aarch64", "armv6l": "arm", "armv7l": "arm", "armv8l": "arm", "armv7b": "armeb", "i386": "i686", "i586": "i686",
		"i686": "i686", "mips": "mips mipsel", "mips64": "mips64 mips64el", "ppc64le": "ppc64le", "s390x": "s390x", "riscv64": "riscv64", "parisc": "parisc",
	} {
		for _, machine := range []string{"x86_64", "aarch64", "arm", "armeb", "i686", "mips", "mipsel", "mips64", "mips64el", "ppc64", "ppc64le", "s390x", "riscv64", "parisc"} {
			if got, want := Runs(machine, uname), slices.Contains(strings.Fields(run), machine); got != want {
				t.Errorf("programs for %s run on %s: %v, want %v", machine, uname, got, want)
			}
		}
	}
}

func TestInfo(t *testing.T) {
	i := &Info{Schema: InfoVersion, Release: "6.1.0", Arch: "x86", Profile: "modules", HostTools: Keep, Rebuild: []string{"make <&> all"}}
	i.Add("scripts/basic/fixdep", "x86_64")
	i.Add("scripts/mod/modpost", "")
	i.Add("tools/objtool/objtool", "x86_64")
	b, err := i.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(b, []byte("make <&> all")) {
		t.Errorf("a command is not as it is typed: %s", b)
	}
	got, err := ReadInfo(bytes.NewReader(b))
	if err != nil || !reflect.DeepEqual(got, i) {
		t.Errorf("got %+v, %v, want %+v", got, err, i)
	}
	if want := []string{"x86_64"}; !reflect.DeepEqual(got.HostMachines, want) {
		t.Errorf("machines %q, want %q", got.HostMachines, want)
	}
	for text, want := range map[string]string{"{": "not a kheaders.json", `{"schema": 9}`: "layout version 9"} {
		if _, err := ReadInfo(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", text, err, want)
		}
	}
}

func TestCheck(t *testing.T) {
	for _, c := range []struct {
		name, arch, wanted string
		machines           []string
		warning, err       string
	}{
		{"right", "x86", "x86_64", []string{"x86_64", ""}, "", ""},
		{"unasked", "x86", "", []string{"x86_64"}, "", ""},
		{"scripts only", "arm64", "", []string{""}, "", ""},
		{"none", "x86", "x86_64", nil, "", ""},
		{"32 bits", "x86", "", []string{"i686"}, "", ""},
		{"user-mode Linux", "um", "", []string{"x86_64"}, "", ""},
		{"user-mode Linux, cross", "um", "", []string{"aarch64"}, "on aarch64 only, by a cross compiler", ""},
		{"cross", "arm64", "", []string{"x86_64"}, "on x86_64 only, by a cross compiler", ""},
		{"cross, meant", "arm64", "x86_64", []string{"x86_64"}, "", ""},
		{"cross, any", "arm64", "any", []string{"x86_64"}, "", ""},
		{"wrong", "arm64", "aarch64", []string{"aarch64", "x86_64"}, "", "host tool tool1 is for x86_64, and host_machine says aarch64: give the host tools of aarch64"},
		{"mixed", "x86", "", []string{"x86_64", "aarch64"}, "several machines (aarch64, x86_64)", ""},
		{"mixed, any", "x86", "any", []string{"x86_64", "aarch64"}, "several machines", ""},
	} {
		i := &Info{Arch: c.arch}
		for n, m := range c.machines {
			i.Add("tool"+string(rune('0'+n)), m)
		}
		warning, err := i.Check(c.wanted)
		if c.err == "" && err != nil || c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.err)
		}
		if (warning == "") != (c.warning == "") || !strings.Contains(warning, c.warning) {
			t.Errorf("%s: warning %q, want %q", c.name, warning, c.warning)
		}
	}
}
