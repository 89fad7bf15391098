package verify

import (
	"bytes"
	"slices"
	"strings"
	"testing"
)

// TestTree shows that an include must lead to the very file that it leads to in
// the tree: one in include/uapi does not stand in for a lost one.
func TestTree(t *testing.T) {
	archive := wholeKernel(
		"include/linux/x.h", "#include <linux/sched.h>\n#include <linux/only.h>\n",
		"include/uapi/linux/sched.h", "#include <linux/only.h>\n",
		"include/uapi/linux/only.h", "",
	)
	var tree []string
	for p := range archive {
		tree = append(tree, p)
	}
	slices.Sort(tree)
	for _, c := range []struct {
		name, text string
		more       []string
		want       string
	}{
		{"whole", "", nil, ""},
		{"lost, with a namesake in uapi", "", []string{"include/linux/sched.h"}, "include/linux/x.h:1: #include <linux/sched.h>: the archive has not the tree's include/linux/sched.h"},
		{"lost, with one of the architecture", "", []string{"arch/x86/include/linux/sched.h"}, "include/linux/x.h:1: #include <linux/sched.h>: the archive has not the tree's arch/x86/include/linux/sched.h"},
		{"left out, not included", "", []string{"include/linux/other.h"}, ""},
		{"another, later in the search path", "", []string{"include/generated/uapi/linux/sched.h"}, ""},
		{"asked for by its uapi name", "#include <uapi/linux/sched.h>\n", []string{"include/linux/other.h"}, ""},
		{"lost beside", "#include \"beside.h\"\n", []string{"include/net/beside.h", "include/beside.h"}, "include/net/y.h:1: #include \"beside.h\": the archive has not the tree's include/net/beside.h"},
		{"has_include", "#if __has_include(<linux/lost.h>)\n#include <linux/lost.h>\n#endif\n", []string{"include/linux/lost.h"}, "include/net/y.h:2: #include <linux/lost.h>: the archive has not the tree's include/linux/lost.h"},
	} {
		archive["include/net/y.h"] = c.text
		o := Options{Tree: append(slices.Clone(tree), c.more...)}
		if got := find(t, pack(t, archive, nil), o); got != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", c.name, got, c.want)
		}
	}
	archive["include/net/y.h"] = ""
	res, err := Check(bytes.NewReader(pack(t, archive, nil)), Options{})
	if err != nil || len(res.Errors) != 0 || res.Twins != 2 {
		t.Errorf("without a tree: %+v %v, want 2 twins", res, err)
	}
}

// TestNext shows that the includer of an #include_next is not what it includes.
func TestNext(t *testing.T) {
	text := "#include_next <asm/a.h>\n"
	gone := "arch/x86/include/asm/next.h:1: #include <asm/next.h>: the archive has no such header"
	for _, c := range []struct {
		name string
		more []string
		want string
	}{
		{"itself alone", []string{"arch/x86/include/asm/next.h", "#include_next <asm/next.h>\n"}, gone},
		{"a later one", []string{"arch/x86/include/asm/next.h", "#include_next <asm/next.h>\n", "arch/x86/include/uapi/asm/next.h", ""}, ""},
		{"an earlier one", []string{"arch/x86/include/asm/next.h", "", "include/uapi/asm/next.h", "#include_next <asm/next.h>\n"}, "include/uapi/asm/next.h:1: #include <asm/next.h>: the archive has no such header"},
		{"beside, of another name", []string{"include/linux/x.h", text}, "include/linux/x.h:1: #include <asm/a.h>: the archive has no such header"},
	} {
		got := find(t, pack(t, wholeKernel(c.more...), nil), Options{})
		if want := strings.ReplaceAll(c.want, "#include <", "#include_next <"); got != want {
			t.Errorf("%s:\ngot  %s\nwant %s", c.name, got, want)
		}
	}
}

// TestGiven shows that what Kbuild includes by itself is missed, as far as the
// kernel's version or its tree has it.
func TestGiven(t *testing.T) {
	lost := func(release string, more ...string) []byte {
		files := wholeKernel(more...)
		files["include/generated/utsrelease.h"] = "#define UTS_RELEASE \"" + release + "\"\n"
		delete(files, "include/linux/compiler_types.h")
		delete(files, "include/linux/compiler-version.h")
		return pack(t, files, nil)
	}
	types := "include/linux/compiler_types.h is missing: included before every source file"
	version := "include/linux/compiler-version.h is missing: included before every source file"
	for _, c := range []struct {
		release string
		want    string
	}{
		{"4.9.1", ""}, {"5.10.1", types}, {"6.1.1-test", types + "\n" + version},
	} {
		if got := find(t, lost(c.release), Options{}); got != c.want {
			t.Errorf("%s: %s, want %s", c.release, got, c.want)
		}
	}
	o := Options{Tree: []string{"include/linux/kconfig.h", "include/linux/compiler_types.h", "include/linux/module.h"}}
	if got, want := find(t, lost("6.1.1"), o), "include/linux/compiler_types.h, which the tree has, is missing: included before every source file"; got != want {
		t.Errorf("by the tree: %s, want %s", got, want)
	}
	if got, want := find(t, lost("6.1.1", "Makefile", ""), o), "include/linux/module.h, which the tree has, is missing: included by the .mod.c file of each module"; !strings.HasSuffix(got, want) {
		t.Errorf("of modules: %s, want %s", got, want)
	}
}
