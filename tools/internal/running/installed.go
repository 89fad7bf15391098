package running

import (
	"fmt"
	"os"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/locate"
)

// installed returns the headers package of the running kernel, nil where there
// is none. One that is for another kernel, or not whole, is told of.
func (s *System) installed() *Headers {
	for _, dir := range []string{
		locate.ModulesDir + "/" + s.Release + "/build",
		"/usr/src/linux-headers-" + s.Release, // Debian's place, for who has no /lib/modules
		"/usr/src/kernels/" + s.Release,       // Fedora's
	} {
		dir = s.path(dir)
		if _, err := os.Stat(dir); err != nil {
			continue
		}
		h, err := s.named(dir)
		if err == nil {
			return h
		}
		s.Note("not taken: %v", err)
	}
	return nil
}

// named returns the headers package in a directory.
func (s *System) named(dir string) (*Headers, error) {
	k, err := locate.Find(dir, "")
	if err != nil {
		return nil, err
	}
	if !k.Configured {
		return nil, fmt.Errorf("%q has no headers of a kernel that was built: there is no include/generated: install the headers package of %q, or build that kernel there", dir, s.Release)
	}
	if k.Release != s.Release {
		return nil, fmt.Errorf("the headers in %q are of %q, and the kernel that runs is %q: install those, or boot that", dir, k.Release, s.Release)
	}
	return &Headers{Srctree: k.Srctree, Objtree: k.Objtree, Modules: k.Tools && k.Symvers}, nil
}
