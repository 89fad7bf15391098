package buildfiles

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"testing"
)

// finder finds among makefiles, and counts how often it is asked.
func finder(files map[string]string, asked *int) func([]string) ([]File, error) {
	return func(names []string) ([]File, error) {
		*asked++
		var out []File
		for p, text := range files {
			if slices.ContainsFunc(names, func(n string) bool { ok, _ := path.Match(n, p); return ok }) {
				out = append(out, File{p, text})
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
		{"what builds all directories", map[string]string{"scripts/Makefile.lib": "KBUILD_CPPFLAGS += -I$(srctree)/a\nc_flags = -I$(srctree)/b"}, "a"},
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

// TestSearchOfMany reads a makefile that adds and includes very much. A search
// that looks through all of it for each would take minutes.
func TestSearchOfMany(t *testing.T) {
	const n = 60_000
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
				files = append(files, File{name, text.String()})
			case names[name]:
				files = append(files, File{name, ""})
			}
		}
		return files, nil
	})
	if err != nil || len(s.Dirs) != n || len(s.Forced) != n || s.Dirs[n-1] != fmt.Sprintf("d%d/include", n-1) {
		t.Errorf("%d directories, %d headers: %v", len(s.Dirs), len(s.Forced), err)
	}
}
