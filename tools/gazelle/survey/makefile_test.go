package survey

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestParseMakefile(t *testing.T) {
	for _, c := range []struct {
		text                   string
		module                 bool
		objects, local, inTree []string
	}{
		{"obj-m := a.o b.o\n", true, []string{"a", "b"}, nil, nil},
		{"  obj-m += a.o # obj-y := no.o\na-$(CONFIG_X) += x.o\na-objs := sub/y.o\n", true, []string{"a", "x", "sub/y"}, nil, nil},
		{"obj-$(CONFIG_A) += a.o\n", true, []string{"a"}, nil, nil},
		{"#obj-m := a.o\nprog: obj-m\n", false, nil, nil, nil},
		{"obj-m := \\\n a.o\nccflags-y := -I$(src)/inc -I$(srctree)/drivers/md -I $(M)/../common -I/usr/include\n", true, []string{"a"}, []string{"/d/inc", "/common"}, []string{"drivers/md"}},
		{"obj-m := a.o\nCFLAGS_a.o := -I$(srctree)/$(src)/trace -I$(srctree)/$(WHERE)\n", true, []string{"a"}, []string{"/d/trace"}, nil},
		{"OBJS = b.o ${MORE}\nMORE += sub/c.o\nobj-m := $(NAME).o\nNAME := m\nm-objs := a.o $(OBJS)\n", true, []string{"m", "a", "b", "sub/c"}, nil, nil},
		{"obj-m := m.o\nX = $(X)\nm-objs := $(X) a.o\n", true, []string{"m", "a"}, nil, nil},
	} {
		m, ok := parseMakefile("/d", c.text)
		if ok != c.module || !slices.Equal(m.Objects, c.objects) || !slices.Equal(m.Local, c.local) || !slices.Equal(m.InTree, c.inTree) {
			t.Errorf("parseMakefile(%q) = %+v, %v; want %+v", c.text, *m, ok, c)
		}
	}
}

// TestExpandIsBounded has a value that is not expanded once it has 64 KiB.
func TestExpandIsBounded(t *testing.T) {
	vars := map[string]string{"X": "x"}
	for n, want := range map[int]string{1<<16 - 1: "x", 1 << 16: "$(X)"} {
		value := strings.Repeat("a", n-len("$(X)")) + "$(X)"
		if got := expand(value, vars); !strings.HasSuffix(got, "a"+want) {
			t.Errorf("of %d bytes the end is %q, want %q", n, got[len(got)-5:], want)
		}
	}
}

func TestComputedObjects(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "main.c", "other.c", "main.mod.c", "note.txt", "core/a.c", "core/deep/no.c", "asm/b.S", "else/no.c")
	for text, want := range map[string][]string{
		"obj-m := m.o\nm-objs := main.o\n":                                               {"main.c"},
		"obj-m := m.o\nm-objs := main.o $(addprefix core/, a.o b.o) $(X:%=asm/%)\n":      {"asm/b.S", "core/a.c", "main.c", "other.c"},
		"obj-m := m.o\nm-objs := main.o $(FROM_ELSEWHERE)\n":                             {"main.c", "other.c"},
		"obj-m := m.o\nm-$(CONFIG_X) := main.o\n":                                        {"main.c"},
		"obj-m := m.o\nm-objs := $(OBJS)\nOBJS := $(patsubst %.c,%.o,$(wildcard *.c))\n": {"main.c", "other.c"},
	} {
		m, _ := parseMakefile(dir, text)
		var got []string
		for _, f := range m.Sources(NewFiles(), dir) {
			rel, _ := filepath.Rel(dir, f)
			got = append(got, rel)
		}
		if !slices.Equal(got, want) {
			t.Errorf("the sources of %q are %q, want %q", text, got, want)
		}
	}
}

func TestIncludesOf(t *testing.T) {
	name := filepath.Join(t.TempDir(), "a.h")
	if err := os.WriteFile(name, []byte(`#ifndef A_H
#define A_H
#include <linux/a.h>
  #  include "b.h" /* why */
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 10, 0)
#include <linux/old.h>
#endif
#include COMPUTED
/* once:
#include <linux/gone.h>
*/
// #include <linux/never.h>
#include <linux/c.h>
#endif
`), 0o644); err != nil {
		t.Fatal(err)
	}
	want := []Include{{"linux/a.h", true, 3, false}, {"b.h", false, 4, false}, {"linux/old.h", true, 6, true}, {"linux/c.h", true, 13, false}}
	if got := includesOf(name); !slices.Equal(got, want) {
		t.Errorf("includesOf = %+v, want %+v", got, want)
	}
}
