package kernel

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
)

// TestArchesOfRules compares the tables with those of the rules, which check
// an attribute before anything runs.
func TestArchesOfRules(t *testing.T) {
	b, err := os.ReadFile(runfile.Or(t, "VALUES", "../../../rules/private/values.bzl"))
	if err != nil {
		t.Fatal(err)
	}
	table := func(pattern string) string {
		m := regexp.MustCompile(pattern).FindSubmatch(b)
		if m == nil {
			t.Fatalf("values.bzl has no %s", pattern)
		}
		return string(m[1])
	}
	var arches []string
	for _, m := range regexp.MustCompile(`"(.*)",`).FindAllStringSubmatch(table(`(?s)\n_SRCARCHS = \[(.*?)\n\]`), -1) {
		arches = append(arches, m[1])
	}
	if !slices.Equal(arches, Arches) {
		t.Errorf("_SRCARCHS of values.bzl and Arches differ:\n%q\n%q", arches, Arches)
	}
	for variable, of := range map[string]map[string]string{"_SRCARCH_OF": archNames, "_SRCARCH_OF_FAMILY": archFamilies} {
		names := map[string]string{}
		for _, m := range regexp.MustCompile(`"(.*)": "(.*)",`).FindAllStringSubmatch(table(`(?s)\n`+variable+` = \{(.*?)\n\}`), -1) {
			names[m[1]] = m[2]
		}
		for name := range names {
			if of[name] != names[name] {
				t.Errorf("%s: %q is %q to the rules, %q to the program", variable, name, names[name], of[name])
			}
		}
		for name := range of {
			if _, ok := names[name]; !ok {
				t.Errorf("%s: %q is %q to the program, unknown to the rules", variable, name, of[name])
			}
		}
	}
	if chars := table(`\n_FAMILY_CHARS = "(.*)"`); chars != familyChars {
		t.Errorf("after a family the rules take %q, the program %q", chars, familyChars)
	}
}

// TestArchNames has names that the tables of uname, Debian, make and Go have, and
// words that are none.
func TestArchNames(t *testing.T) {
	for want, names := range map[string]string{
		"alpha": "alpha alphaev5 alphaev56 alphaev67", "arm": "arm armbe armeb armel armhf armv4l armv4tl armv5teb armv5tejl armv6l armv7 armv7-a armv7a armv7b armv7hl armv7l armv8b armv8l sa110",
		"arm64": "arm64 aarch64 aarch64_be aarch64_ilp32 arm64-v8a arm64be arm64ilp32", "loongarch": "loong64 loongarch64",
		"mips": "mips mips64 mips64el mips64le mips64r6el mipsel mipsisa32r6el mipsle mipsn32", "parisc": "hppa hppa64 hppa2.0 parisc64",
		"powerpc": "powerpc powerpc64 powerpc64le powerpcel powerpcle powerpcspe ppc ppc64 ppc64el ppc64le ppcle", "riscv": "riscv32 riscv64 riscv64gc",
		"sh": "sh sh2 sh3 sh3eb sh4 sh4a sh4eb", "sparc": "sparc sparc32 sparc64 sparcv9 sun4m sun4u sun4v",
		"um": "um uml", "x86": "amd64 i386 i486 i586 i686 i786 x32 x86 x86-64 x86_32 x86_64 x86_64_v3",
	} {
		for _, name := range strings.Fields(names) {
			if got, err := ParseArch(name); got != want {
				t.Errorf("%q is %q, %v; want %q", name, got, err, want)
			}
		}
	}
	for _, name := range strings.Fields("i86 i886 i3862 armor armada army arms64 shell sh5 sunny sun powerful ppcx mipsy risc riscv128 x8664 x64_windows x86_16 alphabet sparcle arm64/include arm64+x ARMV7 umlaut s3900 amd") {
		if got, err := ParseArch(name); err == nil {
			t.Errorf("%q is %q", name, got)
		}
	}
}
