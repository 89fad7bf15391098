package selection

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/kernel"
)

// Pruned returns, for a path that no rule takes, the rows of the profile that
// would take it for another kernel, architecture or configuration, in words.
func (r *Rules) Pruned(path string) []string {
	var out []string
	for _, row := range r.sel.prof.rows {
		if row.drops() {
			continue
		}
		if why := r.failing(row, path); why != "" {
			out = append(out, fmt.Sprintf("%s (%s) takes it only %s", row.origin, row.why, why))
		}
	}
	return out
}

// failing says which condition of a row that matches path does not hold. It is
// empty where the row does not match or where all conditions hold.
func (r *Rules) failing(row *row, path string) string {
	arch := r.sel.opts.Arch
	if b, err := row.bind(arch); err != nil || !b.match.matches(path) {
		return r.otherArch(row, path)
	}
	var why []string
	if !row.arch.holds(arch) {
		why = append(why, "for the architectures "+row.arch.String())
	}
	if r.version != (kernel.Version{}) && !row.kernels.holds(r.version) {
		why = append(why, fmt.Sprintf("for kernels %s, and this is %v", row.kernels, r.version))
	}
	if r.config != nil && !row.when.holds(r.config) {
		why = append(why, "where the kernel's options are "+row.when.String())
	}
	return strings.Join(why, ", and ")
}

// otherArch says that a row takes path for the architecture that it is of.
func (r *Rules) otherArch(row *row, path string) string {
	arch, _, ok := kernel.SplitArch(path)
	if !ok || arch == r.sel.opts.Arch || !strings.Contains(row.text, "$SRCARCH") || !row.arch.holds(arch) {
		return ""
	}
	if b, err := row.bind(arch); err != nil || !b.match.matches(path) {
		return ""
	}
	return fmt.Sprintf("for arch %s, and this is %s", arch, r.sel.opts.Arch)
}

// Wanted returns the table and line of the row that misses path where it is
// absent, and what it says: why, and what to do. Both are "" where none does.
func (r *Rules) Wanted(path string) (rule, need string) {
	for _, row := range r.rows {
		if row.wanted() && (row.need != crate || r.needs(row, required)) && !r.unsure(row) && slices.Contains(row.alts, path) {
			return row.origin, row.why + "; " + row.mend
		}
	}
	return "", ""
}
