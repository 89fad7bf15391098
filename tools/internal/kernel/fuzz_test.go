package kernel

import (
	"strings"
	"testing"
)

// FuzzMakefile reads any text as a kernel's top Makefile: what it says of the
// version is one line of it, and agrees with itself.
func FuzzMakefile(f *testing.F) {
	for _, seed := range []string{"", "VERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = 176\nEXTRAVERSION = -rc1\n", "VERSION=6\r\nPATCHLEVEL=1\r\n", "VERSION = x\n", "include /src/linux-6.1/Makefile\n", "include $(srctree)/Makefile\n", "VERSION = 6\nVERSION = 7\nPATCHLEVEL = 1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if dir := IncludedSrctree(text); strings.Contains(dir, "\n") || !strings.Contains(text, dir) {
			t.Errorf("%q includes %q", text, dir)
		}
		v, ok := ParseMakefile(text)
		if !ok {
			return
		}
		for _, part := range []string{v.Version, v.Patchlevel, v.Sublevel, v.Extraversion} {
			if strings.Contains(part, "\n") || !strings.Contains(text, part) {
				t.Errorf("%q says %q", text, part)
			}
		}
		is, err := ParseVersion(v.String())
		if err != nil && len(v.Version) < 5 && len(v.Patchlevel) < 5 {
			t.Errorf("%q is of %q: %v", text, v, err)
		}
		if again, err := ParseVersion(is.String()); err != nil || again != is {
			t.Errorf("%v is read back as %v, %v", is, again, err)
		}
	})
}
