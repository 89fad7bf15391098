package verify

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha1"
	"fmt"
	"math/rand"
	"path"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/kernel"
)

// pack writes files, with the directories they need, as the archive action
// does. change may spoil the headers.
func pack(t *testing.T, files map[string]string, change func([]*tar.Header) []*tar.Header) []byte {
	t.Helper()
	all := map[string]*tar.Header{}
	for p, text := range files {
		all[p] = &tar.Header{Typeflag: tar.TypeReg, Name: "./" + p, Mode: 0o644, Size: int64(len(text))}
		for d := path.Dir(p); all[d] == nil; d = path.Dir(d) {
			all[d] = &tar.Header{Typeflag: tar.TypeDir, Name: "./" + d + "/", Mode: 0o755}
			if d == "." {
				all[d].Name = "./"
				break
			}
		}
	}
	names := make([]string, 0, len(all))
	for n := range all {
		names = append(names, n)
	}
	sort.Strings(names)
	var list []*tar.Header
	for _, n := range names {
		all[n].ModTime = time.Unix(0, 0)
		list = append(list, all[n])
	}
	if change != nil {
		list = change(list)
	}
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, h := range list {
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if h.Typeflag == tar.TypeReg {
			w.Write([]byte(files[strings.TrimPrefix(h.Name, "./")]))
		}
	}
	w.Close()
	return b.Bytes()
}

// wholeKernel is a whole archive: no header is missing.
func wholeKernel(more ...string) map[string]string {
	files := map[string]string{
		"include/generated/autoconf.h":   "#define CONFIG_SET 1\n",
		"include/generated/utsrelease.h": "#define UTS_RELEASE \"6.1.0-test\"\n",
		"include/linux/kconfig.h":        "#include <generated/autoconf.h>\n",
		"include/linux/compiler_types.h": "", "include/linux/compiler-version.h": "",
		"arch/x86/include/asm/a.h": "#include <linux/kconfig.h>\n#ifdef CONFIG_UNSET\n#include <asm/gone.h>\n#endif\n",
	}
	for i := 0; i < len(more); i += 2 {
		files[more[i]] = more[i+1]
	}
	return files
}

func find(t *testing.T, b []byte, o Options) string {
	t.Helper()
	res, err := Check(bytes.NewReader(b), o)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(res.Errors, "\n")
}

func TestIncludes(t *testing.T) {
	for _, c := range []struct {
		name, text string
		exceptions []string
		want       string
	}{
		{"whole", "#include <linux/kconfig.h>\n#include \"kconfig.h\"\n", nil, ""},
		{"missing", "\n#include <linux/gone.h>", nil, "include/linux/x.h:2: #include <linux/gone.h>: the archive has no such header"},
		{"missing beside", "#include \"gone.h\"", nil, "include/linux/x.h:1: #include \"gone.h\": the archive has no such header"},
		{"option set", "#ifdef CONFIG_SET\n#include <linux/gone.h>\n#endif", nil, "include/linux/x.h:2: #include <linux/gone.h>: the archive has no such header"},
		{"option not set", "#if IS_ENABLED(CONFIG_UNSET)\n#include <linux/gone.h>\n#elif defined(CONFIG_SET)\n#else\n#include <linux/gone.h>\n#endif", nil, ""},
		{"unknown condition", "#ifdef WHO_KNOWS\n#include <linux/gone.h>\n#endif", nil, "include/linux/x.h:2: #include <linux/gone.h>: the archive has no such header"},
		{"after an unknown one", "#ifdef WHO_KNOWS\n#else\n#ifdef CONFIG_UNSET\n#include <linux/gone.h>\n#endif\n#endif", nil, ""},
		{"user space", "#ifndef __KERNEL__\n#include <stdio.h>\n#endif", nil, ""},
		{"compiler's", "#include <stdarg.h>\n#include <stddef.h>", nil, ""},
		{"has_include", "#if __has_include(<linux/gone.h>)\n#include <linux/gone.h>\n#endif\n#if !__has_include(\"kconfig.h\")\n#include <linux/gone.h>\n#endif", nil, ""},
		{"excused", "#include <linux/gone.h>", []string{"include/linux/x.h linux/g*.h"}, ""},
		{"excused whatever", "#include <a.h>\n#include \"b/c.h\"", []string{"include/linux/*"}, ""},
		{"excuse of another file", "#include <linux/gone.h>", []string{"include/linux/y.h"}, "include/linux/x.h:1: #include <linux/gone.h>: the archive has no such header\nexception \"include/linux/y.h\" excuses nothing: take it out"},
		{"stale", "", []string{"include/linux/x.h"}, "exception \"include/linux/x.h\" excuses nothing: take it out"},
		{"control character", "#include <a\x1b.h>", nil, "include/linux/x.h:1: #include \"<a\\x1b.h>\": the archive has no such header"},
	} {
		b := pack(t, wholeKernel("include/linux/x.h", c.text), nil)
		if got := find(t, b, Options{Exceptions: c.exceptions}); got != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", c.name, got, c.want)
		}
	}
}

func TestContents(t *testing.T) {
	b := pack(t, wholeKernel("include/linux/sched.h", "", "include/generated/compile.h", ""), nil)
	got := find(t, b, Options{MustContain: []string{"include/linux/sched.h", "include/net/**"}, MustNotContain: []string{"**/*.c", "**/sched.h"}})
	want := "must_contain \"include/net/**\": no file matches\n" +
		"must_not_contain \"**/sched.h\": \"include/linux/sched.h\" matches\n" +
		"\"include/generated/compile.h\" changes with every build (volatile: user, host and compiler of the build): leave it out"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := find(t, b, Options{Extra: []string{"include/generated/compile.h"}}); got != "" {
		t.Error(got)
	}
	res, err := Check(bytes.NewReader(b), Options{Extra: []string{"include/generated/compile.h"}})
	if err != nil || res.Arch != "x86" || res.Release != "6.1.0-test" || res.Files != 8 || res.Includes != 3 {
		t.Errorf("%+v %v", res, err)
	}
}

// TestVendorPath has headers in directories that makefiles of the archive add to
// the search path.
func TestVendorPath(t *testing.T) {
	const dir = "drivers/vendor/include"
	top := []string{"Makefile", "LINUXINCLUDE += -I$(srctree)/" + dir + "\n", "include/linux/x.h", "#include <vendor/y.h>\n"}
	forced := []string{"Makefile", "LINUXINCLUDE += -include $(srctree)/" + dir + "/vendor/y.h\n"}
	const gone = "include/linux/x.h:1: #include <vendor/y.h>: the archive has no such header"
	for _, c := range []struct {
		name  string
		files []string
		tree  []string
		want  string
	}{
		{"found", append(slices.Clone(top), dir+"/vendor/y.h", ""), nil, ""},
		{"by the architecture", []string{"arch/x86/Makefile", "KBUILD_CPPFLAGS += -isystem $(srctree)/" + dir, "include/linux/x.h", "#include <vendor/y.h>\n", dir + "/vendor/y.h", ""}, nil, ""},
		{"by an included makefile", []string{"Makefile", "include $(srctree)/oem/rules.mk\n", "oem/rules.mk", "include $(srctree)/oem/flags", "oem/flags", "USERINCLUDE += -I$(srctree)/" + dir, "include/linux/x.h", "#include <vendor/y.h>\n", dir + "/vendor/y.h", ""}, nil, ""},
		{"by one of several", []string{"Makefile", "include $(srctree)/oem/$(BOARD).mk\n", "oem/a.mk", "LINUXINCLUDE += -I$(srctree)/" + dir, "include/linux/x.h", "#include <vendor/y.h>\n", dir + "/vendor/y.h", ""}, nil, ""},
		{"from another of the vendor's", append(slices.Clone(top), dir+"/vendor/y.h", "#include <vendor/z.h>", dir+"/vendor/z.h", "#include <linux/x.h>"), nil, ""},
		{"not there", top, nil, gone},
		{"in another directory", append(slices.Clone(top), "drivers/other/include/vendor/y.h", ""), nil, gone},
		{"no makefile names it", []string{"Makefile", "", "include/linux/x.h", "#include <vendor/y.h>\n", dir + "/vendor/y.h", ""}, nil, gone},
		{"no makefile", []string{"include/linux/x.h", "#include <vendor/y.h>\n", dir + "/vendor/y.h", ""}, nil, ""},
		{"no makefile, nor a directory for headers", []string{"include/linux/x.h", "#include <vendor/y.h>\n", "drivers/vendor/vendor/y.h", ""}, nil, ""},
		{"no makefile, and another header", []string{"include/linux/x.h", "#include <vendor/y.h>\n", "drivers/vendor/z.h", ""}, []string{"fs/vendor/y.h"}, gone},
		{"no makefile, and a quoted name", []string{"include/linux/x.h", "#include \"vendor/y.h\"\n", dir + "/vendor/y.h", ""}, nil, "include/linux/x.h:1: #include \"vendor/y.h\": the archive has no such header"},
		{"no makefile, and a bare name", []string{"include/linux/x.h", "#include <y.h>\n", dir + "/vendor/y.h", ""}, nil, "include/linux/x.h:1: #include <y.h>: the archive has no such header"},
		{"no makefile, and below the search path", []string{"include/linux/x.h", "#include <vendor/y.h>\n", "include/oem/vendor/y.h", "", "arch/x86/include/asm/vendor/y.h", ""}, nil, gone},
		{"no makefile, and of programs", []string{"include/linux/x.h", "#include <vendor/y.h>\n", "tools/include/vendor/y.h", "", "scripts/oem/vendor/y.h", ""}, nil, gone},
		{"no makefile, and of another architecture", []string{"include/linux/x.h", "#include <vendor/y.h>\n", "arch/mips/oem/vendor/y.h", "", "arch/x86/include/generated/asm/b.h", ""}, nil, gone},
		{"no makefile, and in the tree alone", []string{"include/linux/x.h", "#include <vendor/y.h>\n"}, []string{dir + "/vendor/y.h"}, gone},
		{"included by any name", []string{"Makefile", "include $(srctree)/oem/rules.txt\ninclude oem/gcc.h", "oem/rules.txt", "D := " + dir + "\ninclude oem/last.json", "oem/last.json", "$(eval include oem/flags.py)", "oem/flags.py", "KBUILD_CFLAGS += -I$(D)", "include/linux/x.h", "#include <vendor/y.h>\n", dir + "/vendor/y.h", "", "oem/gcc.h", ""}, nil, ""},
		{"included by a name that make works out", []string{"Makefile", "OEM := oem\ninclude $(addsuffix /flags,$(addprefix $(srctree)/,$(OEM)))\n", "oem/flags", "ccflags-y += -I$(srctree)/" + dir, "include/linux/x.h", "#include <vendor/y.h>\n", dir + "/vendor/y.h", ""}, nil, ""},
		{"the top of the tree", []string{"Makefile", "LINUXINCLUDE += -I$(srctree)\n", "include/linux/x.h", "#include <oem/y.h>\n", "oem/y.h", ""}, nil, ""},
		{"before every source by its name", []string{"Makefile", "LINUXINCLUDE += -I$(srctree)/oem -include all.h\n"}, []string{"oem/all.h"}, "oem/all.h, which the tree has, is missing: a makefile has it included before every source file"},
		{"before every source, in the top of the tree", []string{"Makefile", "LINUXINCLUDE += -include all.h\n", "all.h", "#include \"gone.h\"\n"}, []string{"all.h"}, "all.h:1: #include \"gone.h\": the archive has no such header"},
		{"by an option that is off", []string{"Makefile", "LINUXINCLUDE-$(CONFIG_OEM) += -I$(srctree)/" + dir, "include/config/auto.conf", "CONFIG_X86=y\n", "include/linux/x.h", "#include <vendor/y.h>\n", dir + "/vendor/y.h", ""}, nil, gone},
		{"in the tree alone", top, []string{dir + "/vendor/y.h"}, "include/linux/x.h:1: #include <vendor/y.h>: the archive has not the tree's " + dir + "/vendor/y.h"},
		{"missed by the vendor's", append(slices.Clone(top), dir+"/vendor/y.h", "#include <vendor/gone.h>"), nil, dir + "/vendor/y.h:1: #include <vendor/gone.h>: the archive has no such header"},
		{"before every source", append(slices.Clone(forced), dir+"/vendor/y.h", ""), []string{dir + "/vendor/y.h"}, ""},
		{"before every source, and missing", forced, []string{dir + "/vendor/y.h"}, dir + "/vendor/y.h, which the tree has, is missing: a makefile has it included before every source file"},
		{"before every source, and not in the tree", forced, []string{"include/linux/kconfig.h"}, ""},
		{"the kernel's own", []string{"Makefile", "LINUXINCLUDE := -include $(srctree)/include/linux/compiler-version.h\n"}, nil, ""},
	} {
		if got := find(t, pack(t, wholeKernel(c.files...), nil), Options{Tree: c.tree}); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

// TestMakefilesOnce has names of which several may be that of one makefile: it is
// found once, whatever their number.
func TestMakefilesOnce(t *testing.T) {
	var m makefiles
	for _, p := range []string{"oem/a.mk", "oem/b.mk", "other/c.mk"} {
		m.add(p, []byte("X = "+p))
	}
	names := []string{"oem/a.mk", "oem/gone.mk", "oem/*", "oem/*.mk", "*/c.mk"}
	for i := range 500 {
		names = append(names, fmt.Sprintf("o%s/*.mk", strings.Repeat("*", i%3)), "oem/a.mk")
	}
	found, err := m.find(names)
	var got []string
	for _, f := range found {
		got = append(got, f.Path)
		if f.Text != "X = "+f.Path {
			t.Errorf("%s has the text %q", f.Path, f.Text)
		}
	}
	if want := []string{"oem/a.mk", "oem/b.mk", "other/c.mk"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("%q, %v, want %q", got, err, want)
	}
}

// TestAsked has archives with some of what modules with BTF, or in Rust, are built
// with.
func TestAsked(t *testing.T) {
	conf := func(text string) []string { return []string{"include/generated/autoconf.h", text, "Makefile", ""} }
	rust := append(conf("#define CONFIG_RUST 1\n"), "include/generated/rustc_cfg", "", "scripts/target.json", "",
		"rust/libcore.rmeta", "", "rust/libcompiler_builtins.rmeta", "", "rust/libbindings.rmeta", "", "rust/libkernel.rmeta", "", "rust/libmacros.so", "")
	btf := conf("#define CONFIG_DEBUG_INFO_BTF_MODULES 1\n")
	for _, c := range []struct {
		name  string
		files []string
		less  string
		want  string
	}{
		{"neither", rust[:4], "", ""},
		{"Rust", rust, "", ""},
		{"a crate less", rust, "rust/libcore.rmeta", "rust/libkernel.rmeta is in the archive, so it is for modules in Rust, and without rust/libcore.rmeta (Rust's own library) none of them builds: run "},
		{"the interface less", rust, "rust/libkernel.rmeta", "rust/libcore.rmeta is in the archive, so it is for modules in Rust, and without rust/libkernel.rmeta "},
		{"without macros", rust, "rust/libmacros.so", "and without rust/libmacros.so or rust/libmacros.dylib "},
		{"without options", rust, "include/generated/rustc_cfg", "and without include/generated/rustc_cfg "},
		{"of 6.12", append(slices.Clone(rust), "include/generated/utsrelease.h", "#define UTS_RELEASE \"6.12.1\"\n"), "", "and without rust/libbuild_error.rmeta "},
		{"of a kernel without Rust", append(conf(""), "rust/libkernel.rmeta", ""), "", ""},
		{"no makefile", rust, "Makefile", ""},
		{"BTF", append(slices.Clone(btf), "vmlinux", "", "tools/bpf/resolve_btfids/resolve_btfids", ""), "", ""},
		{"no resolve_btfids", append(slices.Clone(btf), "vmlinux", ""), "", "vmlinux is in the archive, so make gives modules BTF, and without tools/bpf/resolve_btfids/resolve_btfids "},
	} {
		files := wholeKernel(c.files...)
		if c.less == "Makefile" {
			delete(files, "rust/libcore.rmeta")
		}
		delete(files, c.less)
		if got := find(t, pack(t, files, nil), Options{}); c.want == "" && got != "" || !strings.Contains(got, c.want) || strings.Count(got, "\n") > 0 {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestSums(t *testing.T) {
	body := "#define A 1\n"
	good := fmt.Sprintf("%s// %x\n", body, sha1.Sum([]byte(body)))
	if got := find(t, pack(t, wholeKernel("include/linux/atomic/a.h", good), nil), Options{}); got != "" {
		t.Error(got)
	}
	bad := strings.Replace(good, "1", "2", 1)
	if got := find(t, pack(t, wholeKernel("include/linux/atomic/a.h", bad), nil), Options{}); !strings.HasPrefix(got, `"include/linux/atomic/a.h": its last line is not the SHA-1 sum of the lines above, `) {
		t.Error(got)
	}
}

// TestContract spoils one thing at a time.
func TestContract(t *testing.T) {
	last := func(f func(*tar.Header)) func([]*tar.Header) []*tar.Header {
		return func(l []*tar.Header) []*tar.Header { f(l[len(l)-1]); return l }
	}
	for want, change := range map[string]func([]*tar.Header) []*tar.Header{
		`the first entry is "./arch/"`:                     func(l []*tar.Header) []*tar.Header { return l[1:] },
		`entries are not sorted bytewise`:                  func(l []*tar.Header) []*tar.Header { l[len(l)-1], l[len(l)-2] = l[len(l)-2], l[len(l)-1]; return l },
		`or one is there twice`:                            func(l []*tar.Header) []*tar.Header { return append(l, l[len(l)-1]) },
		`owner 7:0 "":""`:                                  last(func(h *tar.Header) { h.Uid = 7 }),
		`owner 0:0 "":"root"`:                              last(func(h *tar.Header) { h.Gname = "root" }),
		`modification time 5, want 0`:                      last(func(h *tar.Header) { h.ModTime = time.Unix(5, 0) }),
		`mode 0600, want 0644 or 0755`:                     last(func(h *tar.Header) { h.Mode = 0o600 }),
		`mode 0700, want 0755 for a directory`:             func(l []*tar.Header) []*tar.Header { l[1].Mode = 0o700; return l },
		`the header is PAX, want USTAR`:                    last(func(h *tar.Header) { h.PAXRecords = map[string]string{"X.y": "z"} }),
		`a name that does not begin with "./"`:             last(func(h *tar.Header) { h.Name = strings.TrimPrefix(h.Name, "./") }),
		`type '2', want a file or a directory`:             last(func(h *tar.Header) { h.Typeflag, h.Linkname, h.Size = tar.TypeSymlink, "x", 0 }),
		`"arch/x86": its directory has no entry before it`: func(l []*tar.Header) []*tar.Header { return append(l[:1:1], l[2:]...) },
	} {
		if got := find(t, pack(t, wholeKernel(), change), Options{}); !strings.Contains(got, want) {
			t.Errorf("want %q, got %q", want, got)
		}
	}
	long := "include/" + strings.Repeat("d/", 60) + strings.Repeat("n", 101) + ".h"
	if got := find(t, pack(t, wholeKernel(long, ""), nil), Options{}); got != "" {
		t.Errorf("a name that needs PAX: %s", got)
	}
	plain := pack(t, wholeKernel(), nil)
	if got := find(t, append(bytes.Clone(plain), "more"...), Options{}); got != "there is more behind the end of the tar" {
		t.Error(got)
	}
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	w.Name = "kheaders.tar"
	w.Write(plain)
	w.Close()
	if got := find(t, z.Bytes(), Options{}); !strings.HasPrefix(got, "gzip header with flags 8") {
		t.Error(got)
	}
}

func TestBad(t *testing.T) {
	whole := pack(t, wholeKernel(), nil)
	two := pack(t, wholeKernel("arch/arm64/include/asm/a.h", ""), nil)
	for _, c := range []struct {
		b    []byte
		o    Options
		want string
	}{
		{[]byte("no tar"), Options{}, "unexpected EOF"},
		{bytes.Repeat([]byte("no tar"), 500), Options{}, "not a tar archive (compression: none)"},
		{whole[:len(whole)/2+7], Options{}, "unexpected EOF"},
		{whole[:len(whole)-1024], Options{}, "it is cut short: the zeros that end a tar are missing"},
		{nil, Options{}, "it is cut short"},
		{make([]byte, 1024), Options{}, "headers of 0 architectures"},
		{two, Options{}, "it has headers of 2 architectures: name the one it is for by --arch"},
		{whole, Options{Arch: "vax"}, `unknown architecture "vax"`},
		{whole, Options{MustContain: []string{"["}}, `must_contain: `},
		{whole, Options{MustContain: []string{""}}, `must_contain: it is empty`},
		{whole, Options{MustNotContain: []string{"./include/linux/a.h"}}, `must_not_contain: "./include/linux/a.h" is not in its shortest form: write "include/linux/a.h"`},
		{whole, Options{MustNotContain: []string{"/include/linux/a.h"}}, `must_not_contain: "/include/linux/a.h" is absolute`},
		{whole, Options{MustNotContain: []string{"include/linux/"}}, `must_not_contain: "include/linux/" names a directory: write "include/linux/**"`},
		{whole, Options{MustNotContain: []string{"../a.h"}}, `must_not_contain: "../a.h" leaves the kernel tree`},
		{whole, Options{Exceptions: []string{"./include/** a.h"}}, `exception "./include/** a.h": "./include/**" is not in its shortest form`},
		{whole, Options{Exceptions: []string{"include/** linux/"}}, `exception "include/** linux/": no #include of the kernel names "linux/"`},
		{whole, Options{Exceptions: []string{"a b c"}}, `bad exception "a b c": want a glob of files and`},
	} {
		if _, err := Check(bytes.NewReader(c.b), c.o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %q", err, c.want)
		}
	}
	if got := find(t, pack(t, map[string]string{"arch/x86/include/asm/a.h": "", "include/linux/kconfig.h": ""}, nil), Options{}); got != "include/generated/autoconf.h is missing: it has the kernel's configuration" {
		t.Error(got)
	}
}

// TestGarbage flips bytes: whatever comes out, nothing breaks.
func TestGarbage(t *testing.T) {
	whole := pack(t, wholeKernel(), nil)
	r := rand.New(rand.NewSource(1))
	for range 2000 {
		b := bytes.Clone(whole)
		for range 1 + r.Intn(8) {
			b[r.Intn(len(b))] = byte(r.Intn(256))
		}
		Check(bytes.NewReader(b), Options{Arch: "x86"})
	}
}

// TestTable shows that each row can be read, gives a reason, and is for some
// kernel that the profiles know.
func TestTable(t *testing.T) {
	rows, err := parseTable(exceptionsTable)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range rows {
		found := false
		for _, v := range []kernel.Version{{Major: 5, Minor: 10}, {Major: 6, Minor: 1}, {Major: 6, Minor: 12}, {Major: 7, Minor: 2}} {
			for _, arch := range []string{"x86", "arm64", "arm", "loongarch", "mips", "powerpc", "riscv", "s390", "um"} {
				found = found || e.applies.Holds(v, arch, nil)
			}
		}
		if !found || e.why == "" {
			t.Errorf("%s: for no kernel that it was found with", e.origin)
		}
	}
	for _, bad := range []string{"a b * * -", "a b 6 * - why", "[ b * * - why", "a b * vax - why"} {
		if _, err := parseTable(bad); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}

// TestMaxBytes has a tar of just the size that is allowed, and of a byte more.
func TestMaxBytes(t *testing.T) {
	data := pack(t, map[string]string{"arch/x86/include/asm/a.h": ""}, nil)
	for more, want := range map[int64]string{0: "", -1: "raise --max-bytes", -int64(len(data)): ""} {
		_, err := Check(bytes.NewReader(data), Options{MaxBytes: int64(len(data)) + more})
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%d bytes, limit %d: error %v, want %q", len(data), int64(len(data))+more, err, want)
		}
	}
}
