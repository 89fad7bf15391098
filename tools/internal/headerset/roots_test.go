package headerset

import (
	"slices"
	"strings"
	"testing"
)

// TestVendorRoots follows roots into directories that the tree's makefiles add to
// the search path.
func TestVendorRoots(t *testing.T) {
	const below = "drivers/vendor/include/vendor/"
	vendor := map[string]string{
		below + "y.h": "#include <vendor/z.h>\n#include \"z2.h\"\n", below + "z.h": "#include <linux/far.h>\n", below + "z2.h": "", below + "all.h": "#include <vendor/z2.h>\n", below + "not.h": "",
		"include/linux/x.h": "#include <vendor/y.h>\n", "include/linux/far.h": "", "include/linux/not.h": "",
	}
	const include = "-I$(srctree)/drivers/vendor/include"
	y := []string{"include/linux/x.h", below + "y.h", below + "z.h", below + "z2.h", "include/linux/far.h"}
	for _, c := range []struct {
		name        string
		files       map[string]string
		root        string
		has, hasNot []string
	}{
		{"top makefile", map[string]string{"Makefile": "VERSION = 6\nPATCHLEVEL = 1\nLINUXINCLUDE += " + include}, "linux/x.h", y, []string{below + "not.h", "include/linux/not.h"}},
		{"architecture's", map[string]string{"arch/x86/Makefile": "KBUILD_CPPFLAGS += " + include}, "linux/x.h", y, []string{below + "not.h"}},
		{"included", map[string]string{"Makefile": "VERSION = 6\nPATCHLEVEL = 1\ninclude $(srctree)/oem/rules.mk\n", "oem/rules.mk": "LINUXINCLUDE += " + include}, "linux/x.h", y, []string{below + "not.h"}},
		{"a root of the vendor's", map[string]string{"Makefile": "VERSION = 6\nPATCHLEVEL = 1\nLINUXINCLUDE += " + include}, "vendor/z.h", []string{below + "z.h", "include/linux/far.h"}, []string{below + "y.h", "include/linux/x.h"}},
		{"before every source", map[string]string{"Makefile": "VERSION = 6\nPATCHLEVEL = 1\nLINUXINCLUDE += " + include + " -include $(srctree)/" + below + "all.h"}, "linux/far.h", []string{below + "all.h", below + "z2.h"}, []string{below + "z.h"}},
		{"by a variable", map[string]string{"Makefile": "VERSION = 6\nPATCHLEVEL = 1\nVENDOR := drivers/vendor/include\nccflags-y += $(addprefix -I$(srctree)/,$(VENDOR))\n"}, "linux/x.h", y, []string{below + "not.h"}},
		{"by an option", map[string]string{"Makefile": "VERSION = 6\nPATCHLEVEL = 1\nLINUXINCLUDE-$(CONFIG_OEM) += " + include, "include/config/auto.conf": "CONFIG_OEM=y\n"}, "linux/x.h", y, []string{below + "not.h"}},
		{"by an option that is off", map[string]string{"Makefile": "VERSION = 6\nPATCHLEVEL = 1\nLINUXINCLUDE-$(CONFIG_OEM) += " + include, "include/config/auto.conf": "CONFIG_Y=y\n"}, "linux/x.h", y[:1], []string{below + "y.h"}},
		{"before every source, by its name", map[string]string{"Makefile": "VERSION = 6\nPATCHLEVEL = 1\nLINUXINCLUDE += " + include + " -include vendor/all.h"}, "linux/far.h", []string{below + "all.h", below + "z2.h"}, []string{below + "z.h"}},
		{"before every source, in the tree's top", map[string]string{"Makefile": "VERSION = 6\nPATCHLEVEL = 1\nLINUXINCLUDE += -include all.h", "all.h": "#include \"beside.h\"\n#include \"oem/b.h\"", "beside.h": "", "oem/b.h": "", "oem/c.h": "", "other.h": ""}, "linux/far.h", []string{"all.h", "beside.h", "oem/b.h"}, []string{"other.h", "oem/c.h"}},
		{"the tree's top", map[string]string{"Makefile": "VERSION = 6\nPATCHLEVEL = 1\nLINUXINCLUDE += -I$(srctree)", "include/linux/x.h": "#include <oem/b.h>\n#include <top.h>", "oem/b.h": "#include <oem/deep/c.h>", "oem/deep/c.h": "", "top.h": "", "oem/d.h": ""}, "linux/x.h", []string{"include/linux/x.h", "oem/b.h", "oem/deep/c.h", "top.h"}, []string{"oem/d.h", below + "y.h"}},
		{"in a directory of any name", map[string]string{"Makefile": "VERSION = 6\nPATCHLEVEL = 1\nLINUXINCLUDE += -I$(srctree)/oem", "include/linux/x.h": "#include <b.h>", "oem/b.h": "#include \"c.h\"", "oem/c.h": "", "oem/d.h": ""}, "linux/x.h", []string{"oem/b.h", "oem/c.h"}, []string{"oem/d.h"}},
		{"no makefile names it", map[string]string{}, "linux/x.h", []string{"include/linux/x.h"}, []string{below + "y.h", "include/linux/far.h"}},
	} {
		for _, profile := range []string{"headers", "modules", "rfc"} {
			files := prepared(vendor)
			for p, text := range c.files {
				files[p] = text
			}
			results, _ := load(t, dir(t, files), Options{Profile: profile, Roots: []string{c.root}})
			set, err := results[0].Set, results[0].Err
			if err == nil {
				err = set.Check()
			}
			if err != nil {
				t.Errorf("%s, %s: %v", c.name, profile, err)
				continue
			}
			for i, p := range slices.Concat(c.has, c.hasNot) {
				if set.has(p) != (i < len(c.has)) {
					t.Errorf("%s, %s: %s in the set: %v", c.name, profile, p, set.has(p))
				}
			}
			for _, f := range set.Files {
				if strings.HasPrefix(f.Path, below) && f.Rule != "roots" && f.Rule != "named" {
					t.Errorf("%s, %s: %s by %s", c.name, profile, f.Path, f.Rule)
				}
			}
		}
	}
}
