package gazelle_test

import (
	"archive/tar"
	"compress/gzip"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
)

// The archive of a tree whose BUILD files this repository's own Gazelle run
// keeps: sources, a package inside the tree, and the object tree.
func TestVendorTree(t *testing.T) {
	f, err := os.Open(rlocation(t, "ARCHIVE"))
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
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if h.Typeflag == tar.TypeReg {
			got = append(got, strings.TrimPrefix(h.Name, "./"))
		}
	}
	want := []string{
		"arch/x86/include/asm/bitops.h", "arch/x86/include/generated/asm/early_ioremap.h", "include/generated/autoconf.h", "include/generated/utsrelease.h",
		"include/linux/kconfig.h", "include/linux/list.h", "include/linux/types.h", "include/vendor/board.h",
	}
	if !slices.Equal(got, want) {
		t.Errorf("the archive has\n%q, want\n%q", got, want)
	}
}
