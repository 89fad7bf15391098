package kernel

import "testing"

// TestParseTopMakefile has what the top Makefiles of kernels, and those of
// projects that took Kbuild over, say of themselves.
func TestParseTopMakefile(t *testing.T) {
	const (
		composed = "$(VERSION)$(if $(PATCHLEVEL),.$(PATCHLEVEL)$(if $(SUBLEVEL),.$(SUBLEVEL)))$(EXTRAVERSION)\n"
		linux    = "KERNELVERSION = " + composed + "export VERSION PATCHLEVEL SUBLEVEL KERNELRELEASE KERNELVERSION\n_all: all\nall: vmlinux\nall: modules\n"
	)
	version := func(v, p, s, e string) string {
		return "# SPDX-License-Identifier: GPL-2.0\nVERSION = " + v + "\nPATCHLEVEL = " + p + "\nSUBLEVEL = " + s + "\nEXTRAVERSION =" + e + "\nNAME = X\n"
	}
	for text, want := range map[string]string{
		version("4", "4", "302", "") + linux:    "4.4.302",
		version("5", "0", "0", "") + linux:      "5.0.0",
		version("6", "1", "176", "") + linux:    "6.1.176",
		version("7", "2", "0", " -rc3") + linux: "7.2.0-rc3",
		version("6", "12", "23", " -android16") + "KMI_VERSION := $(VERSION).$(PATCHLEVEL)\n" + linux:        "6.12.23-android16",
		version("2", "6", "32", "") + "KERNELVERSION = $(VERSION).$(PATCHLEVEL).$(SUBLEVEL)\nall: vmlinux\n": "2.6.32",
		"VERSION = 6\nPATCHLEVEL = 1\n":                                                                       "6.1",
		"VERSION = 6\nPATCHLEVEL = 1\nKERNELVERSION = $(VERSION).$(PATCHLEVEL)\n":                             "6.1",
		"VERSION = 6\nPATCHLEVEL = 1\nall:\n\t@echo headers alone\n":                                          "6.1",
		"VERSION = 6\nPATCHLEVEL = 1\nall: modules\n":                                                         "6.1",
		version("2024", "01", "", "") + "UBOOTVERSION = " + composed:                                          "",
		version("2024", "10", "", "") + "UBOOTVERSION = " + composed:                                          "",
		version("1", "3", "4", "") + "U_BOOT_VERSION = $(VERSION).$(PATCHLEVEL).$(SUBLEVEL)$(EXTRAVERSION)\n": "",
		version("5", "4", "0", "") + "UBOOTVERSION = " + composed:                                             "",
		version("2023", "11", "0", "") + "KERNELVERSION = " + composed + "all: barebox-flash-image\n":         "",
		version("1", "36", "1", "") + "KERNELVERSION = $(VERSION).$(PATCHLEVEL)\nall: busybox doc\n":          "",
		version("3", "4", "0", "") + "KERNELVERSION = " + composed + "all: hypervisor\n":                      "",
		"export XEN_VERSION       = 4\nexport XEN_SUBVERSION    = 19\n":                                       "",
		"VERSION = 2\nprog: prog.o\n":                                                                         "",
	} {
		v, ok := ParseTopMakefile(text)
		if ok != (want != "") || ok && v.String() != want {
			t.Errorf("%q: got %v, %v, want %q", text, v, ok, want)
		}
	}
}
