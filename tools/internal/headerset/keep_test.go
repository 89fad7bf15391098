package headerset

import (
	"strings"
	"testing"
)

// TestKeep leaves out the headers of drivers that the rest of the set does not
// reach.
func TestKeep(t *testing.T) {
	files := prepared(map[string]string{
		"include/linux/fs.h":               "#include <sound/a.h>\n",
		"include/sound/a.h":                "#ifdef NEVER\n#include \"../drm/b.h\"\n#endif\n",
		"include/drm/b.h":                  "#include <linux/far.h>\n#include \"../../drivers/gpu/g.h\"\n",
		"include/sound/alone.h":            "#include <sound/two.h>\n",
		"include/sound/two.h":              "",
		"drivers/gpu/g.h":                  "",
		"include/dt-bindings/generated.h":  "",
		"include/drm/volatile/.nfs0001.h":  "",
		"include/linux/mfd/of_arch.h":      "",
		"arch/x86/include/asm/processor.h": "#include <linux/mfd/of_arch.h>\n",
	})
	in := dir(t, files)
	for _, c := range []struct {
		name    string
		o       Options
		in, out []string
	}{
		{"tracing", Options{Profile: "tracing"},
			[]string{"include/linux/fs.h", "include/sound/a.h", "include/drm/b.h", "include/linux/mfd/of_arch.h"},
			[]string{"include/sound/alone.h", "include/sound/two.h", "include/dt-bindings/generated.h", "drivers/gpu/g.h", "include/drm/volatile/.nfs0001.h"}},
		{"one by include", Options{Profile: "tracing", Include: []string{"include/sound/alone.h"}},
			[]string{"include/sound/a.h", "include/sound/alone.h", "include/sound/two.h"}, nil},
		{"one excluded", Options{Profile: "tracing", Exclude: []string{"include/sound/a.h"}},
			[]string{"include/linux/fs.h"}, []string{"include/sound/a.h", "include/drm/b.h"}},
		{"roots", Options{Profile: "tracing", Roots: []string{"sound/alone.h"}},
			[]string{"include/sound/alone.h", "include/sound/two.h"}, []string{"include/sound/a.h", "include/linux/fs.h"}},
		{"modules", Options{Profile: "modules", Exclude: []string{"@drivers"}},
			[]string{"include/sound/a.h", "include/drm/b.h", "Makefile"}, []string{"include/sound/alone.h", "include/dt-bindings/generated.h"}},
		{"modules without the preset", Options{Profile: "modules"}, []string{"include/sound/alone.h", "include/dt-bindings/generated.h"}, nil},
	} {
		results, warned := load(t, in, c.o)
		if err := results[0].Err; err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		for i, paths := range [][]string{c.out, c.in} {
			for _, p := range paths {
				if results[0].Set.has(p) != (i == 1) {
					t.Errorf("%s: %s in the set: %v", c.name, p, i == 0)
				}
			}
		}
		for _, f := range results[0].Set.Files {
			want := map[string]string{"include/linux/fs.h": "headers.table", "include/sound/a.h": "drivers.table"}[f.Path]
			if f.Path == "include/sound/alone.h" && len(c.o.Include) > 0 {
				want = "include"
			}
			if c.name == "modules without the preset" {
				want = ""
			}
			if len(c.o.Roots) == 0 && !strings.Contains(f.Rule, want) {
				t.Errorf("%s: %s is taken by %s: %s", c.name, f.Path, f.Rule, f.Reason)
			}
		}
		if len(*warned) > 0 {
			t.Errorf("%s: warned %q", c.name, *warned)
		}
	}
}

// TestKeepForVendors has a vendor's headers, which a makefile names, include one
// of a driver.
func TestKeepForVendors(t *testing.T) {
	in := dir(t, prepared(map[string]string{
		"Makefile":            "VERSION = 6\nPATCHLEVEL = 1\nLINUXINCLUDE += -I$(srctree)/oem/include\n",
		"oem/include/oem/x.h": "#include <sound/a.h>\n#include <sound/oem.h>\n",
		"include/sound/a.h":   "",
		"include/sound/b.h":   "",
	}))
	results, _ := load(t, in, Options{Profile: "modules", Exclude: []string{"@drivers"}})
	if results[0].Err != nil {
		t.Fatal(results[0].Err)
	}
	for path, want := range map[string]bool{"oem/include/oem/x.h": true, "include/sound/a.h": true, "include/sound/b.h": false} {
		if results[0].Set.has(path) != want {
			t.Errorf("%s in the set: %v", path, !want)
		}
	}
}
