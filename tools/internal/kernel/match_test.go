package kernel

import (
	"fmt"
	"slices"
	"testing"
)

func TestSameVersion(t *testing.T) {
	header := func(v, p, s int, macros bool) string {
		text := fmt.Sprintf("#define LINUX_VERSION_CODE %d\n#define KERNEL_VERSION(a,b,c) (((a) << 16) + ((b) << 8) + ((c) > 255 ? 255 : (c)))\n", v<<16+p<<8+min(s, 255))
		if macros {
			text += fmt.Sprintf("#define LINUX_VERSION_MAJOR %d\n#define LINUX_VERSION_PATCHLEVEL %d\n#define LINUX_VERSION_SUBLEVEL %d\n", v, p, s)
		}
		return text
	}
	for _, c := range []struct {
		makefile MakefileVersion
		header   string
		built    string
		same     bool
	}{
		{MakefileVersion{"6", "1", "176", ""}, header(6, 1, 176, true), "6.1.176", true},
		{MakefileVersion{"6", "1", "176", "-rc1"}, header(6, 1, 176, false), "6.1.176", true},
		{MakefileVersion{"6", "1", "170", ""}, header(6, 1, 176, true), "6.1.176", false},
		{MakefileVersion{"5", "10", "176", ""}, header(6, 1, 176, false), "6.1.176", false},
		{MakefileVersion{"6", "2", "", ""}, header(6, 2, 0, true), "6.2.0", true},
		{MakefileVersion{"6", "2", "", ""}, header(6, 2, 1, true), "6.2.1", false},
		// More than the number has room for.
		{MakefileVersion{"5", "10", "300", ""}, header(5, 10, 300, false), "5.10.255", true},
		{MakefileVersion{"5", "10", "255", ""}, header(5, 10, 300, false), "5.10.255", true},
		{MakefileVersion{"5", "10", "254", ""}, header(5, 10, 300, false), "5.10.255", false},
		{MakefileVersion{"5", "15", "255", ""}, header(5, 15, 300, true), "5.15.300", false},
		{MakefileVersion{"5", "15", "300", ""}, header(5, 15, 300, true), "5.15.300", true},
		// Who says nothing is not believed to differ.
		{MakefileVersion{"6", "1", "$(S)", ""}, header(6, 1, 1, true), "", true},
		{MakefileVersion{"6", "1", "1", ""}, "#define X 1\n", "", true},
		{MakefileVersion{"6", "1", "1", ""}, "#define LINUX_VERSION_CODE 99999999999999999999\n", "", true},
	} {
		if built, same := SameVersion(c.makefile, c.header); built != c.built || same != c.same {
			t.Errorf("%+v and %q: %q, %v; want %q, %v", c.makefile, c.header, built, same, c.built, c.same)
		}
	}
}

func TestConfigArches(t *testing.T) {
	for want, c := range map[string]Config{
		"[]":        {"CONFIG_64BIT": "y"},
		"[x86]":     {"CONFIG_X86": "y", "CONFIG_X86_64": "y"},
		"[um]":      {"CONFIG_UML": "y", "CONFIG_X86_64": "y"},
		"[nds32]":   {"CONFIG_NDS32": "y"},
		"[powerpc]": {"CONFIG_PPC": "y", "CONFIG_ARM64": "m"},
	} {
		if got := fmt.Sprint(c.Arches()); got != want {
			t.Errorf("%v is for %s, want %s", c, got, want)
		}
	}
	for arch := range archOption {
		if !slices.Contains(Arches, arch) {
			t.Errorf("%s is no architecture", arch)
		}
	}
	for _, arch := range Arches {
		if archOption[arch] == "" {
			t.Errorf("no option of %s is known", arch)
		}
	}
}

func TestGenerated(t *testing.T) {
	for path, want := range map[string]bool{
		"include/generated/autoconf.h": true, "include/config/auto.conf": true, "arch/x86/include/generated/asm/a.h": true,
		"include/linux/generated/a.h": false, "arch/x86/include/asm/a.h": false, "include/config.h": false, "Makefile": false,
	} {
		if Generated(path) != want {
			t.Errorf("Generated(%q) is %v", path, !want)
		}
	}
}

func TestBuilt(t *testing.T) {
	for path, want := range map[string]bool{
		"Module.symvers": true, "vmlinux": true, "scripts/module.lds": true, "arch/x86/module.lds": true, "rust/libkernel.rmeta": true,
		"drivers/Module.symvers": false, "scripts/module.lds.S": false, "scripts/module-common.lds": false, "arch/arm/kernel/module.lds": false,
		"include/generated/autoconf.h": false, "scripts/mod/modpost": false, "rust/kernel/lib.rs": false,
	} {
		if Built(path) != want {
			t.Errorf("Built(%q) is %v", path, !want)
		}
	}
}

func TestSameRelease(t *testing.T) {
	final, stable, rc3 := MakefileVersion{"6", "1", "0", ""}, MakefileVersion{"6", "1", "176", ""}, MakefileVersion{"6", "1", "0", "-rc3"}
	for _, c := range []struct {
		makefile MakefileVersion
		release  string
		same     bool
	}{
		{stable, "6.1.176", true},
		{stable, "6.1.176+deb13-amd64", true},
		{stable, "6.1.0-50-amd64", true},
		{stable, "6.1-something", true},
		{stable, "6.1.170", false},
		{stable, "6.1.170-custom", false},
		{stable, "6.1.17", false},
		{stable, "6.2.0-1-amd64", false},
		{stable, "6.1.176.1", true},
		{stable, "6.1.170.1", true}, // of a form that is not known
		{final, "6.1.12-4-pve", false},
		{stable, "", true},
		{stable, "next", true},
		// Release candidates.
		{rc3, "6.1.0-rc3", true},
		{rc3, "6.1.0-rc3-mini", true},
		{rc3, "6.1.0-rc3+", true},
		{rc3, "6.1.0-rc5-mini", false},
		{rc3, "6.1.0-rc30", false},
		{rc3, "6.1.0-mini", false},
		{rc3, "6.1.0", false},
		{rc3, "6.1.0+", false},
		{rc3, "6.1.0-1-amd64", true},
		{rc3, "6.1.0-060100rc3-generic", true},
		{rc3, "6.1.0-0.rc3.20.fc38.x86_64", true},
		{rc3, "6.1-rc3", true},
		{rc3, "6.1-rc5", false},
		{final, "6.1.0-rc5", false},
		{final, "6.1.0-board-rc5", true},
		{stable, "6.1.176-rc1", true}, // -rc1 may be a LOCALVERSION
		{MakefileVersion{"6", "1", "0", "-rc3-next-20221031"}, "6.1.0-rc3-next-20221031-x", true},
		{MakefileVersion{"6", "1", "0", "-0.rc3.20.fc38.x86_64"}, "6.1.0-0.rc3.20.fc38.x86_64", true},
		{MakefileVersion{"6", "1", "0", "-board"}, "6.1.0-rc5", true},
		{MakefileVersion{"6", "1", "0", "-$(E)"}, "6.1.0-rc5", true},
		{MakefileVersion{"6", "1", "$(S)", ""}, "6.1.170", true},
		{MakefileVersion{"6", "1", "", "-rc3"}, "6.1.0-rc3", true},
	} {
		if same := SameRelease(c.makefile, c.release, true); same != c.same {
			t.Errorf("%s and %q: %v, want %v", c.makefile, c.release, same, c.same)
		}
	}
	if !SameRelease(stable, "6.1.170", false) || SameRelease(rc3, "6.1.0-rc5", false) {
		t.Error("without sublevels, what is not one counts, or what is does not")
	}
}
