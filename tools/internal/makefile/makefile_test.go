package makefile

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// read reads a makefile of the directory /w/d.
func read(t *testing.T, text string, files map[string]string) *Makefile {
	t.Helper()
	o := Options{Dir: "/w/d", Root: "/w", Open: func(path string) ([]byte, error) {
		if text, ok := files[path]; ok {
			return []byte(text), nil
		}
		return nil, os.ErrNotExist
	}}
	o.Top = o.Dir
	return newReader(o, "/w/d/Makefile").parse("/w/d/Makefile", text)
}

func paths(m *Makefile) string {
	var out []string
	for _, o := range m.Objects {
		out = append(out, o.Path)
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

// unclear returns the lines of what is not understood.
func unclear(m *Makefile) string {
	var out []string
	for _, u := range m.Unclear {
		out = append(out, fmt.Sprint(u.Line))
	}
	return strings.Join(out, " ")
}

func TestObjects(t *testing.T) {
	const dkms = "ifneq ($(KERNELRELEASE),)\n"
	for _, c := range []struct{ name, text, want, unclear string }{
		{"plain", "obj-m := a.o b.o\n", "a b", ""},
		{"a name in a variable", "MODULE_NAME := drv\ncore := core/a.o \\\n\tcore/b.o\n$(MODULE_NAME)-y += $(core)\nobj-$(CONFIG_DRV) := $(MODULE_NAME).o\n", "core/a core/b drv", ""},
		{"and -objs", "TARGET = drv\nobj-m := $(TARGET).o\n$(TARGET)-objs := top.o src/x.o\n", "drv src/x top", ""},
		{"curly", "TARGET = drv\nobj-m := ${TARGET}.o\n${TARGET}-${CONFIG_X} := top.o\n", "drv top", ""},
		{"nested names", "A := x\nobjs_x := p.o q.o\nobj-m := m.o\nm-y := $(objs_$(A))\n", "m p q", ""},
		{"a name that an option has a part in", "obj-m := m.o\nobjs-y := p.o\nobjs-n := q.o\nm-objs := $(objs-$(CONFIG_A))\n", "m p q", ""},
		{"crlf", "obj-m := s.o\r\ns-y := a.o \\\r\n  b.o\r\n", "a b s", ""},
		{"a comment that goes on", "obj-m := a.o # b.o \\\n c.o\n# x \\\nobj-m += no.o\nobj-m += d.o\n", "a d", ""},
		{"a sharp that is none", "obj-m := a.o\nX := \\# b.o\n", "a", ""},
		{"tabs that are no recipe", dkms + "\tobj-m := a.o\n\ta-objs := b.o\nelse\nall:\n\tobj-m := no.o\nendif\n", "a b", ""},
		{"tabs behind the rule of the other branch", "ifeq ($(KERNELRELEASE),)\nall:\n\tmake\nelse\n\tobj-m := a.o\nendif\n\tobj-m += b.o\n", "a b", ""},
		{"tabs behind a rule that is there", "obj-m := a.o\nall:\n\tmake\nifdef X\n\tobj-m := no.o\nendif\n\tobj-m := no.o\n", "a", ""},
		{"a byte order mark", "\ufeffobj-m := a.o\n", "a", ""},
		{"the other branch of KERNELRELEASE", "ifeq ($(KERNELRELEASE),)\nobj-m := no.o\nelse\nobj-m := a.o\nendif\n", "a", ""},
		{"quoted", "ifneq \"$(KERNELRELEASE)\" \"\"\nobj-m := a.o\nelse\nobj-m := no.o\nendif\n", "a", ""},
		{"ifdef", "ifndef KERNELRELEASE\nobj-m := no.o\nelse\nobj-m := a.o\nendif\n", "a", ""},
		{"stripped", "ifeq ($(strip $(KERNELRELEASE)),)\nobj-m := no.o\nelse\nobj-m := a.o\nendif\n", "a", ""},
		{"else if", "ifeq ($(KERNELRELEASE),)\nobj-m := no.o\nelse ifeq ($(CONFIG_A),y)\nobj-m := a.o\nelse\nobj-m := b.o\nendif\n", "a b", ""},
		{"every branch of an option", "obj-m := m.o\nifeq ($(CONFIG_A),y)\nm-objs := a.o\nelse ifdef B\nm-objs := b.o\nelse\nm-objs := c.o\nendif # A\n", "a b c m", ""},
		{"a name by what the makefile sets", "USB = y\nPCI = n\nNAME = none\nifeq ($(USB), y)\nNAME = usb\nendif\nifeq ($(PCI), y)\nNAME = pci\nOBJS += pci_only.o\nelse\nOBJS += other.o\nendif\nobj-m := $(NAME).o\n$(NAME)-y := $(OBJS)\n", "other pci_only usb", ""},
		{"of many chips one", "A = n\nB = y\n" + strings.Repeat("ifeq ($(A), y)\nNAME = a\nendif\n", 80) + "ifeq ($(B), y)\nNAME = b\nendif\nobj-m := $(NAME).o\n", "b", ""},
		{"a name by an option", "ifeq ($(CHIP),1)\nNAME := a\nelse\nNAME := b\nendif\nobj-m := $(NAME).o\n$(NAME)-y := $(NAME)_main.o\n", "a a_main b b_main", ""},
		{"added in a condition", "obj-m := m.o\nm-objs := a.o\nifneq ($(DEBUG),)\nm-objs += b.o\nendif\nm-objs += c.o\n", "a b c m", ""},
		{"set again", "obj-m := no.o\nobj-m := a.o\n", "a", ""},
		{"set again in a condition", "obj-m := a.o\nifdef X\nobj-m := b.o\nendif\n", "a b", ""},
		{"set if it is not", "N ?= a\nN ?= b\nobj-m := $(N).o\n", "a", ""},
		{"at once and late", "T := a\nobj-m :=\nobj-m += $(T).o\n$(T)-objs := x.o\nT := b\nobj-m += $(T).o\n$(T)-objs := y.o\n", "a b x y", ""},
		{"added to itself", "O := a.o\nO := $(O) b.o\nobj-m := m.o\nm-y := $(O)\n", "a b m", ""},
		{"set below its use", "obj-m := $(N).o\nN := a\n", "a", ""},
		{"itself", "obj-m := m.o\nX = $(X)\nm-objs := $(X) a.o\n", "a m", ""},
		{"two of each other", "obj-m := m.o\nX = $(Y) x.o\nY = $(X) y.o\nm-objs := $(addprefix d/,$(X))\n", "d/x d/y m", ""},
		{"addprefix", "obj-m := m.o\nm-objs := $(addprefix core/, a.o b.o) $(addsuffix .o,c d)\n", "c core/a core/b d m", ""},
		{"patsubst", "SRCS := a.c b.c\nobj-m := m.o\nm-objs := $(SRCS:.c=.o) $(SRCS:%.c=x/%.o) $(patsubst %.c,y/%.o,$(SRCS))\n", "a b m x/a x/b y/a y/b", ""},
		{"and", "obj-m := m.o\nm-y := $(and x,a.o) $(and ,no.o) $(and b.o,)\n", "a m", ""},
		{"a word shorter than a pattern", "obj-m := m.o\nm-y := $(filter-out a.o%o,a.o) $(patsubst b%.o.o,no.o,b.o)\n", "a b m", ""},
		{"foreach", "obj-m := m.o\nm-objs := $(foreach d,p q,$(d)/$(d)_main.o)\n", "m p/p_main q/q_main", ""},
		{"subst, sort, strip, filter", "L := a.o b.o c.x\nobj-m := m.o\nm-objs := $(sort $(strip $(subst .x,.o,$(filter-out b.o,$(L)))))\n", "a c m", ""},
		{"if", "obj-m := m.o\nm-objs := $(if $(CONFIG_A),a.o,b.o) $(if y,c.o,no.o) $(if ,no.o,d.o)\n", "a b c d m", ""},
		{"join, notdir, dir, basename", "S := p/a.c q/b.c\nobj-m := m.o\nm-y := $(join p/ q/,c.o d.o) $(notdir $(basename $(S)))x.o $(addsuffix e.o,$(dir $(S)))\n", "bx m p/c p/e q/d q/e", "3"},
		{"eval", "MODS := a b\n$(foreach m,$(MODS),$(eval obj-m += $(m).o))\n$(foreach m,$(MODS),$(eval $(m)-objs := $(m)_main.o))\n", "a a_main b b_main", ""},
		{"define", "define module\nobj-m += $(1).o\n$(1)-objs := $(1)_x.o\nendef\n$(foreach m,a b,$(eval $(call module,$(m))))\n", "a a_x b b_x", ""},
		{"a function of one's own", "up = ../$(1)/$(2).o\nobj-m := m.o\nm-y := $(call up,c,d)\n", "../c/d m", ""},
		{"a define that is none's", "define help\nobj-m := no.o\n endef\nobj-m := a.o\n", "a", ""},
		{"exported, overridden", "export obj-m := a.o\noverride obj-m += b.o\n", "a b", ""},
		{"handed on by the command line", dkms + "obj-m := $(NAME).o\nelse\nall:\n\t$(MAKE) -C /lib/modules/x/build M=$(PWD) NAME=drv modules\nendif\n", "drv", ""},
		{"handed on by export", "ifeq ($(KERNELRELEASE),)\nexport NAME := drv\nelse\nobj-m := $(NAME).o\nendif\n", "drv", ""},
		{"absolute", "obj-m := m.o\nm-y := $(src)/a.o $(PWD)/sub/b.o ./c.o\n", "a c m sub/b", ""},
		{"a rule, and a recipe", "obj-m := a.o\nclean:\n\trm -f obj-m := no.o\n$(obj)/x.o: CFLAGS += -DX\n", "a", ""},
		{"no module of its own", "prog-objs := no.o\nobj-m := a.o\nhostprogs := prog\n", "a", ""},
		{"obj-y", "obj-y := a.o\nobj-m := b.o\n", "a b", ""},
		{"not known", "obj-m := m.o\nm-objs := a.o $(shell ls x)\n", "a m", "2"},
		{"whose", "obj-m := a.o\n$(WHO)-objs := b.o\n", "a", "2"},
		{"no object", "obj-m := a.ko\n", "", "1"},
		{"no line", "obj-m := a.o\nhello world\n", "a", "2"},
		{"an unknown include", "obj-m := a.o\ninclude $(WHERE)/x.mk\n-include $(KDIR)/.config\n-include gone.mk\n", "a", "2"},
		{"a comma in the last argument", "obj-m := $(subst c,x,c,d).o\n", "x,d", ""},
		{"a gone include", "obj-m := a.o\ninclude gone.mk\n", "a", "2"},
	} {
		m := read(t, c.text, nil)
		if got := paths(m); got != c.want || unclear(m) != c.unclear {
			t.Errorf("%s: of\n%s\ngot %q, and unclear %v; want %q and %q", c.name, c.text, got, m.Unclear, c.want, c.unclear)
		}
	}
}

func TestModule(t *testing.T) {
	for text, want := range map[string][2]bool{
		"obj-m := a.o\n": {true, false}, "obj-$(CONFIG_A) += a.o\n": {false, true}, "obj-y := a.o\n": {}, "#obj-m := a.o\nprog: obj-m\n": {},
		"obj-${CONFIG_A} += a.o\n": {false, true}, "": {},
	} {
		if m := read(t, text, nil); m.Listed != want[0] || m.Optional != want[1] {
			t.Errorf("%q: got %v, %v", text, m.Listed, m.Optional)
		}
	}
}

func TestInclude(t *testing.T) {
	files := map[string]string{
		"/w/d/x.mk": "m-objs += x.o\ninclude $(src)/y.mk\n", "/w/d/y.mk": "m-objs += y.o\ninclude $(src)/x.mk\nbad line\n",
		"/w/top.mk": "obj-m += top.o\n", "/x.mk": "obj-m += no.o\n", "/w/d/p/a.mk": "m-y += a.o\n",
	}
	m := read(t, "obj-m := m.o\ninclude x.mk $(M)/../top.mk\ninclude $(dir $(lastword $(MAKEFILE_LIST)))p/a.mk\n-include $(srctree)/scripts/Kbuild.include /x.mk\n", files)
	if got := paths(m); got != "a m top x y" {
		t.Errorf("got %q", got)
	}
	if len(m.Unclear) != 1 || m.Unclear[0].File != "/w/d/y.mk" || m.Unclear[0].Line != 3 {
		t.Errorf("unclear: %v", m.Unclear)
	}
}

func TestFlags(t *testing.T) {
	for text, want := range map[string]string{
		"ccflags-y := -I$(src)/inc -I$(srctree)/drivers/md -I $(M)/../common -I/usr/include\n":     "/w/d/inc t:drivers/md /w/common /usr/include",
		"CFLAGS_a.o := -I$(srctree)/$(src)/trace -I$(srctree)/$(WHERE)\n":                          "/w/d/trace ?1",
		"ccflags-y += -include $(src)/compat.h\nccflags-y += -include linux/kconfig.h\n":           "!/w/d/compat.h !linux/kconfig.h",
		"ccflags-y += -include $(srctree)/include/linux/x.h -imacros $(obj)/m.h\n":                 "!t:include/linux/x.h !/w/d/m.h",
		"D := a b\nEXTRA_CFLAGS += $(foreach d,$(D),-I$(src)/$(d)) $(addprefix -I,x y)\n":          "/w/d/a /w/d/b x y",
		"KDIR ?= /lib/modules/$(shell uname -r)/build\nccflags-y := -I$(KDIR)/drivers/md\n":        "t:drivers/md",
		"INC := -I\"$(CURDIR)/q\" -isystem $(PWD)/s\nccflags-y := $(INC) -isysroot x\n":            "/w/d/q /w/d/s",
		"$(obj)/a.o: ccflags-y += -I$(src)/r\n":                                                    "/w/d/r",
		"subdir-ccflags-y := -I$(src)/all\n":                                                       "/w/d/all+",
		"ifeq ($(X),)\nccflags-y := -I$(src)/a\nelse\nccflags-y := -I$(src)/b\nendif\n":            "/w/d/a /w/d/b",
		"all:\n\t$(MAKE) -C $(KDIR) M=$(PWD) EXTRA_CFLAGS=\"-I$(PWD)/c -DX\"\n":                    "/w/d/c",
		"ccflags-y += -include$(src)/a.h --include=$(src)/b.h --include c.h -isystem$(src)/d\n":    "!/w/d/a.h !/w/d/b.h !c.h /w/d/d",
		"ccflags-y += -Wp,-include,$(src)/a.h,-I$(src)/e --include-directory=$(src)/f\n":           "!/w/d/a.h /w/d/e /w/d/f",
		"CFLAGS_REMOVE_a.o := -include $(src)/x.h\nccflags-remove-y += -I$(src)/x\n":               "",
		"all:\n\t$(MAKE) RSYNC=\"--include=*.h --include='*/' --include [a-z].h --include=b.h\"\n": "!b.h",
		"ccflags-y := -I$(UNSET)\n":                                                           "",
		"MYDIR := $(shell pwd)\nccflags-y := -I$(MYDIR)/h\n":                                  "/w/d/h",
		"MYDIR := $(dir $(abspath $(lastword $(MAKEFILE_LIST))))\nccflags-y := -I$(MYDIR)h\n": "/w/d/h",
	} {
		m := read(t, "obj-m := a.o\n"+text, nil)
		var got []string
		for _, f := range m.Flags {
			s := f.Path
			if f.InTree {
				s = "t:" + s
			}
			if f.Forced {
				s = "!" + s
			}
			if f.Below {
				s += "+"
			}
			got = append(got, s)
		}
		if len(m.Unclear) > 0 {
			got = append(got, "?"+fmt.Sprint(len(m.Unclear)))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: got %q, want %q (%v)", text, got, want, m.Unclear)
		}
	}
}

func TestComputed(t *testing.T) {
	for text, want := range map[string]string{
		"m-objs := a.o $(X:%=asm/%)\n":         "true asm",
		"m-objs := $(FROM_ELSEWHERE)\n":        "true ",
		"m-$(CONFIG_X) := a.o\n":               "false ",
		"m-objs := $(patsubst %,p/%.o,$(X))\n": "true p",
		"m-objs := $(shell find . -name x)\n":  "true ",
	} {
		m := read(t, "obj-m := m.o\n"+text, nil)
		if got := fmt.Sprint(m.Computed, " ", strings.Join(m.Dirs, " ")); got != want {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	}
}

// TestWildcard has files: those of the directory are found as they are named.
func TestWildcard(t *testing.T) {
	root := t.TempDir()
	dir := filepath.Join(root, "d")
	for _, f := range []string{"d/a.c", "d/b.c", "d/p/c.c", "e.c"} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(root, f)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(root, f), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for text, want := range map[string]string{
		"$(patsubst %.c,%.o,$(wildcard *.c))":                              "a b m",
		"$(patsubst $(src)/%.c,%.o,$(wildcard $(src)/*.c $(src)/p/*.c))":   "a b m p/c",
		"$(subst .c,.o,$(notdir $(wildcard $(PWD)/*.c)))":                  "a b m",
		"$(patsubst %.c,%.o,$(wildcard ../*.c ../../../*.c /etc/*))":       "../e m",
		"$(foreach d,. p,$(patsubst %.c,%.o,$(wildcard $(src)/$(d)/*.c)))": "a b m p/c",
	} {
		o := Options{Dir: dir, Top: dir, Root: root, Open: os.ReadFile}
		if m := newReader(o, "").parse(filepath.Join(dir, "Makefile"), "obj-m := m.o\nm-objs := "+text+"\n"); paths(m) != want {
			t.Errorf("%s: got %q, want %q", text, paths(m), want)
		}
	}
}

// TestBounds has makefiles that would take ages, or all memory, if each use of
// a value cost as much as the value is long.
func TestBounds(t *testing.T) {
	many := func(n int, line string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, strings.ReplaceAll(line, "%", "%[1]d")+"\n", i)
		}
		return b.String()
	}
	big := "BIG := " + strings.ReplaceAll(many(40000, "f%.o"), "\n", " ") + "\n"
	for _, c := range []struct {
		name, text string
		objects    int
		bounded    bool
	}{
		{"many lines", many(80000, "obj-m += a%.o"), 80000, false},
		{"set anew each time", many(5000, "obj-m := $(obj-m) a%.o"), 0, true},
		{"a large value, used often", big + "obj-m := m.o\n" + strings.Repeat("m-objs += $(BIG)\n", 2000), 40001, false},
		{"a large value in many composites", big + many(2000, "obj-m += m%.o") + many(2000, "m%-objs := $(BIG)"), 42000, false},
		{"a large value in a function, often", big + "obj-m := m.o\n" + strings.Repeat("m-objs += $(addprefix p/,$(BIG))\n", 2000), 0, true},
		{"twice as much each time", "x0 := a.o b.o\nobj-m := m.o\n" + many(60, "y% = $(x%) $(x%)\nx$(shell true) = no") + strings.Repeat("x0 := $(x0)$(x0)\n", 60) + "m-objs := $(x0)\n", 0, true},
		{"includes itself by another name", "obj-m := a.o\ninclude $(src)/./Makefile Makefile ../d/Makefile\n", 1, false},
		{"conditions that never end", "obj-m := a.o\n" + strings.Repeat("ifdef X\n", 50000), 1, false},
		{"calls itself", "f = $(call f,$(1))\nobj-m := $(call f,x) a.o\n", 1, false},
		{"evaluates itself", "define f\n$(eval $(value f))\n$(eval $(f))\nendef\nobj-m := a.o\n$(eval $(f))\n", 1, false},
	} {
		begin := time.Now()
		m := read(t, c.text, map[string]string{"/w/d/Makefile": c.text})
		if len(m.Objects) < c.objects {
			t.Errorf("%s: %d objects, want %d", c.name, len(m.Objects), c.objects)
		}
		if c.bounded && (!m.Computed || len(m.Unclear) == 0) {
			t.Errorf("%s: nothing is said", c.name)
		}
		t.Logf("%s: %v", c.name, time.Since(begin))
	}
	// Twice as many lines are twice the work.
	for _, line := range []string{"obj-m += a%.o", "x% := a%.o\nobj-m += $(x%)", "obj-m += a%.o\na%-y += b%.o", "obj-m := a%.o", "ccflags-y += -I$(src)/d%", "$(eval obj-m += a%.o)"} {
		work := func(n int) int {
			r := newReader(Options{Dir: "/w/d", Top: "/w/d", Root: "/w"}, "")
			r.parse("/w/d/Makefile", many(n, line))
			return maxWork - r.work
		}
		if once, twice := work(2000), work(4000); twice > 3*once {
			t.Errorf("%q: %d steps for 2000 lines, %d for 4000", line, once, twice)
		}
	}
}
