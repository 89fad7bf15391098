package verify

import "testing"

// TestSources shows which files are looked into, and where a source of one
// subsystem finds its headers.
func TestSources(t *testing.T) {
	const gone = ":1: #include \"gone.h\": the archive has no such header"
	for _, c := range []struct {
		path, text string
		arch       string
		tree       []string
		want       string
	}{
		{path: "fs/ext4/ext4.h", text: "#include \"gone.h\"", want: "fs/ext4/ext4.h" + gone},
		{path: "kernel/a.c", text: "#include \"gone.h\"", want: "kernel/a.c" + gone},
		{path: "arch/x86/entry/a.S", text: "#include \"gone.h\"", want: "arch/x86/entry/a.S" + gone},
		{path: "scripts/module-common.c", text: "#include \"gone.h\"", want: "scripts/module-common.c" + gone},
		{path: "scripts/mod/modpost.c", text: "#include \"gone.h\""},
		{path: "tools/include/a.h", text: "#include \"gone.h\""},
		{path: "arch/x86/boot/tools/build.c", text: "#include \"gone.h\""},
		{path: "arch/x86/tools/relocs.h", text: "#include \"gone.h\""},
		{path: "arch/arm64/include/asm/a.h", text: "#include \"gone.h\"", arch: "x86"},
		{path: "arch/arm/mach-x/include/mach/a.h", text: "#include \"gone.h\"", arch: "arm", want: "arch/arm/mach-x/include/mach/a.h" + gone},
		{path: "arch/x86/include/asm/b.h", text: "#include \"gone.h\"", arch: "um", want: "arch/x86/include/asm/b.h" + gone},
		{path: "fs/ext4/ext4.h", text: "#include \"deep.h\"", tree: []string{"fs/ext4/inc/deep.h"}, want: "fs/ext4/ext4.h:1: #include \"deep.h\": the archive has not the tree's fs/ext4/inc/deep.h"},
		{path: "fs/ext4/ext4.h", text: "#include \"deep.h\"", tree: []string{"net/deep.h"}, want: "fs/ext4/ext4.h:1: #include \"deep.h\": the archive has no such header"},
		{path: "fs/ext4/ext4.h", text: "#include <linux/kconfig.h>\n#include \"ext4.h\"\n#include \"../ext4/ext4.h\"\n"},
		{path: "arch/x86/kvm/a.h", text: "#include <kvm/a.h>\n"},
		{path: "include/linux/r.h", text: "#define CONFIG_R 1\n#ifdef CONFIG_R\n#include \"gone.h\"\n#endif", want: "include/linux/r.h:3: #include \"gone.h\": the archive has no such header"},
		{path: "include/linux/r.h", text: "# undef CONFIG_SET\n#if !IS_ENABLED(CONFIG_SET)\n#include \"gone.h\"\n#endif", want: "include/linux/r.h:3: #include \"gone.h\": the archive has no such header"},
		{path: "include/linux/r.h", text: "#if -1 > 0u\n#include \"gone.h\"\n#endif", want: "include/linux/r.h:2: #include \"gone.h\": the archive has no such header"},
	} {
		arch := c.arch
		if arch == "" {
			arch = "x86"
		}
		if got := find(t, pack(t, wholeKernel(c.path, c.text), nil), Options{Arch: arch, Tree: c.tree}); got != c.want {
			t.Errorf("%s %q:\ngot  %s\nwant %s", c.path, c.text, got, c.want)
		}
	}
}
