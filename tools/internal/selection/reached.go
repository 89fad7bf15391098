package selection

import "strings"

// WithReached replaces the headers of the profile by those that roots can
// reach: a reason for each of their paths. The profile's other files, the
// headers that it requires, Include, Exclude and Extra hold as before.
func (r *Rules) WithReached(reached map[string]string) *Rules {
	n := *r
	n.reached = reached
	return &n
}

// Barred reports whether the file is left out whatever reaches it: because it
// is volatile or a secret, or by Exclude, and not brought back by Extra.
func (r *Rules) Barred(path string) bool {
	if r.sel.extra[path] {
		return false
	}
	if row := r.find(path); row != nil && row.withheld() {
		return true
	}
	return r.Excluded(path)
}

// replaces tells whether it is for roots to say if a row's file is taken.
func (r *Rules) replaces(row *row, path string) bool {
	return r.reached != nil && row.need != required && strings.HasSuffix(path, ".h") &&
		(strings.HasPrefix(path, "include/") || strings.HasPrefix(path, "arch/"+r.sel.opts.Arch+"/include/"))
}
