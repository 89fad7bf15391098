package verify

import (
	"github.com/rules-kheaders/rules_kheaders/tools/internal/cinclude"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/kernel"
)

// given checks that what Kbuild includes without an #include is there. Where
// nothing is known of the tree, that is what every kernel of the version has.
// forced are headers of which makefiles say that they are included so.
func (c *check) given(s *resolver, v kernel.Version, forced []string) {
	told := map[string]bool{}
	for _, h := range kernel.GivenHeaders(c.files[kernel.Makefile]) {
		needed := c.o.Tree == nil && h.Always && v.Compare(h.Since) >= 0
		found := s.search.Find("", h.Name, cinclude.Angled)
		switch {
		case len(found) == 0 && needed:
			c.fail("include/%s is missing: %s", h.Name, h.Why)
		case len(found) > 0 && !c.files[found[0]]:
			told[found[0]] = true
			c.fail("%s, which the tree has, is missing: %s", found[0], h.Why)
		}
	}
	for _, name := range forced {
		found := s.search.FindForced(name)
		if len(found) > 0 && !c.files[found[0]] && !told[found[0]] {
			told[found[0]] = true
			c.fail("%s, which the tree has, is missing: a makefile has it included before every source file", found[0])
		}
	}
}
