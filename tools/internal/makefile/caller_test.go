package makefile

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// readDir reads the directory /w/d of these files, as Kbuild does.
func readDir(files map[string]string) *Makefile {
	return Read(Options{Dir: "/w/d", Root: "/w", Open: func(path string) ([]byte, error) {
		if text, ok := files[path]; ok {
			return []byte(text), nil
		}
		return nil, os.ErrNotExist
	}})
}

// TestCallsItself has the makefile that Kbuild reads call it, with a name that
// stands further below.
func TestCallsItself(t *testing.T) {
	text := "ifneq ($(KERNELRELEASE),)\nobj-m := $(NAME).o\n$(NAME)-objs := a.o\nelse\nall:\n\t$(MAKE) -C $(KDIR) M=$(CURDIR) NAME=foo\nendif\n"
	m := readDir(map[string]string{"/w/d/Makefile": text})
	if m == nil {
		t.Fatal("it is none of a module's")
	}
	var got []string
	for _, o := range m.Objects {
		got = append(got, o.Path)
	}
	if strings.Join(got, " ") != "foo a" || len(m.Unclear) > 0 {
		t.Errorf("objects %q, unclear %v", got, m.Unclear)
	}
}

// TestCaller has a Makefile beside a Kbuild: what it sets may be handed on, what
// it builds itself is none of the module's.
func TestCaller(t *testing.T) {
	files := map[string]string{
		"/w/d/Kbuild":     "$(foreach m,$(MODULES),$(eval include $(src)/$(m)/$(m).Kbuild))\n",
		"/w/d/Makefile":   "export MODULES ?= a b\nobj-m := no.o\nall:\n\t$(MAKE) -C $(KDIR) M=$(CURDIR) EXTRA_CFLAGS=-I$(CURDIR)/c modules\nCFLAGS := -I/no\n",
		"/w/d/a/a.Kbuild": "obj-m += a.o\na-y := a/x.o\n", "/w/d/b/b.Kbuild": "obj-m += b.o\n",
	}
	m := readDir(files)
	if m == nil || paths(m) != "a a/x b" || len(m.Unclear) > 0 || len(m.Flags) != 1 || m.Flags[0].Path != "/w/d/c" {
		t.Errorf("got %+v", m)
	}
}

// TestTwice has what both the user's make and Kbuild read count once, and what
// the user's make builds itself not at all.
func TestTwice(t *testing.T) {
	const user = "utest: CFLAGS += -I$(PWD)/userspace -include $(PWD)/user.h\nall:\n\t$(MAKE) -C $(KDIR) M=$(PWD) EXTRA_CFLAGS=-I$(PWD)/c\n"
	for name, files := range map[string]map[string]string{
		"one makefile": {"/w/d/Makefile": "ifneq ($(KERNELRELEASE),)\nobj-m := foo.o\nelse\n" + user + "endif\n"},
		"two":          {"/w/d/Kbuild": "obj-m := foo.o\n", "/w/d/Makefile": user},
	} {
		if m := readDir(files); m == nil || paths(m) != "foo" || len(m.Flags) != 1 || m.Flags[0].Path != "/w/d/c" {
			t.Errorf("%s: got %+v", name, m)
		}
	}

	files := map[string]string{}
	var text strings.Builder
	for i := range 150 {
		fmt.Fprintf(&text, "include $(src)/%d.mk\n", i)
		files[fmt.Sprintf("/w/d/%d.mk", i)] = fmt.Sprintf("obj-m += a%d.o\n", i)
	}
	files["/w/d/Makefile"] = text.String()
	if m := readDir(files); m == nil || len(m.Objects) != 150 || len(m.Unclear) > 0 {
		t.Errorf("150 files are included: %d objects, unclear %v", len(m.Objects), m.Unclear)
	}

	text.Reset()
	text.WriteString("obj-m := a.o\n")
	for i := range maxPatterns {
		fmt.Fprintf(&text, "$(obj)/p%d/%%.c: $(src)/%%.y\n\tyacc $<\n", i)
	}
	last := fmt.Sprintf("p%d/x.c", maxPatterns-1)
	if _, ok := readDir(map[string]string{"/w/d/Makefile": text.String()}).Made(last, func(string) bool { return true }); !ok {
		t.Errorf("of %d patterns the last makes no %s", maxPatterns, last)
	}
}

// TestMade has rules, of which those make a file that have a recipe.
func TestMade(t *testing.T) {
	for text, want := range map[string]int{
		"$(obj)/v.h: gen\n\t./gen >$@\n":                               1,
		"$(obj)/v.h: gen ; ./gen >$@\n":                                1,
		"$(obj)/v.h: gen\n":                                            0,
		"$(obj)/v.h: gen\n\t\n":                                        0,
		"$(obj)/v.h: gen\n\nX := 1\n\t./gen\n":                         0,
		"$(obj)/v.h: X := a;b\n":                                       0,
		"$(obj)/v.h: gen\nv.h:\n\t./gen\n":                             2,
		"v.h w.h: gen\n\n# How.\n\t./gen\n":                            1,
		"v.h: gen\nifdef X\n\t./gen -x\nelse\n\t./gen\nendif\n":        1,
		"v.h: gen\nw.h: gen\n\t./gen\n":                                0,
		"%.h: %.in\n":                                                  0,
		"%.h: %.in\n\tcp $< $@\n":                                      1,
		"v.h: gen\n%.h: %.in\n\tcp $< $@\n":                            2,
		"v.h: %.h: %.in\n":                                             0,
		"v.h: %.h: %.in\n\tcp $< $@\n":                                 1,
		"define r\n$(1).h: gen\n\t./gen\nendef\n$(eval $(call r,v))\n": 5,
		"$(eval v.h: gen)\n\t./gen\n":                                  0,
	} {
		at, ok := read(t, text, nil).Made("v.h", func(string) bool { return true })
		if ok != (want > 0) || at.Line != want {
			t.Errorf("%q: made %v by line %d, want line %d", text, ok, at.Line, want)
		}
	}
}
