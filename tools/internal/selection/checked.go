package selection

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/kernel"
)

// checkedArch is an architecture that a profile was checked on.
type checkedArch struct {
	name string
	// kernels are those that it was checked with there; none is all of the
	// profile's.
	kernels []kernel.Version
}

// parseChecked reads NAME or NAME:KERNEL,KERNEL.
func parseChecked(text string) (checkedArch, error) {
	name, list, some := strings.Cut(text, ":")
	a := checkedArch{name: name}
	if !some {
		return a, nil
	}
	for _, t := range strings.Split(list, ",") {
		v, err := kernel.ParseVersion(t)
		if err != nil {
			return a, err
		}
		a.kernels = append(a.kernels, v)
	}
	return a, nil
}

// unchecked returns a warning where the profile was not checked on an
// architecture, or there not with a kernel that it was checked with elsewhere;
// "" where it was.
func (p *profile) unchecked(arch string, v kernel.Version) string {
	i := slices.IndexFunc(p.architectures, func(a checkedArch) bool { return a.name == arch })
	if i < 0 {
		var names []string
		for _, a := range p.architectures {
			names = append(names, a.name)
		}
		return fmt.Sprintf("architecture %s is none of those that profile %s was checked with (%s): %s", arch, p.name, strings.Join(names, ", "), p.check)
	}
	if a := p.architectures[i]; len(a.kernels) > 0 && slices.Contains(p.kernels, v) && !slices.Contains(a.kernels, v) {
		return fmt.Sprintf("kernel %v is none of those that profile %s was checked with on %s (%s): %s", v, p.name, arch, strings.Trim(fmt.Sprint(a.kernels), "[]"), p.check)
	}
	return ""
}
