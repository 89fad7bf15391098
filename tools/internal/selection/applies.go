package selection

import "github.com/rules-kheaders/rules_kheaders/tools/internal/kernel"

// Applies says which kernels a line of a table is for.
type Applies struct {
	kernels span
	arch    archSet
	when    cond
}

// ParseApplies reads the columns kernels, architectures and when, as the
// profiles' tables have them.
func ParseApplies(kernels, architectures, when string) (Applies, error) {
	var a Applies
	var err error
	if a.kernels, err = parseSpan(kernels); err != nil {
		return a, err
	}
	if a.arch, err = parseArchSet(architectures); err != nil {
		return a, err
	}
	a.when, err = parseCond(when)
	return a, err
}

// Holds reports whether the line is for a kernel. The zero Version, which means
// that it is not known, is in every range.
func (a Applies) Holds(v kernel.Version, arch string, c kernel.Config) bool {
	return (v == kernel.Version{} || a.kernels.holds(v)) && a.arch.holds(arch) && a.when.holds(c)
}
