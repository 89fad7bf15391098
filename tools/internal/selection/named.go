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
// because the set is not asked for what it is part of. Both are "" where it is
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

// left returns the row of left.table, or of a table of what the set is not asked
// for, by which a file is left out that no row of the profile takes, nil if none
// does.
func (r *Rules) left(path string) *row {
	for _, a := range askable {
		if r.counts[a.name] {
			continue
		}
		// As in a profile, the last row says most.
		for _, row := range slices.Backward(r.sel.asked[a.name]) {
			if row.match.matches(path) {
				return row
			}
		}
	}
	for _, row := range r.sel.left {
		if row.match.matches(path) {
			return row
		}
	}
	return nil
}
