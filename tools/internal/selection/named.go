package selection

import "slices"

// FollowsNames reports whether the profile takes what its makefiles and scripts
// name.
func (r *Rules) FollowsNames() bool { return r.sel.prof.programs != nil }

// WithNamed adds files that the set's makefiles and scripts name: a reason for
// each of their paths.
func (r *Rules) WithNamed(named map[string]string) *Rules {
	n := *r
	n.named = named
	return &n
}

// LeftOut returns the table and line by which a file is left out though a
// makefile or a script names it, and why: because left.table has it, because
// the profile takes it of other architectures or with other options alone, or
// because it makes BTF, which the set does not ask for. Both are "" where it is
// taken.
func (r *Rules) LeftOut(path string) (rule, why string) {
	if row := r.find(path); row != nil && row.drops() {
		return row.origin, row.why
	}
	if row := r.left(path); row != nil {
		return row.origin, row.why
	}
	// Of other versions a row says nothing: what a makefile names, it uses.
	for _, row := range slices.Concat(r.sel.prof.rows, r.sel.prof.programs) {
		if row.drops() || row.need == rebuild || row.need == lost || row.need == program {
			continue
		}
		if b, err := row.bind(r.sel.opts.Arch); err != nil || !b.match.matches(path) {
			continue
		}
		if !row.arch.holds(r.sel.opts.Arch) || r.config != nil && !row.when.holds(r.config) {
			return row.origin, row.why
		}
	}
	return "", ""
}

// left returns the row of left.table or btf.table by which a file is left out
// that no row of the profile takes, nil if none does.
func (r *Rules) left(path string) *row {
	tables := [][]*row{r.sel.left}
	if !r.btf {
		tables = append(tables, r.sel.btf)
	}
	for _, rows := range tables {
		for _, row := range rows {
			if row.match.matches(path) {
				return row
			}
		}
	}
	return nil
}
