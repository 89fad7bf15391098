package gazelle_test

import (
	"archive/tar"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/rules-kheaders/rules_kheaders/tests/runfile"
	"github.com/rules-kheaders/rules_kheaders/tests/tgz"
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
	var got []string
	tgz.Each(t, name, func(h *tar.Header, _ io.Reader) {
		if h.Typeflag == tar.TypeReg {
			got = append(got, strings.TrimPrefix(h.Name, "./"))
		}
	})
	return got
}
