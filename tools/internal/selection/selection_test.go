package selection

import (
	"slices"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/kernel"
)

func TestNewErrors(t *testing.T) {
	for _, c := range []struct {
		name string
		o    Options
		want []string
	}{
		{"no profile", Options{Arch: "x86"}, []string{`unknown profile ""`, "headers, modules, rfc"}},
		{"profile", Options{Profile: "all", Arch: "x86"}, []string{`"all"`, "headers, modules, rfc"}},
		{"arch", Options{Profile: "rfc", Arch: "x86_64"}, []string{`unknown architecture "x86_64"`, "arm64", "x86"}},
		{"glob", Options{Profile: "rfc", Arch: "x86", Include: []string{"a/[b"}}, []string{"include", `"a/[b"`}},
		{"dots", Options{Profile: "rfc", Arch: "x86", Exclude: []string{"a/../b"}}, []string{"exclude", `"a/../b"`, `".."`}},
		{"absolute", Options{Profile: "rfc", Arch: "x86", Include: []string{"/etc/*"}}, []string{"include", "absolute"}},
		{"empty", Options{Profile: "rfc", Arch: "x86", Include: []string{""}}, []string{"include", "empty"}},
		{"directory", Options{Profile: "rfc", Arch: "x86", Include: []string{"drivers/"}}, []string{`"drivers/**"`}},
		{"long form", Options{Profile: "rfc", Arch: "x86", Include: []string{"./a//*.h"}}, []string{`"a/*.h"`}},
		{"extra", Options{Profile: "rfc", Arch: "x86", Extra: []string{"../a"}}, []string{"extra", `"../a"`}},
		{"NUL", Options{Profile: "rfc", Arch: "x86", Extra: []string{"\x00a"}}, []string{"extra", "NUL"}},
	} {
		_, err := New(c.o)
		if err == nil {
			t.Errorf("%s: no error", c.name)
			continue
		}
		for _, want := range c.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %q does not say %q", c.name, err, want)
			}
		}
		if strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %q is more than one line", c.name, err)
		}
	}
}

func TestUserPatterns(t *testing.T) {
	s := mustNew(t, Options{
		Profile: "headers", Arch: "x86",
		Include: []string{"drivers/md/*.h", "tools/**", "include/**", "odd/?.h", "set/{a,b}.h", "[*].txt"},
		Exclude: []string{"include/sound/**", "**/*.old", "tools/secret"},
		Extra:   []string{"include/generated/compile.h", "tools/secret", "literal/*.h"},
	})
	r := s.ForKernel(kernel.Version{Major: 6, Minor: 1})
	for _, c := range []struct {
		path   string
		want   bool
		reason string
	}{
		{"include/linux/sched.h", true, "headers: kernel header"},
		{"include/sound/pcm.h", false, `exclude "include/sound/**"`},
		{"include/linux/sched.h.old", false, `exclude "**/*.old"`},
		{"include/config/auto.conf", true, `include "include/**"`},
		{"include/generated/compile.h", true, "extra"},
		{"include/generated/utsversion.h", false, "volatile: number and date of the build"},
		{"tools/.nfs000", false, "volatile: left behind by NFS"},
		{"tools/a/b/c", true, `include "tools/**"`},
		{"tools/secret", true, "extra"},
		{"tools", false, "not in profile headers"},
		{"literal/*.h", true, "extra"},
		{"literal/a.h", false, "not in profile headers"},
		{"drivers/md/dm.h", true, `include "drivers/md/*.h"`},
		{"drivers/md/sub/dm.h", false, "not in profile headers"},
		{"set/b.h", true, `include "set/{a,b}.h"`},
		{"*.txt", true, `include "[*].txt"`},
		{"a.txt", false, "not in profile headers"},
		{"odd/\xff.h", true, `include "odd/?.h"`},
		{"include/\xff\xfe \n'\".h", true, "headers: kernel header"},
		{"tools/\xe2\x28\xa1", true, `include "tools/**"`},
		{"arch/x86/include/asm/\x80.h", true, "headers: header of the architecture"},
		{"arch/arm/include/asm/page.h", false, "not in profile headers"},
		{"include.h", false, "not in profile headers"},
		{"include/.h", true, "headers: kernel header"},
	} {
		reason, ok := r.Match(c.path, false)
		if ok != c.want || reason != c.reason {
			t.Errorf("Match(%q) = %q, %v, want %q, %v", c.path, reason, ok, c.reason, c.want)
		}
		if ok && !s.MayMatch(c.path) {
			t.Errorf("MayMatch(%q) is false, Match is true", c.path)
		}
	}
}

// TestUserMode takes for um what its Makefile compiles with: headers of the
// processor that it runs on. No other architecture has two.
func TestUserMode(t *testing.T) {
	for _, profile := range []string{"headers", "modules", "rfc"} {
		for arch, want := range map[string]bool{"um": true, "arm64": false} {
			r := mustNew(t, Options{Profile: profile, Arch: arch}).ForKernel(kernel.Version{Major: 6, Minor: 12})
			for _, path := range []string{"arch/x86/include/asm/page.h", "arch/x86/include/generated/asm/rwonce.h", "arch/x86/um/asm/elf.h", "arch/x86/um/shared/sysdep/tls.h"} {
				if reason, ok := r.Match(path, false); ok != want {
					t.Errorf("profile %s for %s: %s is taken: %v, want %v (%s)", profile, arch, path, ok, want, reason)
				}
			}
		}
	}
}

func TestMayContain(t *testing.T) {
	plain := map[string]map[string]bool{
		"headers": {
			"": true, ".": true, "include": true, "include/linux/": true, "arch": true, "arch/x86": true,
			"arch/x86/include/asm": true, "arch/x86/kernel": false, "arch/arm": false, "drivers": false, "includes": false,
		},
		"modules": {
			"scripts": true, "scripts/mod": true, "scripts/dtc": false, "tools": true, "tools/objtool": true,
			"tools/perf": false, "arch/arm64": false, "certs": false,
		},
		"rfc": {
			"scripts/dtc": true, "scripts/dtc/include-prefixes": false, "scripts/dtc/include-prefixes/arm": false, "tools/perf": false,
		},
	}
	for profile, dirs := range plain {
		s := mustNew(t, Options{Profile: profile, Arch: "x86"})
		for dir, want := range dirs {
			if got := s.MayContain(dir); got != want {
				t.Errorf("%s: MayContain(%q) = %v, want %v", profile, dir, got, want)
			}
		}
	}
	s := mustNew(t, Options{Profile: "headers", Arch: "x86", Include: []string{"drivers/md/**/*.h", "to{ols,p}/x", "fixed/*/x.h", "braces/{a/b,c}/*.h"}, Extra: []string{"certs/a/b"}})
	for dir, want := range map[string]bool{"drivers": true, "drivers/md/a/b": true, "drivers/net": false, "certs/a": true, "certs/b": false, "tools": true, "tools/x": false, "certs/a/b": false,
		"fixed": true, "fixed/a": true, "fixed/a/b": false, "fix": false, "braces/a": true, "braces/a/b": true, "braces/a/b/c": false, "braces/b": false, "braces/c": true} {
		if got := s.MayContain(dir); got != want {
			t.Errorf("with patterns: MayContain(%q) = %v, want %v", dir, got, want)
		}
	}
}

// TestSecrets has names of keys and passwords, however they are written, and names
// that only look like one.
func TestSecrets(t *testing.T) {
	s := mustNew(t, Options{Profile: "headers", Arch: "x86", Include: []string{"**"}, Extra: []string{"a/extra.key"}})
	r := s.ForKernel(kernel.Version{})
	for _, path := range []string{
		"SIGNING_KEY.PEM", "a/Server.Key", "a/id_rsa", "a/ID_ED25519", "a/id_ecdsa_sk", "a/id_ed25519_sk", "key.p8", "a/b.PKCS12", "mok.ppk", "r.jks", "r.keystore", "p.kdbx",
		"secring.gpg", "prod.env", ".env", ".ENV.local", "_netrc", "a/.htpasswd", ".pgpass", ".pypirc", "a/.docker/config.json", ".kube/config", ".azure/x/y", ".bzr/README",
		"a/CVS/Root", "a/cvs/Root", ".jj/x", ".repo/manifest.xml", ".terraform/x.tfstate", "Certs/signing.x509", "Scripts/Basic/RandStruct.Seed",
	} {
		if reason, ok := r.Match(path, false); ok || !strings.HasPrefix(reason, "secret: ") || s.MayMatch(path) || s.Secret(path) == "" {
			t.Errorf("%s is taken, or is no secret: %q", path, reason)
		}
	}
	for _, path := range []string{
		"include/linux/key.h", "a/id_rsa.pub", "a/id_ed25519_sk.pub", "a/public.gpg", "a/pubring.gpg", "a/env", "a/x.environment", "a/CVS.h", "a/keystore", "a/secring", "a/docker/config", "a/extra.key",
	} {
		if reason, ok := r.Match(path, false); !ok || !s.MayMatch(path) {
			t.Errorf("%s is left out: %q", path, reason)
		}
	}
	for _, dir := range []string{"a/.docker", "CVS", ".Git"} {
		if s.MayContain(dir) {
			t.Errorf("%s is searched", dir)
		}
	}
}

// TestLeftOvers has what tools leave behind, which nothing but extra takes, and names
// that only look like that.
func TestLeftOvers(t *testing.T) {
	for _, profile := range []string{"headers", "rfc"} {
		s := mustNew(t, Options{Profile: profile, Arch: "x86", Include: []string{"**"}, Extra: []string{"include/a/.extra.h"}})
		r := s.ForKernel(kernel.Version{})
		for _, path := range []string{
			"include/linux/list.h.BACKUP.4242.h", "include/linux/list_BACKUP_4242.h", "include/linux/list_REMOTE_4242.h", "include/linux/list_BASE_1.h", "include/linux/list.LOCAL.7.h",
			"include/linux/.goutputstream-X1.h", "include/linux/.list.h.Ab12C3", "include/linux/.list.h.Ab12C3.h", "include/linux/.list.h", "include/generated/.tmp_utsrelease.h",
			"scripts/4913", "scripts/a.pyc", "scripts/__pycache__/a.txt", "scripts/.pc/a.patch/b.h", ".idea/x", "scripts/.vscode/x", "scripts/Makefile.lib.bak", "scripts/Makefile.lib.save",
			"include/a.h.mine", "include/a.h.swp", "scripts/mod/modpost.dpkg-new", "scripts/a.rpmsave", "scripts/a.rpmnew", "scripts/a.rpmorig",
		} {
			if reason, ok := r.Match(path, false); ok || !strings.HasPrefix(reason, "volatile: ") || s.MayMatch(path) {
				t.Errorf("%s: %s is taken: %q", profile, path, reason)
			}
		}
		for _, path := range []string{
			"include/linux/list_BASE.h", "include/linux/xt_LOCAL_A.h", "include/linux/bak.h", "include/linux/4913.h", "include/a49/14913", "include/a/.extra.h", "include/linux/tmp_a.h", "include/linux/save", "scripts/pc/a",
		} {
			if reason, ok := r.Match(path, false); !ok || !s.MayMatch(path) {
				t.Errorf("%s: %s is left out: %q", profile, path, reason)
			}
		}
		for _, dir := range []string{"scripts/__pycache__", ".idea", "include/.pc", ".tmp_versions"} {
			if s.MayContain(dir) {
				t.Errorf("%s: %s is searched", profile, dir)
			}
		}
	}
}

// TestExcludes has links and directories that exclude leaves out with all that they
// may lead to.
func TestExcludes(t *testing.T) {
	s := mustNew(t, Options{
		Profile: "rfc", Arch: "x86", Include: []string{"drivers/**"},
		Exclude: []string{"include/linux/a.h", "**/bad", "include/{sound,net}/**", "drivers/*/x/**", "scripts/mod"},
		Extra:   []string{"include/net/keep.h", "scripts/mod/bad/keep"},
	})
	for path, want := range map[string]struct{ excludes, contains bool }{
		"include/linux/a.h": {true, true}, "include/linux/b.h": {false, true}, "include/linux/bad": {true, true}, "include": {false, true},
		"include/sound": {true, false}, "include/sound/a": {true, false}, "include/sounds": {false, true}, "include/net": {false, true}, "include/net/a": {true, false},
		"drivers/x": {false, true}, "drivers/a/x": {true, false}, "drivers/a/x/y/z": {true, false}, "drivers/a/b/x": {false, true},
		"scripts/mod": {false, true}, "scripts/mod/bad": {false, true}, "scripts/mod/a": {false, true},
	} {
		if got := s.Excludes(path); got != want.excludes {
			t.Errorf("Excludes(%q) = %v", path, got)
		}
		if got := s.MayContain(path); got != want.contains {
			t.Errorf("MayContain(%q) = %v", path, got)
		}
	}
	if all := mustNew(t, Options{Profile: "headers", Arch: "x86", Exclude: []string{"**"}}); !all.Excludes("include") || all.MayContain("include") {
		t.Error("of a set without anything a directory is wanted")
	}
}

func TestMissing(t *testing.T) {
	with := func(paths ...string) func(string) bool {
		return func(p string) bool { return slices.Contains(paths, p) }
	}
	gen := []string{"include/generated/autoconf.h", "include/linux/kconfig.h"}
	kbuild := []string{
		"Makefile", "Module.symvers", "arch/x86/Makefile", "arch/x86/module.lds", "include/config/auto.conf", "include/config/kernel.release",
		"scripts/Kbuild.include", "scripts/subarch.include", "scripts/Makefile.build", "scripts/Makefile.lib", "scripts/Makefile.modpost",
		"scripts/Makefile.modfinal", "scripts/Makefile.clean", "scripts/Makefile.modinst", "scripts/Makefile.warn", "scripts/Makefile.compiler",
		"scripts/modules-check.sh", "scripts/module-common.c", "scripts/basic/fixdep", "scripts/mod/modpost", "scripts/depmod.sh",
	}
	less := func(drop string, more ...string) []string {
		return slices.DeleteFunc(slices.Concat(gen, kbuild, more), func(p string) bool { return p == drop })
	}
	for _, c := range []struct {
		name    string
		o       Options
		v       kernel.Version
		config  kernel.Config
		have    []string
		want    []string // parts of the messages, in order; none: no message
		warning string
	}{
		{name: "all", o: Options{Profile: "modules"}, have: less("")},
		{name: "no objtree", o: Options{Profile: "headers"}, have: gen[1:], want: []string{`include/generated/autoconf.h is missing (profile headers: the configuration as macros): run "make prepare"`}},
		{name: "no srctree", o: Options{Profile: "headers"}, have: gen[:1], want: []string{"include/linux/kconfig.h is missing"}},
		{name: "no symvers", o: Options{Profile: "modules"}, have: less("Module.symvers"), want: []string{"Module.symvers is missing (profile modules: addresses and versions of the kernel's symbols): it comes from a full kernel build or the distribution's headers package"}},
		{name: "excluded symvers", o: Options{Profile: "modules", Exclude: []string{"*.symvers"}}, have: less("Module.symvers")},
		{name: "rfc", o: Options{Profile: "rfc"}, have: less("Module.symvers"), want: []string{"Module.symvers is missing"}},
		{name: "linker script", o: Options{Profile: "modules"}, have: less("arch/x86/module.lds"), want: []string{"scripts/module.lds or arch/x86/module.lds is missing"}},
		{name: "no scripts", o: Options{Profile: "modules"}, have: slices.Concat(gen, kbuild[:6]), want: []string{
			"scripts/Kbuild.include, scripts/subarch.include, scripts/Makefile.build and 9 more files are missing (profile modules): give the whole scripts/",
			"scripts/basic/fixdep and scripts/mod/modpost are missing",
		}, warning: "scripts/depmod.sh is missing"},
		{name: "objtool, option not known", o: Options{Profile: "modules"}, have: less("")},
		{name: "objtool, option off", o: Options{Profile: "modules"}, config: kernel.Config{}, have: less("")},
		{name: "objtool, option on", o: Options{Profile: "modules"}, config: kernel.Config{"CONFIG_OBJTOOL": "y"}, have: less(""), want: []string{"tools/objtool/objtool is missing"}},
		{name: "old objtool", o: Options{Profile: "rfc"}, config: kernel.Config{"CONFIG_STACK_VALIDATION": "y"}, have: less(""), want: []string{"tools/objtool/objtool is missing"}},
		{name: "plugins, none on", o: Options{Profile: "modules"}, config: kernel.Config{"CONFIG_GCC_PLUGINS": "y"}, have: less("", "scripts/Makefile.gcc-plugins")},
		{name: "plugin", o: Options{Profile: "modules"}, config: kernel.Config{"CONFIG_GCC_PLUGIN_STACKLEAK": "y"}, have: less(""), want: []string{"scripts/gcc-plugins/stackleak_plugin.so is missing (profile modules: a plugin that the compiler loads for each object): run \"make modules_prepare\""}},
		{name: "plugin by a choice", o: Options{Profile: "rfc"}, config: kernel.Config{"CONFIG_GCC_PLUGIN_STRUCTLEAK_BYREF_ALL": "y"}, have: less(""), want: []string{"scripts/gcc-plugins/structleak_plugin.so is missing"}},
		{name: "plugin there", o: Options{Profile: "modules"}, config: kernel.Config{"CONFIG_GCC_PLUGIN_STACKLEAK": "y"}, have: less("", "scripts/gcc-plugins/stackleak_plugin.so")},
		{name: "plugin, no programs", o: Options{Profile: "modules", HostTools: "none"}, config: kernel.Config{"CONFIG_GCC_PLUGINS": "y"}, have: less("", "scripts/Makefile.gcc-plugins", "scripts/basic/fixdep.c", "scripts/mod/modpost.c"), want: []string{"host tools mode none leaves out scripts/gcc-plugins/*.so"}},
		{name: "extra", o: Options{Profile: "headers", Extra: []string{"b", "Makefile", "a"}}, have: less(""), want: []string{`extra file "a" is not in the tree`, `extra file "b"`}},
		{name: "newer kernel", o: Options{Profile: "modules"}, v: kernel.Version{Major: 99, Minor: 0}, have: less(""), warning: "kernel 99.0 is newer than 7.2, the newest that profile modules was checked with: build a small external module"},
		{name: "older kernel", o: Options{Profile: "headers"}, v: kernel.Version{Major: 4, Minor: 19}, have: less(""), warning: "kernel 4.19 is older than 5.10"},
		{name: "no version", o: Options{Profile: "modules"}, v: kernel.Version{Major: -1, Minor: 0}, have: gen, want: []string{"Makefile is missing", "arch/x86/Makefile", "Module.symvers", "auto.conf", "and 4 more files", "modpost"}, warning: "the kernel's version is not known"},
	} {
		c.o.Arch = "x86"
		switch c.v {
		case kernel.Version{}:
			c.v = kernel.Version{Major: 7, Minor: 2}
		case kernel.Version{Major: -1, Minor: 0}:
			c.v = kernel.Version{}
		}
		r := mustNew(t, c.o).ForKernel(c.v)
		if c.config != nil {
			r = r.WithConfig(c.config)
		}
		got := r.Missing(with(c.have...))
		if len(got) != len(c.want) {
			t.Errorf("%s: Missing = %q, want %q", c.name, got, c.want)
			continue
		}
		for i := range got {
			if !strings.Contains(got[i], c.want[i]) || strings.Contains(got[i], "\n") {
				t.Errorf("%s: message %q does not say %q in one line", c.name, got[i], c.want[i])
			}
		}
		warnings := strings.Join(r.Warnings(with(c.have...)), "\n")
		if c.warning == "" && warnings != "" || !strings.Contains(warnings, c.warning) {
			t.Errorf("%s: Warnings = %q, want %q", c.name, warnings, c.warning)
		}
	}
}

// TestCheckedVersions warns of kernels older and newer than those that the
// profile was checked with, and between them, and of none of them.
func TestCheckedVersions(t *testing.T) {
	s := mustNew(t, Options{Profile: "headers", Arch: "x86"})
	for v, want := range map[kernel.Version]string{
		{Major: 5, Minor: 9}:  "kernel 5.9 is older than 5.10, the oldest that profile headers was checked with: ",
		{Major: 5, Minor: 10}: "",
		{Major: 7, Minor: 2}:  "",
		{Major: 5, Minor: 15}: "kernel 5.15 is between 5.10 and 6.1, which profile headers was checked with, but not with it: ",
		{Major: 6, Minor: 6}:  "kernel 6.6 is between 6.1 and 6.12, which profile headers was checked with, but not with it: ",
		{Major: 7, Minor: 1}:  "kernel 7.1 is between 6.12 and 7.2, which profile headers was checked with, but not with it: ",
		{Major: 6, Minor: 12}: "",
		{Major: 7, Minor: 3}:  "kernel 7.3 is newer than 7.2, the newest that profile headers was checked with: ",
	} {
		got := strings.Join(s.ForKernel(v).Warnings(func(string) bool { return true }), "\n")
		if (want == "") != (got == "") || !strings.HasPrefix(got, want) {
			t.Errorf("%v: %q, want %q", v, got, want)
		}
	}
}

// TestCheckedArchitectures warns of those that the profile was not checked with.
func TestCheckedArchitectures(t *testing.T) {
	for _, c := range []struct{ profile, arch, want string }{
		{"headers", "arm", ""},
		{"headers", "riscv", "kernel 6.1 is none of those that profile headers was checked with on riscv (6.12): "},
		{"headers", "s390", "kernel 6.1 is none of those that profile headers was checked with on s390 (7.2): "},
		{"headers", "x86", ""},
		{"headers", "sparc", "architecture sparc is none of those that profile headers was checked with (arm, arm64, "},
		{"modules", "riscv", "kernel 6.1 is none of those that profile modules was checked with on riscv (6.12): build a small external module"},
		{"modules", "mips", "architecture mips is none of those that profile modules was checked with (arm, arm64, "},
		{"rfc", "s390", "architecture s390 is none of those that profile rfc was checked with (arm64, x86): "},
	} {
		s := mustNew(t, Options{Profile: c.profile, Arch: c.arch})
		got := strings.Join(s.ForKernel(kernel.Version{Major: 6, Minor: 1}).Warnings(func(string) bool { return true }), "\n")
		if (c.want == "") != (got == "") || !strings.HasPrefix(got, c.want) {
			t.Errorf("%s, %s: %q, want %q", c.profile, c.arch, got, c.want)
		}
	}
}

// TestDescribe names up to three of the files that are absent.
func TestDescribe(t *testing.T) {
	var rows []*row
	for _, want := range []string{
		"a or A is missing (profile p: why)",
		"a or A and b are missing (profile p)",
		"a or A, b and c are missing (profile p)",
		"a or A, b, c and 1 more files are missing (profile p)",
		"a or A, b, c and 2 more files are missing (profile p)",
	} {
		alts := []string{string(rune('a' + len(rows)))}
		if len(rows) == 0 {
			alts = append(alts, "A")
		}
		rows = append(rows, &row{alts: alts, why: "why"})
		if got := describe(rows, "p"); got != want {
			t.Errorf("%d files: %q, want %q", len(rows), got, want)
		}
	}
}

// TestBarred leaves out for roots what is excluded or volatile, unless extra
// brings it back.
func TestBarred(t *testing.T) {
	s := mustNew(t, Options{Profile: "headers", Arch: "x86", Exclude: []string{"include/sound/**"}, Extra: []string{"include/sound/core.h", "include/generated/compile.h"}})
	r := s.ForKernel(kernel.Version{Major: 6, Minor: 1})
	for path, want := range map[string]bool{
		"include/sound/pcm.h": true, "include/sound/core.h": false, "include/generated/utsversion.h": true, "include/generated/compile.h": false,
		"include/linux/.nfs01": true, "include/linux/sched.h": false, "kernel/fork.c": false,
	} {
		if got := r.Barred(path); got != want {
			t.Errorf("%s is barred: %v", path, got)
		}
	}
}
