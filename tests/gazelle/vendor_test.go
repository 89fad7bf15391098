package gazelle_test

import (
	"archive/tar"
	"compress/gzip"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
)

// The archives of a tree and of a module whose BUILD files this repository's own
// Gazelle run keeps: sources, a package inside the tree, and the object tree; and
// of these what the module's sources reach.
func TestVendor(t *testing.T) {
	for env, want := range map[string][]string{
		"ARCHIVE": {
			"arch/x86/include/asm/bitops.h", "arch/x86/include/generated/asm/early_ioremap.h", "include/asm-generic/early_ioremap.h",
			"include/generated/autoconf.h", "include/generated/utsrelease.h",
			"include/linux/kconfig.h", "include/linux/list.h", "include/linux/types.h", "include/vendor/board.h",
		},
		"MODULE_ARCHIVE": {"include/generated/autoconf.h", "include/generated/utsrelease.h", "include/linux/kconfig.h", "include/linux/list.h", "include/linux/types.h", "include/vendor/board.h"},
	} {
		if got := members(t, runfile.Paths(t, env)[0]); !slices.Equal(got, want) {
			t.Errorf("%s has\n%q, want\n%q", env, got, want)
		}
	}
}

// members are the files of a tgz.
func members(t *testing.T, name string) []string {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if err == io.EOF {
			return got
		}
		if err != nil {
			t.Fatal(err)
		}
		if h.Typeflag == tar.TypeReg {
			got = append(got, strings.TrimPrefix(h.Name, "./"))
		}
	}
}
