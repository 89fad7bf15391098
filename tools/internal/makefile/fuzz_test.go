package makefile

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// FuzzRead reads any text as a makefile that includes itself and another: it says
// the same each time, and nothing outside of the workspace is opened.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		"obj-m := a.o b.o\na-objs := c.o\n", "obj-$(CONFIG_X) += a.o\n", "ifeq ($(A),b)\nobj-m += x.o\nelse\nobj-m += y.o\nendif\n", "define F\nobj-m += $(1).o\nendef\n$(eval $(call F,z))\n",
		"A = $(A)\nobj-m := $(A)\n", "include Makefile\n-include ../../etc/x $(src)/sub.mk\n", "ccflags-y += -I$(src)/include -include x.h\n", "obj-m := $(patsubst %.c,%.o,$(wildcard *.c))\n", "obj-m += \\\n a.o \\\n", "all:\n\tmake -C x\n", "$(", "${", "endif\n",
	} {
		f.Add(seed, seed)
	}
	f.Fuzz(func(t *testing.T, text, other string) {
		open := func(path string) ([]byte, error) {
			if rel, err := filepath.Rel("/ws", path); err != nil || rel == ".." || strings.HasPrefix(rel, "../") {
				t.Errorf("%q is opened", path)
			}
			switch filepath.Base(path) {
			case "Makefile":
				return []byte(text), nil
			case "sub.mk":
				return []byte(other), nil
			}
			return nil, os.ErrNotExist
		}
		o := Options{Dir: "/ws/m", Root: "/ws", Open: open}
		if once, twice := Read(o), Read(o); !reflect.DeepEqual(once, twice) {
			t.Errorf("%q is read as %+v, and as %+v", text, once, twice)
		}
	})
}

// TestManyLines has as many lines, and as long a variable as often, as would take
// minutes or gigabytes if each were looked at with all before it.
func TestManyLines(t *testing.T) {
	var lines strings.Builder
	for i := range 80_000 {
		fmt.Fprintf(&lines, "obj-m += f%d.o\n", i)
	}
	long := "V := " + strings.Repeat("x.o ", 64<<10) + "\n"
	for name, c := range map[string]struct {
		text string
		want int
	}{
		"many lines":       {lines.String(), 80_000},
		"a long variable":  {long + strings.Repeat("obj-m += $(V)\n", 2000), 1},
		"one that is lazy": {strings.Replace(long, ":=", "=", 1) + strings.Repeat("obj-m += $(V)\n", 2000), 1},
	} {
		m := read(t, c.text, nil)
		if len(m.Objects) != c.want {
			t.Errorf("%s: %d objects, want %d", name, len(m.Objects), c.want)
		}
	}
}
