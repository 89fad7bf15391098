package verify

import (
	"rules_kheaders/tools/internal/cinclude"
	"rules_kheaders/tools/internal/closure"
	"rules_kheaders/tools/internal/selection"
)

// since says with which kernel Kbuild began to include a header by itself (the
// -include flags of its top Makefile and scripts/Makefile.lib), for archives of
// whose tree nothing is known.
var since = []struct {
	name  string
	first selection.Version
}{
	{"linux/kconfig.h", selection.Version{}},
	{"linux/compiler_types.h", selection.Version{Major: 4, Minor: 16}},
	{"linux/compiler-version.h", selection.Version{Major: 5, Minor: 13}},
}

// given checks that what Kbuild includes without an #include is there.
func (c *check) given(s *resolver, v selection.Version) {
	needed := map[string]bool{}
	for _, h := range since {
		needed[h.name] = c.o.Tree == nil && v.Compare(h.first) >= 0
	}
	for _, h := range closure.GivenHeaders(c.files["Makefile"]) {
		found := s.search.Find("", h.Name, cinclude.Angled)
		switch {
		case len(found) == 0 && needed[h.Name]:
			c.fail("include/%s is missing: %s", h.Name, h.Why)
		case len(found) > 0 && !c.files[found[0]]:
			c.fail("%s, which the tree has, is missing: %s", found[0], h.Why)
		}
	}
}
