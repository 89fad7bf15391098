package locate

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const (
	topMakefile = "VERSION = 6\nPATCHLEVEL = 1\n"
	modpost     = "scripts/mod/modpost"
)

// machine makes files below a temporary directory; a content that begins with
// "-> " makes a link.
func machine(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, content := range files {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		var err error
		if to, ok := strings.CutPrefix(content, "-> "); ok {
			err = os.Symlink(strings.ReplaceAll(to, "ROOT", root), path)
		} else {
			err = os.WriteFile(path, []byte(strings.ReplaceAll(content, "ROOT", root)), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// in puts a tree below a directory.
func in(files map[string]string, dir string, trees ...map[string]string) map[string]string {
	if files == nil {
		files = map[string]string{}
	}
	for _, tree := range trees {
		for name, content := range tree {
			files[dir+"/"+name] = content
		}
	}
	return files
}

var (
	source = map[string]string{
		"Makefile":                 topMakefile,
		"include/linux/kconfig.h":  "",
		"arch/x86/Makefile":        "",
		"arch/arm64/Makefile":      "",
		"arch/um/Makefile":         "",
		"scripts/Makefile.modpost": "",
	}
	configured = map[string]string{
		".config":                          "#\n# Automatically generated file; DO NOT EDIT.\n# Linux/x86_64 6.1.7 Kernel Configuration\n",
		"include/generated/autoconf.h":     "",
		"include/generated/utsrelease.h":   "#define UTS_RELEASE \"6.1.7-test\"\n",
		"include/config/auto.conf":         "CONFIG_X86=y\n",
		"arch/x86/include/generated/a/a.h": "",
	}
	built = map[string]string{modpost: "", "scripts/basic/fixdep": "", "Module.symvers": ""}
)

func TestReadSmall(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "f"), make([]byte, 512<<10+1), 0o644); err != nil {
		t.Fatal(err)
	}
	if n := len(readSmall(dir, "f")); n != 512<<10 {
		t.Errorf("%d bytes are read, want %d", n, 512<<10)
	}
	if s := readSmall(dir); s != "" {
		t.Errorf("of a directory %q is read", s)
	}
}

func TestFind(t *testing.T) {
	debian := func(makefile string) map[string]string {
		files := in(nil, "usr/src/headers-common", source)
		in(files, "usr/src/headers-amd64", configured, built, map[string]string{"Makefile": makefile})
		files["lib/modules/6.1.7/build"] = "-> ROOT/usr/src/headers-amd64"
		files["lib/modules/6.1.7/source"] = "-> ROOT/usr/src/headers-common"
		return files
	}
	usual := "include ROOT/usr/src/headers-common/Makefile\n"
	for _, c := range []struct {
		name             string
		files            map[string]string
		dir, arch        string
		srctree, objtree string
		wantArch         string
	}{
		{name: "in its source tree", files: in(nil, "linux", source, configured, built), dir: "linux", srctree: "linux"},
		{name: "build directory below", files: in(in(nil, "linux", source), "linux/out", configured, built, map[string]string{"Makefile": "# made\ninclude ../Makefile\n"}), dir: "linux/out", srctree: "linux", objtree: "linux/out"},
		{name: "Makefile of 6.13", files: in(in(nil, "linux", source), "out", configured, built, map[string]string{"Makefile": "export KBUILD_OUTPUT = ROOT/out\ninclude ROOT/linux/Makefile\n"}), dir: "out", srctree: "linux", objtree: "out"},
		{name: "no Makefile, a link", files: in(in(nil, "linux", source), "out", configured, built, map[string]string{"source": "-> ../linux"}), dir: "out", srctree: "out/source", objtree: "out"},
		{name: "no Makefile, a link beside", files: in(in(map[string]string{"lib/modules/6/source": "-> ROOT/linux"}, "linux", source), "lib/modules/6/build", configured, built), dir: "lib/modules/6/build", srctree: "lib/modules/6/source", objtree: "lib/modules/6/build"},
		{name: "Debian, build", files: debian(usual), dir: "lib/modules/6.1.7/build", srctree: "lib/modules/6.1.7/source", objtree: "lib/modules/6.1.7/build"},
		{name: "Debian, the release", files: debian(usual), dir: "lib/modules/6.1.7", srctree: "lib/modules/6.1.7/source", objtree: "lib/modules/6.1.7/build"},
		{name: "Debian, the package", files: debian(usual), dir: "usr/src/headers-amd64", srctree: "usr/src/headers-common", objtree: "usr/src/headers-amd64"},
		{name: "Debian, unpacked elsewhere", files: debian("include /nowhere/headers-common/Makefile\n"), dir: "usr/src/headers-amd64", srctree: "usr/src/headers-common", objtree: "usr/src/headers-amd64"},
		{name: "Debian, unpacked elsewhere, and installed", files: in(debian("include ROOT/installed/headers-common/Makefile\n"), "installed/headers-common", source), dir: "usr/src/headers-amd64", srctree: "usr/src/headers-common", objtree: "usr/src/headers-amd64"},
		{name: "Debian, unpacked elsewhere, and installed, build", files: in(debian("include ROOT/installed/headers-common/Makefile\n"), "installed/headers-common", source), dir: "lib/modules/6.1.7/build", srctree: "lib/modules/6.1.7/source", objtree: "lib/modules/6.1.7/build"},
		{name: "one link for both", files: in(map[string]string{"lib/modules/6/build": "-> ROOT/src"}, "src", source, configured, built), dir: "lib/modules/6/build", srctree: "lib/modules/6/build"},
		{name: "the .config decides", files: in(nil, "linux", source, configured, built, map[string]string{"arch/arm64/include/generated/a.h": ""}), dir: "linux", srctree: "linux"},
		{name: "named", files: in(nil, "linux", source, configured, built), dir: "linux", arch: "aarch64", srctree: "linux", wantArch: "arm64"},
		{name: "user-mode Linux", files: in(nil, "linux", source, configured, built, map[string]string{"arch/um/include/generated/a.h": "", "include/config/auto.conf": "CONFIG_UML=y\n"}), dir: "linux", srctree: "linux", wantArch: "um"},
	} {
		t.Run(c.name, func(t *testing.T) {
			root := machine(t, c.files)
			k, err := Find(filepath.Join(root, c.dir), c.arch)
			if err != nil {
				t.Fatal(err)
			}
			want := Kernel{Srctree: filepath.Join(root, c.srctree), Arch: "x86", Release: "6.1.7-test", Configured: true, Tools: true, Symvers: true}
			if c.objtree != "" {
				want.Objtree = filepath.Join(root, c.objtree)
			}
			if c.wantArch != "" {
				want.Arch = c.wantArch
			}
			if *k != want {
				t.Errorf("got %+v\nwant %+v", *k, want)
			}
			if err := k.Check(true, true); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestBuiltArches(t *testing.T) {
	both := map[string]string{"arch/um/include/generated/a.h": "", "arch/x86/include/generated/a.h": ""}
	for config, want := range map[string]string{"CONFIG_UML=y\nCONFIG_X86_64=y\n": "um", "CONFIG_X86_64=y\n": "um x86", "# CONFIG_UML is not set\n": "um x86"} {
		root := machine(t, in(nil, "o", both, map[string]string{"include/config/auto.conf": config}))
		if got := strings.Join(BuiltArches(filepath.Join(root, "o")), " "); got != want {
			t.Errorf("of a .config that says %q: %q, want %q", config, got, want)
		}
	}
}

func TestFindErrors(t *testing.T) {
	noHeader := map[string]string{".config": "", "include/config/auto.conf": "", "include/generated/autoconf.h": "", "include/generated/utsrelease.h": ""}
	for _, c := range []struct {
		name      string
		files     map[string]string
		dir, arch string
		want      string
	}{
		{"nothing there", nil, "gone", "", "no such file or directory: name a kernel's source tree"},
		{"a file", map[string]string{"file": ""}, "file", "", "is not a directory"},
		{"something else", map[string]string{"dir/README": ""}, "dir", "", "is neither a kernel's source tree nor its build directory"},
		{"a link to nothing", map[string]string{"6.1/build": "-> /nowhere/linux"}, "6.1", "", `leads to "/nowhere/linux", which is not there: install the kernel's headers (Debian: linux-headers-6.1)`},
		{"no source tree", in(nil, "out", configured, map[string]string{"Makefile": "include /nowhere/src/Makefile\n"}), "out", "", `names the source tree "/nowhere/src", and there is none: install it`},
		{"does not say", in(nil, "out", configured), "out", "", "does not say where its source tree is: link it as"},
		{"unknown architecture", in(nil, "linux", source, configured), "linux", "pdp11", `unknown architecture "pdp11"`},
		{"not in the tree", in(nil, "linux", source, configured), "linux", "riscv", "has no arch/riscv"},
		{"a link beside, but not of a build directory's name", in(in(map[string]string{"source": "-> ROOT/linux"}, "linux", source), "out", configured, built), "out", "", "does not say where its source tree is: link it as"},
		{"a link to nothing as a source tree", in(map[string]string{"out/source": "-> /nowhere/linux"}, "out", configured), "out", "", "does not say where its source tree is"},
		{"an architecture that the tree lacks", in(nil, "linux", source, noHeader, map[string]string{".config": "# Linux/riscv 6.1.7 Kernel Configuration\n"}), "linux", "", "does not say what architecture it was built for: name it by --arch"},
		{"no architecture", in(nil, "linux", source, noHeader), "linux", "", "does not say what architecture it was built for: name it by --arch"},
		{"several", in(nil, "linux", source, noHeader, map[string]string{"arch/x86/include/generated/a.h": "", "arch/arm64/include/generated/a.h": ""}), "linux", "", "was built for several architectures (arm64, x86): name one by --arch"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Find(filepath.Join(machine(t, c.files), c.dir), c.arch)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}

func TestCheck(t *testing.T) {
	made := map[string]string{"Makefile": "include ../src/Makefile\n"}
	for _, c := range []struct {
		name           string
		files          map[string]string
		dir            string
		modules, tools bool
		want           string
	}{
		{"bare", in(nil, "src", source), "src", false, false, "`make -C ROOT/src defconfig prepare modules_prepare`"},
		{"configured only", in(nil, "src", source, map[string]string{".config": ""}), "src", false, false, "`make -C ROOT/src prepare modules_prepare`"},
		{"an empty build directory", in(in(nil, "src", source), "out", made, map[string]string{".config": ""}), "out", false, false, "`make -C ROOT/src O=ROOT/out prepare modules_prepare`"},
		{"no tools", in(nil, "src", source, configured), "src", false, true, "`make -C ROOT/src modules_prepare`, or leave the module out by --no-module"},
		{"no tools, none needed", in(nil, "src", source, configured), "src", false, false, ""},
		{"no Module.symvers", in(in(nil, "src", source), "my out", made, configured), "my out", true, false, "Module.symvers, which --profile=modules takes and a full build makes: run `make -C ROOT/src O='ROOT/my out'`"},
		{"no Module.symvers, none needed", in(nil, "src", source, configured), "src", false, false, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			root := machine(t, c.files)
			k, err := Find(filepath.Join(root, c.dir), "")
			if err != nil {
				t.Fatal(err)
			}
			err = k.Check(c.modules, c.tools)
			want := strings.ReplaceAll(c.want, "ROOT", root)
			if (want == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), want) {
				t.Errorf("got %v, want %s", err, want)
			}
		})
	}
}

func TestClassify(t *testing.T) {
	root := machine(t, map[string]string{
		"kbuild/Kbuild":                     "obj-m += a.o\n",
		"makefile/Makefile":                 "ifneq ($(KERNELRELEASE),)\nobj-$(CONFIG_A) := a.o\nendif\n",
		"program/Makefile":                  "all:\n\tcc a.c\n# obj-m\n",
		"version/Makefile":                  topMakefile,
		"include/Makefile":                  "include ../linux/Makefile\n", // of a program, it may be
		"built/Makefile":                    "include ../linux/Makefile\n",
		"built/.config":                     "",
		"bare/include/generated/autoconf.h": "",
		"half/Makefile":                     topMakefile,
		"half/arch/x86":                     "",
	})
	for dir, want := range map[string]Kind{"kbuild": Module, "makefile": Module, "program": Other, "version": Other, "gone": Other, "include": Other, "built": Build, "bare": Build, "half": Other} {
		if got := Classify(filepath.Join(root, dir)); got != want {
			t.Errorf("%s: got %d, want %d", dir, got, want)
		}
	}
}

func TestRunning(t *testing.T) {
	root := machine(t, map[string]string{"6.1/build/Makefile": topMakefile})
	if dir, err := Running(root, "6.1"); err != nil || dir != root+"/6.1/build" {
		t.Errorf("got %q, %v", dir, err)
	}
	_, err := Running(root, "6.2-amd64")
	if err == nil || !strings.Contains(err.Error(), "no such file or directory): install them (Debian: linux-headers-6.2-amd64)") {
		t.Errorf("got %v", err)
	}
}
