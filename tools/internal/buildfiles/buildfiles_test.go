package buildfiles

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestRead reads a line or two as a vendor may write them, or as the kernel's
// own files have them.
func TestRead(t *testing.T) {
	for _, c := range []struct {
		name, file, text string
		want             []string // + before the path of an included file
	}{
		{"include", "Makefile", "include $(srctree)/vendor.mk", []string{"+vendor.mk"}},
		{"optional", "Makefile", "-include $(objtree)/a/b.mk\nsinclude ${srctree}/c.mk", []string{"+a/b.mk", "+c.mk"}},
		{"relative include", "Makefile", "include vendor.mk ./other/x.mk", []string{"+vendor.mk", "+other/x.mk"}},
		{"absolute include", "Makefile", "include /usr/share/x.mk", nil},
		{"list of includes", "Makefile", "include-y += vendor/flags\ninclude-$(CONFIG_BOARD) := board.mk", []string{"+vendor/flags", "+board.mk"}},
		{"wrapper", "Makefile", "CC = $(srctree)/scripts/cc-filter.py gcc", []string{"scripts/cc-filter.py"}},
		{"relative wrapper", "Makefile", "CC = ./tools/wrap.sh $(CROSS_COMPILE)gcc", []string{"tools/wrap.sh"}},
		{"absolute tree", "Makefile", "X := $(abs_srctree)/a/x $(CURDIR)/b/y $(shell pwd)/c/zz $(abspath $(srctree))/d/ww", []string{"a/x", "b/y", "c/zz", "d/ww"}},
		{"flag", "Makefile", "KBUILD_LDFLAGS += -T$(srctree)/scripts/module.lds --script=$(srctree)/arch/$(SRCARCH)/m.lds", []string{"scripts/module.lds", "arch/x86/m.lds"}},
		{"condition", "Makefile", "X += $(if $(CONFIG_Y),$(srctree)/yes.sh,$(objtree)/no.sh)", []string{"yes.sh", "no.sh"}},
		{"variable", "Makefile", "VENDOR := vendor/acme\ninclude $(srctree)/$(VENDOR)/flags.mk", []string{"vendor/acme", "+vendor/acme/flags.mk"}},
		{"variable of a rooted path", "Makefile", "TOP = $(srctree)/oem\ninclude $(TOP)/flags.mk", []string{"+oem/flags.mk", "oem"}},
		{"two values", "Makefile", "D := va\nD := vb\ninclude $(D)/x.mk", []string{"+va/x.mk", "+vb/x.mk"}},
		{"unknown variable", "Makefile", "include $(srctree)/board/$(BOARD).mk", []string{"+board/*.mk"}},
		{"unknown directory", "Makefile", "include $(srctree)/$(src)/Makefile $(obj)/x.mk", nil},
		{"wildcard", "Makefile", "-include $(wildcard $(srctree)/vendor/*.mk)", []string{"+vendor/*.mk"}},
		{"addprefix", "Makefile", "include $(addprefix $(srctree)/oem/,a.mk b.mk)", []string{"oem/a.mk", "oem/b.mk", "+a.mk", "+b.mk", "+oem", "+oem/a.mk", "+oem/b.mk"}},
		{"patsubst", "Makefile", "CC = $(patsubst %/,%,$(srctree))/scripts/cc.sh gcc", []string{"scripts/cc.sh"}},
		{"join", "Makefile", "LD = $(join $(srctree),/scripts/ld.sh) ld", []string{"scripts/ld.sh"}},
		{"addsuffix", "Makefile", "AR = $(addsuffix /scripts/ar.sh, ${srctree}) ar", []string{"scripts/ar.sh"}},
		{"functions within functions", "Makefile", "X = $(if $(Y),$(subst @,$(firstword $(srctree) x),@/scripts/x.sh))", []string{"scripts/x.sh"}},
		{"learned from a function", "Makefile", "TOP := $(patsubst %/,%,$(srctree))/oem\nCC = $(TOP)/cc.sh gcc", []string{"oem", "oem/cc.sh"}},
		{"function of a recipe", "Makefile", "a: b\n\t$(join $(srctree),/scripts/x.sh) $<", []string{"scripts/x.sh"}},
		{"function of what is not known", "Makefile", "CC = $(patsubst %/,%,$(OTHER))/scripts/cc.sh gcc", nil},
		{"unknown function", "Makefile", "CC = $(vendor $(srctree))/scripts/cc.sh gcc", nil},
		{"target", "Makefile", "coccicheck:\n\t$(BASH) $(srctree)/scripts/$@", []string{"scripts/coccicheck"}},
		{"lines", "Makefile", "X = a \\\n  $(srctree)/b/x.sh", []string{"b/x.sh"}},
		{"CRLF", "Makefile", "include \\\r\n $(srctree)/vendor.mk\r\n", []string{"+vendor.mk"}},
		{"comment", "Makefile", "# include $(srctree)/old.mk\nX = y # $(srctree)/b/x.sh", nil},
		{"recipe", "scripts/Makefile.build", "\tcmd_as = $(CONFIG_SHELL) $(srctree)/scripts/makelst $@", []string{"scripts/makelst"}},
		{"old include", "scripts/Makefile.modpost", "include scripts/Kbuild.include", []string{"+scripts/Kbuild.include"}},
		{"quoted", "x.sh", `exec "$srctree"/scripts/a.sh "${objtree}/scripts/b.sh"`, []string{"scripts/a.sh", "scripts/b.sh"}},
		{"beside the script", "scripts/x.sh", ". $(dirname $0)/lib.sh\n. ${0%/*}/more.sh\n`dirname $0`/run.sh", []string{"scripts/lib.sh", "scripts/more.sh", "scripts/run.sh"}},
		{"relative in a script", "scripts/x.sh", "sh lib/y.sh", []string{"lib/y.sh", "scripts/lib/y.sh"}},
		{"python", "tools/docs/kernel-doc", "#!/usr/bin/python3\nLIB = \"../lib/python\"\nfrom kdoc.files import Files\n", []string{
			"tools/kdoc/files.py", "tools/kdoc/files/__init__.py", "tools/kdoc/files/Files.py", "tools/kdoc/files/Files/__init__.py",
			"tools/docs/kdoc/files.py", "tools/docs/kdoc/files/__init__.py", "tools/lib/python/kdoc/files.py", "tools/lib/python/kdoc/files/__init__.py",
			"tools/docs/kdoc/files/Files.py", "tools/docs/kdoc/files/Files/__init__.py", "tools/lib/python/kdoc/files/Files.py", "tools/lib/python/kdoc/files/Files/__init__.py",
			"tools/lib/python", // a word as well
		}},
		{"flags", "Makefile", "LINUXINCLUDE += -I$(srctree)/oem/include \\\n -isystem $(srctree)/sys", []string{"oem/include", "sys"}},
		{"circle", "Makefile", "A = $(B)/a\nB = $(A)/b\ninclude $(A)/x.mk", nil},
	} {
		var got []string
		for _, n := range NewReader("x86").Read(c.file, KindOf(c.file, c.text), c.text) {
			p := n.Path
			if n.Included {
				p = "+" + p
			}
			got = append(got, p)
		}
		slices.Sort(got)
		slices.Sort(c.want)
		if !slices.Equal(got, slices.Compact(c.want)) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// TestLearnedInOtherFiles takes a variable of the top Makefile into what it
// includes.
func TestLearnedInOtherFiles(t *testing.T) {
	r := NewReader("x86")
	r.Read("Makefile", Makefile, "KERNELDOC = $(srctree)/tools/docs/kernel-doc\nsrctree = /elsewhere\n")
	got := r.Read("scripts/Makefile.build", Makefile, "cmd = $(PYTHON3) $(KERNELDOC) -none $<")
	if len(got) != 1 || got[0] != (Name{Path: "tools/docs/kernel-doc"}) {
		t.Errorf("%v", got)
	}
}

func TestKindOf(t *testing.T) {
	for file, want := range map[string]Kind{
		"Makefile": Makefile, "scripts/Makefile.lib": Makefile, "vendor.mk": Makefile, "scripts/Kbuild.include": Makefile, "Kbuild": Makefile,
		"scripts/depmod.sh": Script, "a.py": Script, "scripts/mod/modpost": Other, "Module.symvers": Other,
	} {
		if got := KindOf(file, "\x7fELF"); got != want {
			t.Errorf("%s: %v, want %v", file, got, want)
		}
	}
	if KindOf("scripts/nsdeps", "#!/bin/sh\n") != Script {
		t.Error("a file with #! is no script")
	}
}

// TestManyValues reads variables of which each names the next one, eight times:
// it ends only if not all values are tried with all others.
func TestManyValues(t *testing.T) {
	var text strings.Builder
	for v := range 26 {
		for range maxValues {
			text.WriteString("V" + string(rune('a'+v)) + " := $(V" + string(rune('a'+(v+1)%26)) + ")/x\n")
		}
	}
	text.WriteString(strings.Repeat("include $(Va)/$(Vb)/$(Vc)\n", 1000))
	r := NewReader("x86")
	r.Read("Makefile", Makefile, text.String())
	if n := len((&scan{r: r}).expand("$(Va)$(Vb)$(Vc)", 0)); n > maxExpanded {
		t.Errorf("a word stands for %d, at most %d is meant", n, maxExpanded)
	}
}

func TestWords(t *testing.T) {
	for text, want := range map[string]string{
		"a/$(dir x/y) z": "a/|x/y|z",
		"-f$(srctree)/x": "-f|$(srctree)/x",
		"${A}b $C;d":     "$(A)b|$(C)|d",
	} {
		if got := strings.Join((&scan{kind: Makefile}).words(text), "|"); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// TestDepth has variables name each other as often as is followed, and once
// more.
func TestDepth(t *testing.T) {
	for n, want := range map[int]string{maxDepth + 1: "end", maxDepth + 2: "*"} {
		r := NewReader("x86")
		for i := range n {
			r.vars[fmt.Sprintf("V%d", i)] = []string{fmt.Sprintf("$(V%d)", i+1)}
		}
		r.vars[fmt.Sprintf("V%d", n-1)] = []string{"end"}
		if got := strings.Join((&scan{r: r}).expand("$(V0)", 0), "|"); got != want {
			t.Errorf("%d variables: %q, want %q", n, got, want)
		}
	}
}

// TestLate finds what begins with a variable that another file sets, once that
// file is read.
func TestLate(t *testing.T) {
	const included = "OEM := vendor/acme\nTOP = $(srctree)/oem"
	for _, c := range []struct{ name, text, want string }{
		{"included", "include $(srctree)/conf.mk\ninclude $(OEM)/rules.mk", "vendor/acme/rules.mk included"},
		{"below the tree", "-include $(srctree)/$(OEM)/rules.mk", "vendor/acme/rules.mk included"},
		{"rooted", "include $(TOP)/rules.mk", "oem/rules.mk included"},
		{"program", "CC = $(OEM)/wrap gcc", "vendor/acme/wrap"},
		{"by a variable of its own", "DIR = $(OEM)/b\ninclude $(DIR)/rules.mk", "vendor/acme/b, vendor/acme/b/rules.mk included"},
		{"never set", "include $(OTHER)/rules.mk", ""},
		{"known", "include $(srctree)/board/$(OEM).mk", ""},
	} {
		r := NewReader("x86")
		r.Read("Makefile", Makefile, c.text)
		if late := r.Late(); len(late) > 0 {
			t.Errorf("%s: %v before any file sets anything", c.name, late)
		}
		r.Read("conf.mk", Makefile, included)
		var got []string
		for _, l := range r.Late() {
			name := l.Path
			if l.File != "Makefile" {
				name += " of " + l.File
			}
			if l.Included {
				name += " included"
			}
			got = append(got, name)
		}
		slices.Sort(got)
		if said := strings.Join(got, ", "); said != c.want {
			t.Errorf("%s: %q, want %q", c.name, said, c.want)
		}
		if again := r.Late(); len(again) > 0 {
			t.Errorf("%s: %v a second time", c.name, again)
		}
	}
}
