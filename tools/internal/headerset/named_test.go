package headerset

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// prepared is kernelTree with what profile modules requires of it.
func prepared(changes map[string]string) map[string]string {
	files := map[string]string{"Module.symvers": "", "scripts/module.lds": "", "include/config/kernel.release": "6.1.0-test\n", "arch/x86/Makefile": ""}
	for _, f := range []string{
		"Kbuild.include", "subarch.include", "Makefile.build", "Makefile.lib", "Makefile.modpost", "Makefile.modfinal", "Makefile.clean", "Makefile.modinst",
		"Makefile.extrawarn", "Makefile.compiler", "modules-check.sh", "check-local-export", "depmod.sh", "mod/modpost",
	} {
		files["scripts/"+f] = ""
	}
	maps.Copy(files, changes)
	return files
}

// TestNamed takes what makefiles and scripts name, and nothing that is left out.
func TestNamed(t *testing.T) {
	top := "VERSION = 6\nPATCHLEVEL = 1\n"
	for _, c := range []struct {
		name  string
		files map[string]string
		o     Options
		// want has the rules of files that are in the set, "" of one that is not.
		want map[string]string
		err  string
	}{
		{"included, and what that names", map[string]string{
			"Makefile": top + "include $(srctree)/vendor.mk\n", "vendor.mk": "CC = $(srctree)/vendor/wrap gcc\n", "vendor/wrap": "#!/bin/sh\n. $(dirname $0)/lib\n", "vendor/lib": "x", "vendor/other": "x",
		}, Options{}, map[string]string{"vendor.mk": "named", "vendor/wrap": "named", "vendor/lib": "named", "vendor/other": ""}, ""},
		{"by a script's variable, read before the script", map[string]string{
			"Makefile": top + "X := $(srctree)/oem/a.sh $(srctree)/oem/lib.sh $(srctree)/oem/x.sh $(srctree)/oem/y.sh\n", "oem/a.sh": ". $srctree/oem/lib.sh\nsh $srctree/$E/run\n",
			"oem/lib.sh": "E=v/e\nsh $srctree/$D/run\n", "oem/x.sh": "D=v/x\n. $srctree/oem/lib.sh\n", "oem/y.sh": "D=v/y\n. $(dirname $0)/lib.sh\n", "v/x/run": "x", "v/y/run": "x", "v/e/run": "x", "v/z/run": "x",
		}, Options{}, map[string]string{"v/x/run": "named", "v/y/run": "named", "v/e/run": "named", "v/z/run": ""}, ""},
		{"headers of the search path", map[string]string{
			"Makefile": top + "LINUXINCLUDE += -I$(srctree)/oem/include -I$(srctree)/include\n", "oem/include/oem/x.h": "", "oem/include/x.c": "", "oem/y.h": "",
		}, Options{}, map[string]string{"oem/include/oem/x.h": "named", "oem/include/x.c": "", "oem/y.h": ""}, ""},
		{"headers of a directory that a variable has", map[string]string{
			"Makefile": top + "VENDOR := oem/inc\nccflags-y += -I$(srctree)/$(VENDOR)\n", "oem/inc/oem/x.h": "", "oem/y.h": "",
		}, Options{}, map[string]string{"oem/inc/oem/x.h": "named", "oem/y.h": ""}, ""},
		{"a makefile whose name make works out", map[string]string{
			"Makefile": top + "include $(foreach d,oem,$(srctree)/$(addsuffix /flags,$(d)))\n", "oem/flags": "LINUXINCLUDE += -I$(srctree)/oem/inc -include $(srctree)/oem/all.h\nX := $(srctree)/oem/tool\n", "oem/inc/x.h": "", "oem/all.h": "#include \"beside.h\"", "oem/beside.h": "#include \"../far/z.h\"", "oem/tool": "x", "far/z.h": "", "far/y.h": "",
		}, Options{}, map[string]string{"oem/flags": "named", "oem/inc/x.h": "named", "oem/all.h": "named", "oem/beside.h": "named", "far/z.h": "named", "far/y.h": "", "oem/tool": "named"}, ""},
		{"a header before every source, by its name", map[string]string{
			"Makefile": top + "LINUXINCLUDE += -include oem.h -I$(srctree)/oem -include all.h\n", "oem.h": "#include \"beside.h\"\n#include <vendor/x.h>", "beside.h": "", "other.h": "", "oem/all.h": "", "oem/vendor/x.h": "#include \"y.h\"", "oem/vendor/y.h": "",
		}, Options{}, map[string]string{"oem.h": "named", "beside.h": "named", "other.h": "", "oem/all.h": "named", "oem/vendor/y.h": "named"}, ""},
		{"a header before every source, and excluded", map[string]string{
			"Makefile": top + "LINUXINCLUDE += -include oem.h\n", "oem.h": "#include \"beside.h\"", "beside.h": "",
		}, Options{Exclude: []string{"oem.h"}}, map[string]string{"oem.h": "", "beside.h": ""}, ""},
		{"the tree's top", map[string]string{
			"Makefile": top + "LINUXINCLUDE += -I$(srctree)\n", "include/linux/sched.h": "#include <oem/a.h>", "oem/a.h": "#include <oem/b.h>", "oem/b.h": "", "oem/c.h": "",
		}, Options{}, map[string]string{"oem/a.h": "named", "oem/b.h": "named", "oem/c.h": ""}, ""},
		{"an option that is off", map[string]string{
			"Makefile": top + "ifdef CONFIG_OEM\nLINUXINCLUDE += -I$(srctree)/a\nelse\nLINUXINCLUDE += -I$(srctree)/b\nendif\n", "include/config/auto.conf": "CONFIG_X86=y\n", "a/x.h": "", "b/x.h": "",
		}, Options{}, map[string]string{"a/x.h": "", "b/x.h": "named"}, ""},
		{"profile rfc", map[string]string{
			"Makefile": top + "include $(srctree)/vendor.mk\n", "vendor.mk": "",
		}, Options{Profile: "rfc"}, map[string]string{"vendor.mk": "named"}, ""},
		{"profile headers", map[string]string{
			"Makefile": top + "include $(srctree)/vendor.mk\n", "vendor.mk": "",
		}, Options{Profile: "headers"}, map[string]string{"vendor.mk": ""}, ""},
		{"a name with a part that nobody knows", map[string]string{
			"scripts/Makefile.lib": "include $(srctree)/board/$(BOARD).mk\n", "board/a.mk": "", "board/b.mk": "", "board/b.txt": "",
		}, Options{}, map[string]string{"board/a.mk": "named", "board/b.mk": "named", "board/b.txt": ""}, ""},
		{"any name may be included", map[string]string{
			"arch/x86/Makefile": "include $(srctree)/vendor/flags\n", "vendor/flags": "include $(srctree)/vendor/more\n", "vendor/more": "",
		}, Options{}, map[string]string{"vendor/flags": "named", "vendor/more": "named"}, ""},
		{"named before it is included", map[string]string{
			"Makefile": top + "FLAGS := $(srctree)/vendor/flags\ninclude $(FLAGS)\n", "vendor/flags": "include $(srctree)/vendor/more\n", "vendor/more": "",
		}, Options{}, map[string]string{"vendor/flags": "named", "vendor/more": "named"}, ""},
		{"named in another file before it is included", map[string]string{
			"Makefile": top + "DEPS := $(srctree)/vendor/flags $(srctree)/vendor/first.mk\n", "vendor/first.mk": "include $(srctree)/vendor/flags\n",
			"vendor/flags": "include $(srctree)/vendor/more\n", "vendor/more": "",
		}, Options{}, map[string]string{"vendor/flags": "named", "vendor/more": "named"}, ""},
		{"of the kernel's own build", map[string]string{
			"Makefile": top + "a:\n\t$(srctree)/scripts/link-vmlinux.sh $(srctree)/Documentation/x.rst\n", "scripts/link-vmlinux.sh": "", "Documentation/x.rst": "",
		}, Options{}, map[string]string{"scripts/link-vmlinux.sh": "", "Documentation/x.rst": ""}, ""},
		{"of an option that is off", map[string]string{
			"Makefile": top + "include-$(CONFIG_KASAN) += scripts/Makefile.kasan\n", "scripts/Makefile.kasan": "",
		}, Options{}, map[string]string{"scripts/Makefile.kasan": ""}, ""},
		{"of another architecture", map[string]string{
			"Makefile": top + "X = $(srctree)/arch/arm64/include/x.txt\n", "arch/arm64/include/x.txt": "",
		}, Options{}, map[string]string{"arch/arm64/include/x.txt": ""}, ""},
		{"excluded", map[string]string{
			"Makefile": top + "-include $(srctree)/vendor.mk\n", "vendor.mk": "include other.mk\n", "other.mk": "",
		}, Options{Exclude: []string{"vendor.mk"}}, map[string]string{"vendor.mk": "", "other.mk": ""}, ""},
		{"a secret", map[string]string{
			"Makefile": top + "X = $(srctree)/certs/signing_key.pem $(srctree)/keys/a.pem\n", "certs/signing_key.pem": "", "keys/a.pem": "",
		}, Options{}, map[string]string{"certs/signing_key.pem": "", "keys/a.pem": ""}, ""},
		{"a file that was included by hand", map[string]string{
			"vendor/a.mk": "include $(srctree)/vendor/b.mk\n", "vendor/b.mk": "",
		}, Options{Include: []string{"vendor/a.mk"}}, map[string]string{"vendor/a.mk": "include", "vendor/b.mk": "named"}, ""},
		{"a circle", map[string]string{
			"Makefile": top + "include a.mk\n", "a.mk": "include b.mk\n", "b.mk": "include a.mk\n",
		}, Options{}, map[string]string{"a.mk": "named", "b.mk": "named"}, ""},
		{"names that only make knows", map[string]string{
			"Makefile": top + starred(maxStarred-500), "oem/a7/z": "",
		}, Options{}, map[string]string{"oem/a7/z": "named"}, ""},
		{"too many names that only make knows", map[string]string{
			"Makefile": top + "include vendor.mk\n", "vendor.mk": starred(maxStarred + 1),
		}, Options{}, nil, "have more than 4000 names with a part that only make or a shell knows, the last one named by vendor.mk: write them out there, or exclude that file"},
		{"a link that leads nowhere", map[string]string{
			"Makefile": top + "include $(srctree)/vendor.mk\n", "vendor.mk": "->gone",
		}, Options{}, nil, `"vendor.mk" from //k:src: a dangling symlink`},
	} {
		if c.o.Profile == "" {
			c.o.Profile = "modules"
		}
		in := dir(t, prepared(c.files))
		results, _ := load(t, in, c.o)
		set, err := results[0].Set, results[0].Err
		if c.err != "" {
			if err == nil || !strings.Contains(err.Error(), c.err) {
				t.Errorf("%s: %v, want %q", c.name, err, c.err)
			}
			continue
		}
		if err == nil {
			err = set.Check()
		}
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		for path, rule := range c.want {
			got := ""
			if i := slices.IndexFunc(set.Files, func(f Selected) bool { return f.Path == path }); i >= 0 {
				got = set.Files[i].Rule
				if rule == "named" && !strings.Contains(set.Files[i].Reason, "ed by ") {
					t.Errorf("%s: %s: the reason %q does not say what names it", c.name, path, set.Files[i].Reason)
				}
			}
			if got != rule {
				t.Errorf("%s: %s: rule %q, want %q", c.name, path, got, rule)
			}
		}
		// Who asks about all files, of packages, is told the same.
		whole := packed(t, in)
		whole.All, c.o.Lenient = true, true
		results, _ = load(t, whole, c.o)
		if results[0].Err != nil {
			t.Errorf("%s: of all files of a package: %v", c.name, results[0].Err)
		} else if got, want := paths(results[0].Set), paths(set); got != want {
			t.Errorf("%s: of all files of a package: %s\nwant %s", c.name, got, want)
		}
	}
}

// starred returns lines of a makefile, each with a name that only make knows.
func starred(n int) string {
	var text strings.Builder
	for i := range n {
		fmt.Fprintf(&text, "X += $(srctree)/oem/a%d$(Y)/z\n", i)
	}
	return text.String()
}

// TestBTF takes what BTF is made with where it is asked for, and says what is
// missing.
func TestBTF(t *testing.T) {
	conf := "CONFIG_X86=y\nCONFIG_DEBUG_INFO_BTF_MODULES=y\n"
	whole := map[string]string{
		"include/config/auto.conf": conf, "vmlinux": "", "tools/bpf/resolve_btfids/resolve_btfids": "#!/bin/sh\n", "scripts/gen-btf.sh": "#!/bin/sh\n",
		"scripts/Makefile.modfinal": "\t$(srctree)/scripts/gen-btf.sh --btf_base $(objtree)/vmlinux\n\t$(objtree)/tools/bpf/resolve_btfids/resolve_btfids\n",
	}
	less := func(paths ...string) map[string]string {
		m := maps.Clone(whole)
		for _, p := range paths {
			delete(m, p)
		}
		return m
	}
	with := func(files map[string]string, more ...string) map[string]string {
		m := maps.Clone(files)
		for i := 0; i < len(more); i += 2 {
			m[more[i]] = more[i+1]
		}
		return m
	}
	const resolve = "tools/bpf/resolve_btfids/resolve_btfids"
	for _, c := range []askedCase{
		{name: "not asked for", files: whole, hasNot: []string{"vmlinux", resolve, "scripts/gen-btf.sh"}},
		{name: "asked for", files: whole, o: Options{BTF: true}, has: []string{"vmlinux", resolve, "scripts/gen-btf.sh"}},
		{name: "no vmlinux", files: less("vmlinux"), o: Options{BTF: true}, err: "vmlinux is missing (profile modules: the types of the kernel"},
		{name: "no resolve_btfids", files: less(resolve), o: Options{BTF: true}, err: resolve + " is missing"},
		{name: "neither", files: less(resolve, "vmlinux"), o: Options{BTF: true}, err: resolve + " is missing"},
		{name: "kernel without", files: map[string]string{"vmlinux": ""}, o: Options{BTF: true}, err: "configured without CONFIG_DEBUG_INFO_BTF_MODULES"},
		{name: "vmlinux by include", files: whole, o: Options{Include: []string{"vmlinux"}}, has: []string{"vmlinux", resolve, "scripts/gen-btf.sh"}},
		{name: "vmlinux by include, no makefile names the others", files: with(less("scripts/Makefile.modfinal"), "scripts/Makefile.modfinal", ""), o: Options{Include: []string{"vmlinux"}}, has: []string{"vmlinux", resolve}},
		{name: "vmlinux by include, the others excluded", files: whole, o: Options{Include: []string{"vmlinux"}, Exclude: []string{resolve}}, has: []string{"vmlinux"}, hasNot: []string{resolve}, warn: "without " + resolve},
		{name: "vmlinux by include, of a kernel without BTF", files: with(whole, "include/config/auto.conf", "CONFIG_X86=y\n", "scripts/Makefile.modfinal", ""), o: Options{Include: []string{"vmlinux"}}, has: []string{"vmlinux"}, hasNot: []string{resolve}},
		{name: "vmlinux by include, nothing else", files: less(resolve), o: Options{Include: []string{"vmlinux"}}, has: []string{"vmlinux"}, warn: "without " + resolve},
		{name: "vmlinux by extra, of a kernel without BTF", files: map[string]string{"vmlinux": ""}, o: Options{Extra: []string{"vmlinux"}}, has: []string{"vmlinux"}},
	} {
		c.check(t, "BTF")
	}
	for _, c := range []struct {
		o    Options
		want string
	}{{Options{Profile: "headers", HostTools: "keep"}, "no module is built from profile headers"}, {Options{Profile: "modules", HostTools: "none"}, "resolve_btfids, which btf needs"}} {
		c.o.Arch, c.o.BTF = "x86", true
		if _, err := New(c.o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %q", err, c.want)
		}
	}
}
