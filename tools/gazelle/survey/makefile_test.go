package survey

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

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
		if err := os.WriteFile(filepath.Join(dir, "Makefile"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		w := &Workspace{Root: dir, inherits: map[string]inherited{}}
		m := w.readMakefile(dir)
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
