package buildfiles

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/kernel"
)

// finder finds among makefiles, and counts how often it is asked.
func finder(files map[string]string, asked *int) func([]string) ([]File, error) {
	return func(names []string) ([]File, error) {
		*asked++
		var out []File
		for p, text := range files {
			if slices.ContainsFunc(names, func(n string) bool { ok, _ := path.Match(n, p); return ok }) {
				out = append(out, File{Path: p, Text: text})
			}
		}
		return out, nil
	}
}

// TestReadSearch has makefiles of vendors that add to the search path.
func TestReadSearch(t *testing.T) {
	for _, c := range []struct {
		name  string
		files map[string]string
		want  string // directories, and + before a header that is included before every source
	}{
		{"top makefile", map[string]string{"Makefile": "LINUXINCLUDE += -I$(srctree)/drivers/vendor/include"}, "drivers/vendor/include"},
		{"every variable", map[string]string{"Makefile": "LINUXINCLUDE := -I$(srctree)/a\nUSERINCLUDE += -I$(srctree)/b\nKBUILD_CPPFLAGS += -I $(srctree)/c\nKBUILD_CFLAGS_MODULE += -I$(srctree)/d\nKBUILD_AFLAGS += -I$(srctree)/e\n"}, "a b c d e"},
		{"every flag", map[string]string{"Makefile": "LINUXINCLUDE += -isystem $(srctree)/a -iquote $(srctree)/b -idirafter $(srctree)/c -include $(srctree)/v/x.h -imacros $(srctree)/v/y.h\n"}, "a b c +v/x.h +v/y.h"},
		{"lines", map[string]string{"Makefile": "LINUXINCLUDE += \\\n\t-I$(srctree)/a \\\n\t-I$(srctree)/b\n"}, "a b"},
		{"architecture", map[string]string{"arch/x86/Makefile": "KBUILD_CPPFLAGS += -I$(srctree)/arch/x86/vendor", "arch/arm/Makefile": "KBUILD_CPPFLAGS += -I$(srctree)/arch/arm/vendor"}, "arch/x86/vendor"},
		{"included", map[string]string{"Makefile": "include $(srctree)/oem/flags", "oem/flags": "include $(srctree)/oem/more.mk", "oem/more.mk": "LINUXINCLUDE += -I$(srctree)/oem/include", "oem/other.mk": "LINUXINCLUDE += -I$(srctree)/oem/other"}, "oem/include"},
		{"included by a name with an unknown part", map[string]string{"Makefile": "-include $(srctree)/board/$(BOARD).mk", "board/a.mk": "LINUXINCLUDE += -I$(srctree)/a", "board/b.mk": "LINUXINCLUDE += -I$(srctree)/b"}, "a b"},
		{"a variable of the makefile", map[string]string{"Makefile": "V := drivers/vendor\nLINUXINCLUDE += -I$(srctree)/$(V)/include -include $(V)/all.h"}, "drivers/vendor/include +drivers/vendor/all.h"},
		{"a variable that an included makefile sets", map[string]string{"Makefile": "include $(srctree)/conf.mk\nLINUXINCLUDE += -I$(TOP)/include -include $(TOP)/all.h", "conf.mk": "TOP = $(srctree)/oem"}, "oem/include +oem/all.h"},
		{"what builds all directories", map[string]string{"scripts/Makefile.lib": "KBUILD_CPPFLAGS += -I$(srctree)/a\nc_flags = -I$(srctree)/b -I $(srctree)/$(src) -I $(obj)"}, "a b"},
		{"any variable of flags", map[string]string{"Makefile": "NOSTDINC_FLAGS += -I$(srctree)/a\nccflags-y += -I$(srctree)/b\nsubdir-ccflags-y := -I$(srctree)/c\n_c_flags = -I$(srctree)/d\nKBUILD_AFLAGS_KERNEL += -I$(srctree)/e\nEXTRA_CFLAGS += -I$(srctree)/f\nKCPPFLAGS = -I$(srctree)/g\nmodkern_cflags = -I$(srctree)/h\nasflags-y = -I$(srctree)/i\n"}, "a b c d e f g h i"},
		{"of programs that run on the machine", map[string]string{"Makefile": "KBUILD_HOSTCFLAGS += -I$(srctree)/a\nhost-ccflags-y += -I$(srctree)/b\nuserccflags += -I$(srctree)/c\nKBUILD_RUSTFLAGS += -I$(srctree)/d\nCFLAGS_x.o += -I$(srctree)/e\n"}, ""},
		{"a variable with the directory", map[string]string{"Makefile": "VENDOR := drivers/oem/include\nccflags-y += -I$(srctree)/$(VENDOR)\n"}, "drivers/oem/include"},
		{"variables of variables", map[string]string{"Makefile": "A = $(B)/include\nB := oem\nOEM_FLAGS = -I$(srctree)/$(A)\nKBUILD_CFLAGS += $(OEM_FLAGS)\n"}, "oem/include"},
		{"a variable's value of that line", map[string]string{"Makefile": "V := a\nLINUXINCLUDE := -I$(srctree)/$(V)\nV := b\n"}, "a"},
		{"a variable's last value", map[string]string{"Makefile": "V := a\nLINUXINCLUDE = -I$(srctree)/$(V)\nV := b\n"}, "b"},
		{"a value that is replaced", map[string]string{"Makefile": "D := oem/include\nLINUXINCLUDE += $(D:%=-I$(srctree)/%)"}, "oem/include"},
		{"of options", map[string]string{"Makefile": "LINUXINCLUDE-$(CONFIG_A) += -I$(srctree)/a\nLINUXINCLUDE-$(CONFIG_B) += -I$(srctree)/b\nccflags-$(CONFIG_M) := -I$(srctree)/m\n", kernel.AutoConf: "CONFIG_A=y\nCONFIG_M=m\n"}, "a m"},
		{"of options that are not known", map[string]string{"Makefile": "LINUXINCLUDE-$(CONFIG_A) := -I$(srctree)/a\nLINUXINCLUDE-$(CONFIG_B) := -I$(srctree)/b\n"}, "a b"},
		{"of options, by another variable", map[string]string{"Makefile": "oem-$(CONFIG_A) += $(srctree)/a\noem-$(CONFIG_B) += $(srctree)/b\nLINUXINCLUDE += $(addprefix -I,$(oem-y))", kernel.AutoConf: "CONFIG_A=y\n"}, "a"},
		{"of options that are not known, by another variable", map[string]string{"Makefile": "oem-$(CONFIG_A) := $(srctree)/a\noem-$(CONFIG_B) := $(srctree)/b\nLINUXINCLUDE += $(addprefix -I,$(oem-y))"}, "a b"},
		{"conditionals", map[string]string{"Makefile": "ifdef CONFIG_A\nKBUILD_CFLAGS += -I$(srctree)/a\nelse\nKBUILD_CFLAGS += -I$(srctree)/b\nendif\nifeq ($(CONFIG_C),y)\nKBUILD_CFLAGS += -I$(srctree)/c\nelse ifeq ($(SRCARCH),x86)\nKBUILD_CFLAGS += -I$(srctree)/d\nendif\nifneq ($(BOARD),)\nKBUILD_CFLAGS += -I$(srctree)/e\nelse\nKBUILD_CFLAGS += -I$(srctree)/f\nendif", kernel.AutoConf: "CONFIG_A=y\n"}, "a d e f"},
		{"conditionals that are not known", map[string]string{"Makefile": "ifdef CONFIG_A\nV := a\nelse\nV := b\nendif\nKBUILD_CFLAGS += -I$(srctree)/$(V)\n"}, "a b"},
		{"conditionals of what the makefile sets", map[string]string{"Makefile": "X := 1\nifeq ($(X),1)\nKBUILD_CFLAGS += -I$(srctree)/a\nelse\nKBUILD_CFLAGS += -I$(srctree)/b\nendif"}, "a b"},
		{"where the tree is", map[string]string{"Makefile": "ifeq ($(srctree),.)\nKBUILD_CFLAGS += -I$(srctree)/a\nelse\nKBUILD_CFLAGS += -I$(srctree)/b\nendif\nsrctree := /elsewhere\nKBUILD_CFLAGS += -I$(srctree)/c\n"}, "a b c"},
		{"an option whose name make works out", map[string]string{"Makefile": "LINUXINCLUDE += -I$(srctree)/a/$(CONFIG_$(BOARD)_DIR) -I$(srctree)/b/$($(X)_DIR)", kernel.AutoConf: "CONFIG_B1_DIR=b1\n"}, "a/b1 b/b1"},
		{"an option's text", map[string]string{"Makefile": "LINUXINCLUDE += -I$(srctree)/oem/$(CONFIG_BOARD:\"%\"=%) -I$(srctree)/$(subst \",,$(CONFIG_BOARD)) -I$(srctree)/x/$(CONFIG_BOARD)", kernel.AutoConf: "CONFIG_BOARD=\"b1\"\n"}, "b1 oem/b1 x/b1"},
		{"addprefix", map[string]string{"Makefile": "LINUXINCLUDE += $(addprefix -I$(srctree)/,a b) $(addprefix -I,$(srctree)/c $(addsuffix /include,d))\n"}, "a b c d/include"},
		{"patsubst", map[string]string{"Makefile": "D := a b\nLINUXINCLUDE += $(patsubst %,-I$(srctree)/%/include,$(D))\n"}, "a/include b/include"},
		{"foreach", map[string]string{"Makefile": "LINUXINCLUDE += $(foreach d,a b,-I$(srctree)/$(d))\n"}, "a b"},
		{"abspath and realpath", map[string]string{"Makefile": "LINUXINCLUDE += -I$(abspath $(srctree)/a/../b) -I$(realpath c) -I$(realpath ..) -I$(realpath ../x) -I$(abspath /usr/include)\n"}, "b c"},
		{"the top itself", map[string]string{"Makefile": "LINUXINCLUDE += -I$(srctree)\n"}, "."},
		{"behind a space, quoted, and by other spellings", map[string]string{"Makefile": "LINUXINCLUDE += -I $(src)/a -I\"$(srctree)/b\" --include-directory=$(srctree)/c -Wp,-I,$(srctree)/d -I$(CURDIR)/e\n"}, "a b c d e"},
		{"of the directory of an included file", map[string]string{"Makefile": "include oem/flags.mk", "oem/flags.mk": "KBUILD_CFLAGS += -I$(src)/a -I$(dir $(lastword $(MAKEFILE_LIST)))b\n"}, "oem/a oem/b"},
		{"Kbuild's functions", map[string]string{"Makefile": "KBUILD_CFLAGS += $(call cc-option,-I$(srctree)/a) $(if $(CONFIG_X),-I$(srctree)/b,-I$(srctree)/c) $(or $(Y),-I$(srctree)/d)"}, "a b c d"},
		{"a function of the vendor's", map[string]string{"Makefile": "inc = -I$(srctree)/$(1)/include\nKBUILD_CFLAGS += $(call inc,a)\ndefine more\nKBUILD_CFLAGS += -I$(srctree)/$(1)\nendef\n$(eval $(call more,b))\n"}, "a/include b"},
		{"of some targets", map[string]string{"Makefile": "modules: KBUILD_CFLAGS += -I$(srctree)/a\nmodules: KBUILD_HOSTCFLAGS += -I$(srctree)/b\nmodules:\n\tmake KBUILD_CFLAGS=-I$(srctree)/c\n"}, "a"},
		{"exported and overridden", map[string]string{"Makefile": "export LINUXINCLUDE := -I$(srctree)/a\noverride KBUILD_CFLAGS += -I$(srctree)/b\n"}, "a b"},
		{"included by a list", map[string]string{"Makefile": "include-y := a.mk\ninclude-$(CONFIG_X) += b.mk\ninclude $(addprefix $(srctree)/oem/, $(include-y))", "oem/a.mk": "LINUXINCLUDE += -Ia", "oem/b.mk": "LINUXINCLUDE += -Ib"}, "a b"},
		{"included by a wildcard", map[string]string{"Makefile": "-include $(wildcard $(srctree)/oem/*.mk)", "oem/a.mk": "LINUXINCLUDE += -Ia", "oem/b.mk": "LINUXINCLUDE += -Ib"}, "a b"},
		{"included in a branch that no option takes", map[string]string{"Makefile": "ifdef CONFIG_X\ninclude a.mk\nendif", "a.mk": "LINUXINCLUDE += -Ia", kernel.AutoConf: "CONFIG_A=y\n"}, ""},
		{"a header by its name", map[string]string{"Makefile": "LINUXINCLUDE += -I$(srctree)/oem/include -include oem.h -imacros oem/x.h\n"}, "oem/include +oem.h +oem/x.h"},
		{"what make writes itself", map[string]string{"Makefile": "-include .x.cmd $(wildcard .*.d)", ".x.cmd": "LINUXINCLUDE += -Ia"}, ""},
		{"the makefile of a directory", map[string]string{"drivers/x/Makefile": "KBUILD_CFLAGS += -I$(srctree)/a"}, ""},
		{"a board nobody knows", map[string]string{"Makefile": "LINUXINCLUDE += -I$(srctree)/mach-$(BOARD)/include"}, ""},
		{"outside of the tree", map[string]string{"Makefile": "LINUXINCLUDE += -I/usr/include -I$(srctree)/../x -include /etc/x.h"}, ""},
		{"host programs", map[string]string{"Makefile": "HOSTCFLAGS += -I$(srctree)/tools/include"}, ""},
		{"a circle", map[string]string{"Makefile": "include a.mk", "a.mk": "include Makefile\nLINUXINCLUDE += -Ix"}, "x"},
		{"none", nil, ""},
	} {
		asked := 0
		s, err := ReadSearch("x86", finder(c.files, &asked))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		got := slices.Clone(s.Dirs)
		slices.Sort(got)
		for _, p := range s.Forced {
			got = append(got, "+"+p)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// TestReadSearchDeep has makefiles of which each includes the next: as many as
// are followed, and one more.
func TestReadSearchDeep(t *testing.T) {
	for n, want := range map[int]string{maxIncluded + 1: "", maxIncluded + 2: "include one another more than 40 deep"} {
		files := map[string]string{"Makefile": "include m1.mk"}
		for i := 1; i < n; i++ {
			files[fmt.Sprintf("m%d.mk", i)] = fmt.Sprintf("include m%d.mk", i+1)
		}
		delete(files, fmt.Sprintf("m%d.mk", n-1))
		asked := 0
		_, err := ReadSearch("x86", finder(files, &asked))
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%d: %v, want %q", n, err, want)
		}
		if asked > maxIncluded+1 {
			t.Errorf("%d: asked %d times", n, asked)
		}
	}
	_, err := ReadSearch("x86", func([]string) ([]File, error) { return nil, fmt.Errorf("unreadable") })
	if err == nil || err.Error() != "unreadable" {
		t.Error(err)
	}
}

// TestSearchOfStars has names with a part that only make knows: as many as are
// looked up, whatever the rounds, and more.
func TestSearchOfStars(t *testing.T) {
	for _, c := range []struct {
		n    int
		want string
	}{
		{maxGlobs, ""},
		{maxGlobs + 1, fmt.Sprintf("Makefile:%d: makefiles include more than %d names with a part that only make knows, so the search path for headers is not known: write the names out, ", maxGlobs+1, maxGlobs)},
		{50 * maxGlobs, "Makefile:1001: "},
	} {
		var text strings.Builder
		for i := range c.n {
			fmt.Fprintf(&text, "include $(srctree)/g%d/$(BOARD).mk\n", i)
		}
		files := map[string]string{"Makefile": text.String() + "include c0.mk\n", "g0/x.mk": "include $(srctree)/g0/$(BOARD).mk\n", "c9.mk": ""}
		files[fmt.Sprintf("g%d/a.mk", maxGlobs-1)] = "LINUXINCLUDE += -I$(srctree)/last"
		for i := range 9 {
			files[fmt.Sprintf("c%d.mk", i)] = fmt.Sprintf("include c%d.mk\n", i+1)
		}
		var stars int
		s, err := ReadSearch("x86", func(names []string) ([]File, error) {
			var out []File
			for _, name := range names {
				if strings.Contains(name, "*") {
					stars++
				}
				for p, text := range files {
					if Named(name, p) {
						out = append(out, File{Path: p, Text: text})
					}
				}
			}
			return out, nil
		})
		if c.want == "" && (err != nil || !slices.Equal(s.Dirs, []string{"last"})) || c.want != "" && (err == nil || !strings.HasPrefix(err.Error(), c.want)) {
			t.Errorf("%d: %q, %v, want %q", c.n, s.Dirs, err, c.want)
		}
		if stars > maxGlobs {
			t.Errorf("%d: %d names with a * are looked for", c.n, stars)
		}
	}
}

// TestSearchTooMuch has values that double with each line: where the work ends is
// said.
func TestSearchTooMuch(t *testing.T) {
	var text strings.Builder
	text.WriteString("A0 := xxxxxxxx\n")
	for i := range 40 {
		fmt.Fprintf(&text, "A%d = $(A%d)$(A%d)\n", i+1, i, i)
	}
	text.WriteString("LINUXINCLUDE += -I$(A40)\n")
	asked := 0
	_, err := ReadSearch("x86", finder(map[string]string{"Makefile": "include v/m.mk", "v/m.mk": text.String()}, &asked))
	if want := "v/m.mk:42: what makefiles set is too much "; err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("%v, want %q", err, want)
	}
}

// TestNamed has names with a part that only make knows.
func TestNamed(t *testing.T) {
	for _, c := range []struct {
		name, path string
		want       bool
	}{
		{"a/*.mk", "a/b.mk", true}, {"a/*.mk", "a/b/c.mk", false}, {"a/*.mk", "b/b.mk", false}, {"a/b.mk", "a/b.mk", true},
		{"a[b]*", "ab1", true}, {"a[b", "a[b", true}, {"a[b", "a[bc", false}, {"a?c*", "abcd", true}, {"{a,b}*", "a1", false},
	} {
		if got := Named(c.name, c.path); got != c.want {
			t.Errorf("%q of %q: %v", c.name, c.path, got)
		}
	}
}

// TestSearchOfMany reads a makefile that adds and includes very much. A search
// that looks through all of it for each would take minutes.
func TestSearchOfMany(t *testing.T) {
	const n = 30_000
	var text strings.Builder
	names := map[string]bool{"Makefile": true}
	for i := range n {
		fmt.Fprintf(&text, "LINUXINCLUDE += -I$(srctree)/d%d/include -include $(srctree)/d%d/x.h\ninclude $(srctree)/d%d/x.mk\n", i, i, i)
		names[fmt.Sprintf("d%d/x.mk", i)] = true
	}
	s, err := ReadSearch("x86", func(wanted []string) ([]File, error) {
		var files []File
		for _, name := range wanted {
			switch {
			case name == "Makefile":
				files = append(files, File{Path: name, Text: text.String()})
			case names[name]:
				files = append(files, File{Path: name, Text: ""})
			}
		}
		return files, nil
	})
	if err != nil || len(s.Dirs) != n || len(s.Forced) != n || s.Dirs[n-1] != fmt.Sprintf("d%d/include", n-1) {
		t.Errorf("%d directories, %d headers: %v", len(s.Dirs), len(s.Forced), err)
	}
}
